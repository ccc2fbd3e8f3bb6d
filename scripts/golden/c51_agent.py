"""An agent as scripts/train saves C51: tests/golden/agents/pqn_c51.pth and its row of expected.npz.

usage: c51_agent.py tests/golden      (packages: scripts/train/requirements.txt)
"""

import sys
from pathlib import Path

import numpy as np
import torch

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "train"))

from c51 import C51Network  # noqa: E402
from network import blocks  # noqa: E402
from store import save_network  # noqa: E402

NAME = "pqn_c51.pth"


def main():
    golden = Path(sys.argv[1])
    torch.manual_seed(51)
    network = C51Network(6, (2, 3, 4), 8, 11)
    for name, parameter in network.named_parameters():
        # Spread out, as in a trained network, so that the atoms' chances differ.
        torch.nn.init.normal_(parameter, mean=float(name in ("network.1.weight", "network.4.weight", "network.7.weight")), std=0.4)
    save_network(golden / "agents" / NAME, network.state_dict(), half=False)
    states = np.load(golden / "checkpoints" / "known_input.npz")["x"]
    with torch.no_grad():
        values = network(torch.from_numpy(np.ascontiguousarray(blocks(states)))).numpy()
    expected = dict(np.load(golden / "agents" / "expected.npz"))
    expected[NAME] = values.astype("<f4")
    np.savez_compressed(golden / "agents" / "expected.npz", **expected)
    print(values[:2])


if __name__ == "__main__":
    main()
