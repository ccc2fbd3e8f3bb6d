"""The golden networks of tests/golden/nets as PyTorch modules, from their own weight files."""

import gzip
import io

import torch
from torch import nn


class Scaled(nn.Module):
    """x / 255, as a module of its own."""

    def forward(self, x):
        return x / 255.0


class ExpectedValue(nn.Module):
    """C51: softmax over atoms, times the support. The softmax is a module for Captum's sake."""

    def __init__(self, actions, support):
        super().__init__()
        self.actions = actions
        self.softmax = nn.Softmax(dim=-1)
        self.register_buffer("support", support)

    def forward(self, logits):
        return (self.softmax(logits.view(len(logits), self.actions, -1)) * self.support).sum(-1)


def nature(channels):
    a, b, c = channels
    return nn.Sequential(
        nn.Conv2d(4, a, 8, 4), nn.ReLU(), nn.Conv2d(a, b, 4, 2), nn.ReLU(), nn.Conv2d(b, c, 3, 1), nn.ReLU()
    )


class Net(nn.Module):
    # Names, not attributes: a module that is registered twice is hooked twice.
    conv_name, relu_name = "features.4", "features.5"

    @property
    def last_conv(self):
        return self.get_submodule(self.conv_name)

    @property
    def last_relu(self):
        return self.get_submodule(self.relu_name)


class Atari(Net):
    def __init__(self, state):
        super().__init__()
        weight = lambda name: state[f"_AtariNet__{name}.weight"]
        self.scale = Scaled()
        self.features = nature([len(weight(f"features.{i}")) for i in (0, 2, 4)])
        hidden, flat = weight("head.0").shape
        self.head = nn.Sequential(nn.Linear(flat, hidden), nn.ReLU(), nn.Linear(hidden, len(weight("head.2"))))
        support = state.get("_AtariNet__support")
        self.load_state_dict(
            {k.removeprefix("_AtariNet__"): v for k, v in state.items() if not k.endswith("support")}
        )
        self.values = nn.Identity()
        if support is not None:
            self.values = ExpectedValue(len(weight("head.2")) // len(support), support)

    def forward(self, x):
        return self.values(self.head(self.features(self.scale(x)).flatten(1)))


class Dueling(Net):
    def __init__(self, state):
        super().__init__()
        self.scale = Scaled()
        self.features = nature([len(state[f"features.{i}.weight"]) for i in (0, 2, 4)])
        stream = lambda name: nn.Sequential(
            nn.Linear(*reversed(state[f"{name}.0.weight"].shape)),
            nn.ReLU(),
            nn.Linear(*reversed(state[f"{name}.2.weight"].shape)),
        )
        self.value, self.advantage = stream("value"), stream("advantage")
        self.load_state_dict(state)

    def forward(self, x):
        flat = self.features(self.scale(x)).flatten(1)
        value, advantage = self.value(flat), self.advantage(flat)
        return value + advantage - advantage.mean(1, keepdim=True)


class ConvBn(Net):
    conv_name, relu_name = "conv3", "relu3"

    def __init__(self, state):
        super().__init__()
        out = lambda name: len(state[f"{name}.weight"])
        self.scale = Scaled()
        self.conv1 = nn.Conv2d(4, out("conv1"), 8, 4)
        self.conv2 = nn.Conv2d(out("conv1"), out("conv2"), 4, 2)
        self.conv3 = nn.Conv2d(out("conv2"), out("conv3"), 3, 1, 1)
        self.bn1, self.bn2, self.bn3 = (nn.BatchNorm2d(out(f"bn{i}")) for i in (1, 2, 3))
        self.relu1, self.relu2, self.relu3, self.relu4 = (nn.ReLU() for _ in range(4))
        self.fc1 = nn.Linear(*reversed(state["fc1.weight"].shape))
        self.fc2 = nn.Linear(*reversed(state["fc2.weight"].shape))
        self.load_state_dict(state)

    def forward(self, x):
        h = self.relu1(self.bn1(self.conv1(self.scale(x))))
        h = self.relu2(self.bn2(self.conv2(h)))
        h = self.relu3(self.bn3(self.conv3(h)) + h)
        return self.fc2(self.relu4(self.fc1(h.flatten(1))))


def load(path):
    with gzip.open(path) as file:
        state = torch.load(io.BytesIO(file.read()), weights_only=True)["estimator_state"]
    state = {k: v.float() if v.is_floating_point() else v for k, v in state.items()}
    kind = ConvBn if "bn1.weight" in state else Dueling if "value.0.weight" in state else Atari
    return kind(state).eval()
