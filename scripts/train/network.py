"""The network of CleanRL's pqn_atari_envpool.py (convention `cleanrl-pqn`) in any width.

The Nature DQN (Mnih et al. 2015) with a layer normalisation behind every layer but the last; names and shapes of
its tensors are CleanRL's.
"""

import torch
import torch.nn.functional as F
from torch import nn

SIDES = (20, 9, 7)  # of the planes behind the three convolutions
BLOCK = 4  # the first convolution's stride


def blocks(observations):
    """uint8 [..., 4, 84, 84] (NumPy) → [..., 21, 21, 64]: each 4×4 block of pixels becomes one place of 64 channels.

    The first convolution (8×8, stride 4) is then one of 2×2 with stride 1, which a CPU computes far faster.
    """
    lead = observations.shape[:-3]
    split = observations.reshape(*lead, 4, 21, BLOCK, 21, BLOCK)
    n = len(lead)
    return split.transpose(*range(n), n + 1, n + 3, n, n + 2, n + 4).reshape(*lead, 21, 21, 64)


def layer(module):
    """CleanRL's layer_init: orthogonal weights, no bias."""
    nn.init.orthogonal_(module.weight, 2**0.5)
    nn.init.zeros_(module.bias)
    return module


class QNetwork(nn.Module):
    """One value per action; `network` alone is the plain network on pixels / 255, NCHW."""

    def __init__(self, actions, channels=(32, 64, 64), hidden=512):
        super().__init__()
        a, b, c = channels
        self.network = nn.Sequential(
            layer(nn.Conv2d(4, a, 8, stride=4)), nn.LayerNorm([a, SIDES[0], SIDES[0]]), nn.ReLU(),
            layer(nn.Conv2d(a, b, 4, stride=2)), nn.LayerNorm([b, SIDES[1], SIDES[1]]), nn.ReLU(),
            layer(nn.Conv2d(b, c, 3, stride=1)), nn.LayerNorm([c, SIDES[2], SIDES[2]]), nn.ReLU(),
            nn.Flatten(),
            layer(nn.Linear(c * SIDES[2] ** 2, hidden)), nn.LayerNorm(hidden), nn.ReLU(),
            layer(nn.Linear(hidden, actions)))

    def forward(self, x):
        """Values [B, actions] of what blocks() made (uint8 [B, 21, 21, 64]): the same as network(pixels / 255), with
        the channels last in memory throughout."""
        return self.network[13](self.last_hidden(x))

    def last_hidden(self, x):
        """What the last layer reads [B, hidden]."""
        n = self.network
        x = x.float().permute(0, 3, 1, 2)
        weight = n[0].weight.reshape(-1, 4, 2, BLOCK, 2, BLOCK).permute(0, 1, 3, 5, 2, 4).reshape(-1, 64, 2, 2)
        x = F.conv2d(x, weight * (1 / 255), n[0].bias)
        x = self._norm(n[1], x)
        x = self._norm(n[4], F.conv2d(x, n[3].weight, n[3].bias, stride=2))
        x = self._norm(n[7], F.conv2d(x, n[6].weight, n[6].bias))
        x = x.permute(0, 2, 3, 1).flatten(1)  # the linear layer's inputs are put in this order, too
        c, side = n[6].out_channels, SIDES[2]
        weight = n[10].weight.reshape(-1, c, side, side).permute(0, 2, 3, 1).reshape(-1, c * side * side)
        return torch.relu(n[11](F.linear(x, weight, n[10].bias)))

    @staticmethod
    def _norm(norm, x):
        x = x.permute(0, 2, 3, 1)
        weight, bias = (p.permute(1, 2, 0).contiguous() for p in (norm.weight, norm.bias))
        return F.relu_(F.layer_norm(x, x.shape[1:], weight, bias, norm.eps)).permute(0, 3, 1, 2)

    def outlook(self, x):
        """What returns are made of: the largest value [B], and the best action [B]."""
        values = self(x)
        return values.max(1).values, values.argmax(1)

    def loss(self, x, actions, targets):
        """Mean squared error of the values of `actions` [B] against `targets` [B]."""
        return F.mse_loss(self(x).gather(1, actions[:, None])[:, 0], targets)
