#!/usr/bin/env python3
"""Golden relevance of networks with and without batch normalisation, by zennit 1.0 (Python 3.11.11 or newer).

    python3 -m venv VENV && VENV/bin/pip install -r scripts/golden/requirements-relevance.txt
    VENV/bin/python scripts/golden/relevance.py

reads tests/golden/nets and the states of tests/golden/explain/<net>.npz, writes tests/golden/explain/zennit.npz: for every network and
composite the relevance of the pixels, `<net>.<composite>` [state, plane, 12, 12] (every seventh pixel of every seventh row, from the third on), and the sum
over all pixels `<net>.<composite>.sum` [state], of the action of the largest value in the first four states, computed in double precision. What starts
at the output is that value. `<net>.<composite>.noise` [state] is how far zennit's own relevance in single precision is from it, as a share of the largest.

Normalisations are merged into the convolution in front of them (NamedMergeBatchNorm; SequentialMergeBatchNorm goes by the order in which modules were
registered, and would merge bn1 into conv3 here). The residual sum is zennit's Sum. The network is given x/255, since zennit passes a plain gradient
through what has no rule, and relevance is not divided by 255 there.
"""

import pathlib

import networks
import numpy as np
import torch
from zennit.attribution import Gradient
from zennit.canonizers import NamedMergeBatchNorm
from zennit.composites import EpsilonAlpha2Beta1, EpsilonGammaBox, EpsilonPlus, EpsilonPlusFlat
from zennit.layer import Sum

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests/golden"
STATES = 4
COMPOSITES = {
    "epsilon-plus": EpsilonPlus,
    "epsilon-plus-flat": EpsilonPlusFlat,
    "epsilon-alpha2-beta1": EpsilonAlpha2Beta1,
    "epsilon-gamma-box": lambda **more: EpsilonGammaBox(low=0.0, high=1.0, **more),
}


class Residual(networks.ConvBn):
    """The same with its sum as a module that rules can be given to."""

    def __init__(self, net: networks.ConvBn) -> None:
        torch.nn.Module.__init__(self)
        for name, child in net.named_children():
            setattr(self, name, child)
        self.sum = Sum()

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        h = self.relu1(self.bn1(self.conv1(x)))
        h = self.relu2(self.bn2(self.conv2(h)))
        h = self.relu3(self.sum(torch.stack([self.bn3(self.conv3(h)), h], dim=-1)))
        return self.fc2(self.relu4(self.fc1(h.flatten(1))))


def load(name: str) -> tuple[torch.nn.Module, list]:
    net = networks.load(GOLDEN / f"nets/{name}.gz")
    if not isinstance(net, networks.ConvBn):
        net.scale = torch.nn.Identity()
        return net, []
    net = Residual(net).eval()
    return net, [NamedMergeBatchNorm([([f"conv{i}"], f"bn{i}") for i in (1, 2, 3)])]


def relevance_of(name: str, composite: str, states: np.ndarray, dtype: torch.dtype) -> np.ndarray:
    net, canonizers = load(name)  # another one each time: zennit 1.0.0 leaves changed parameters behind
    net = net.to(dtype)
    x = torch.from_numpy(states).to(dtype) / 255
    best = torch.nn.functional.one_hot(net(x).argmax(1), net(x).shape[1])
    with Gradient(net, COMPOSITES[composite](canonizers=canonizers)) as attribute:
        _, relevance = attribute(x, lambda output: output * best)
    return relevance.detach().double().numpy()


def main() -> None:
    torch.set_num_threads(1)
    arrays = {}
    for name in ("convbn", "trained_pong"):
        states = np.load(GOLDEN / f"explain/{name}.npz")["states"][:STATES]
        for composite in COMPOSITES:
            relevance, single = (relevance_of(name, composite, states, dtype) for dtype in (torch.float64, torch.float32))
            largest = np.abs(relevance).max(axis=(1, 2, 3))
            arrays[f"{name}.{composite}"] = relevance[:, :, 3::7, 3::7].astype(np.float32)
            arrays[f"{name}.{composite}.sum"] = relevance.sum(axis=(1, 2, 3)).astype(np.float32)
            arrays[f"{name}.{composite}.noise"] = (np.abs(relevance - single).max(axis=(1, 2, 3)) / largest).astype(np.float32)
            print(name, composite, *(arrays[f"{name}.{composite}.{part}"] for part in ("sum", "noise")))
    np.savez_compressed(GOLDEN / "explain/zennit.npz", **arrays)


if __name__ == "__main__":
    main()
