"""Files of tests/golden/agents as DI-engine 0.5.3 and XuanCe 1.4.4 save them, of narrow networks that are written down here under their names
(both packages need a hundred others). What the networks say is in training_libraries.npz.

usage: training_libraries.py FOLDER      (packages: requirements-exported-agents.txt)
"""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

ACTIONS = 6
STATES = np.load(Path(__file__).resolve().parents[2] / "tests/golden/checkpoints/known_input.npz")["x"]
NARROW = ((2, 8, 4), (2, 4, 2), (3, 3, 1))


def convolutions(padded):
    layers, inputs = [], 4
    for channels, kernel, stride in NARROW:
        layers += [nn.Conv2d(inputs, channels, kernel, stride, (kernel - stride) // 2 if padded else 0), nn.ReLU()]
        inputs = channels
    return layers


class Encoder(nn.Module):
    """DI-engine's ConvEncoder: nothing behind `mid`."""

    def __init__(self):
        super().__init__()
        self.main, self.mid = nn.Sequential(*convolutions(False), nn.Flatten()), nn.Linear(147, 5)

    def forward(self, x):
        return self.mid(self.main(x))


class Head(nn.Module):
    """Its DuelingHead or DiscreteHead, each stream an MLP and a block of one layer."""

    def __init__(self, dueling):
        super().__init__()
        self.dueling = dueling
        for name, outputs in (("A", ACTIONS), ("V", 1)) if dueling else (("Q", ACTIONS),):
            setattr(self, name, nn.Sequential(nn.Sequential(nn.Linear(5, 5), nn.ReLU()), nn.Sequential(nn.Linear(5, outputs))))

    def forward(self, x):
        if not self.dueling:
            return self.Q(x)
        advantages = self.A(x)
        return advantages - advantages.mean(dim=-1, keepdim=True) + self.V(x)


class DiEngine(nn.Module):
    def __init__(self, dueling):
        super().__init__()
        self.encoder, self.head = Encoder(), Head(dueling)

    def forward(self, x):
        return self.head(self.encoder(x / 255))


class Model(nn.Module):
    """XuanCe keeps its sequences under `model`."""

    def __init__(self, *layers):
        super().__init__()
        self.model = nn.Sequential(*layers)

    def forward(self, x):
        return self.model(x)


class DuelQhead(nn.Module):
    def __init__(self):
        super().__init__()
        self.v_model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, 1))
        self.a_model = nn.Sequential(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, ACTIONS))

    def forward(self, x):
        advantages = self.a_model(x)
        return self.v_model(x) + advantages - advantages.mean(dim=-1, keepdim=True)


class XuanceDqn(nn.Module):
    def __init__(self, dueling):
        super().__init__()
        for name in ("", "target_"):
            setattr(self, f"{name}representation", Model(*convolutions(True), nn.AdaptiveMaxPool2d((1, 1)), nn.Flatten()))
            head = DuelQhead() if dueling else Model(nn.Linear(3, 4), nn.ReLU(), nn.Linear(4, ACTIONS))
            setattr(self, "target_Qhead" if name else "eval_Qhead", head)

    def forward(self, x):
        return self.eval_Qhead(self.representation(x / 255))


class XuancePpo(nn.Module):
    def __init__(self):
        super().__init__()
        self.representation = Model(*convolutions(True), nn.Flatten(), nn.Linear(300, 5), nn.ReLU())
        self.actor, self.critic = Model(nn.Linear(5, ACTIONS)), Model(nn.Linear(5, 1))

    def forward(self, x):
        return self.actor(self.representation(x / 255))


def write(folder):
    torch.manual_seed(0)
    x, said = torch.from_numpy(STATES).float(), {}

    def save(name, network, wrap):
        torch.save(wrap(network.state_dict()), folder / name)
        said[name] = network(x).detach().numpy()

    checkpoint = lambda state: {"model": state, "target_model": state, "optimizer": {"state": {}, "param_groups": []}, "last_iter": 3}
    save("ding_dqn.pth.tar", DiEngine(True), checkpoint)
    save("ding_plain.pth.tar", DiEngine(False), checkpoint)
    save("xuance_dqn.pth", XuanceDqn(False), lambda state: {"policy": state, "optimizer": {}})
    save("xuance_dueling.pth", XuanceDqn(True), lambda state: state)
    save("xuance_ppo.pth", XuancePpo(), lambda state: {"policy": state, "optimizer": {}})
    np.savez_compressed(folder / "training_libraries.npz", **said)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
