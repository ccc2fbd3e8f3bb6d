"""tests/golden/nets/recurrent.npz: torch.nn.GRUCell and LSTMCell, three steps from zeros.

usage: recurrent.py      (packages: requirements-agents.txt)
"""

from pathlib import Path

import numpy as np
import torch
from torch import nn

OUT = Path(__file__).resolve().parents[2] / "tests/golden/nets/recurrent.npz"


def main():
    torch.manual_seed(8)
    inputs = torch.randn(3, 5)
    arrays = {"inputs": inputs}
    for name, cell in (("gru", nn.GRUCell(5, 4)), ("lstm", nn.LSTMCell(5, 4))):
        for part, weights in cell.state_dict().items():
            arrays[f"{name}_{part}"] = weights
        state, steps = None, []
        for step in inputs:
            state = cell(step[None], state)
            steps.append(state if name == "gru" else state[0])
        arrays[f"{name}_h"] = torch.cat(steps)
    np.savez_compressed(OUT, **{name: np.asarray(array.detach(), "<f4") for name, array in arrays.items()})


main()
