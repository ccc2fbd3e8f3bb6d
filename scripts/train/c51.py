"""C51 (Bellemare et al. 2017): a distribution of the return per action, on the network of PQN.

The targets are the distributions that belong to Q(λ) (see returns.py): a mixture of n-step returns, each put on the atoms again.
"""

import numpy as np
import torch
import torch.nn.functional as F

from network import QNetwork

LOW, HIGH = -10.0, 10.0  # the smallest and the largest return that an atom stands for, as in the paper


class C51Network(QNetwork):
    """`atoms` logits per action, and the buffer `atoms` with the returns that they stand for, as CleanRL's c51_atari.py has it."""

    def __init__(self, actions, channels=(32, 64, 64), hidden=512, atoms=51):
        super().__init__(actions * atoms, channels, hidden)
        self.actions = actions
        self.register_buffer("atoms", torch.linspace(LOW, HIGH, atoms))

    def logits(self, x):
        """[B, actions, atoms] of what blocks() made (uint8 [B, 21, 21, 64])."""
        return super().forward(x).unflatten(1, (self.actions, -1))

    def forward(self, x):
        """Action values [B, actions]: the means of the distributions."""
        return self.logits(x).softmax(2) @ self.atoms

    def outlook(self, x):
        """What returns are made of: the distribution [B, atoms] of the best action, and that action [B]."""
        chances = self.logits(x).softmax(2)
        best = (chances @ self.atoms).argmax(1)
        return chances[torch.arange(len(best)), best], best

    def loss(self, x, actions, targets):
        """Mean cross-entropy of the distributions of `actions` [B] against `targets` [B, atoms]."""
        taken = self.logits(x)[torch.arange(len(actions)), actions]
        return F.cross_entropy(taken, targets)


def shifted(chances, rewards, discounts, atoms):
    """The distributions of rewards + discounts · Z, put on the atoms again: each mass goes to its two neighbours (algorithm 1).

    chances [N, K]; rewards, discounts [N]; returns [N, K].
    """
    width = atoms[1] - atoms[0]
    places = np.clip(rewards[:, None] + discounts[:, None] * atoms, atoms[0], atoms[-1])
    places = (places - atoms[0]) / width
    below = np.floor(places).astype(np.int64)
    above_share = (places - below).astype(np.float32)
    above = np.minimum(below + 1, len(atoms) - 1)
    result = np.zeros_like(chances)
    rows = np.arange(len(chances))[:, None]
    np.add.at(result, (rows, below), chances * (1 - above_share))
    np.add.at(result, (rows, above), chances * above_share)
    return result


def distribution_returns(rewards, ended, played, best, gamma, lam, atoms):
    """As lambda_returns(), of distributions: best [T + 1, N, K] → targets float32 [T, N, K]."""
    steps = len(rewards)
    targets = np.empty_like(best[:steps])
    discounts = gamma * (1 - ended)
    targets[-1] = shifted(best[steps], rewards[-1], discounts[-1], atoms)
    for t in range(steps - 2, -1, -1):
        trace = (lam * played[t + 1])[:, None]
        targets[t] = shifted(trace * targets[t + 1] + (1 - trace) * best[t + 1], rewards[t], discounts[t], atoms)
    return targets
