#!/usr/bin/env bash
# Quantus' Consistency (Dasgupta et al. 2022) asks how often inputs with the same explanation have the same prediction. By default
# explanations count as the same if top_n_sign() of them is the same. Its name and documentation say "top n element-wise signs", but it
# takes the signs of the first n = 5 values, which for a picture are five pixels in a corner. As abs=True is the default too, all
# signs are 1 wherever these pixels are not exactly 0: all explanations are "the same", and the score is the share of the class.
# Explanations that tell the classes apart completely score the same as noise.
#
# Seen with quantus 0.6.0, torch 2.15.0, numpy 2.3.5, Python 3.11.
# usage: findings/quantus_consistency.sh [PYTHON]    PYTHON: one that has these packages; without it they are installed
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${1:-}
if [ -z "$python" ]; then
  python3 -m venv "$work/venv"
  python=$work/venv/bin/python
  "$python" -m pip install --quiet quantus==0.6.0 torch==2.15.0 numpy==2.3.5
fi
cd "$work"
"$python" - <<'PYTHON'
import warnings
from importlib.metadata import version

import numpy as np
import quantus
import torch

warnings.simplefilter("ignore")
QUIET = {"disable_warnings": True, "display_progressbar": False}


class Linear(torch.nn.Module):
    def forward(self, x):
        """The class is the brighter half."""
        return torch.stack([x[..., :4].mean((1, 2, 3)), x[..., 4:].mean((1, 2, 3))], 1)


rng = np.random.default_rng(0)
pictures = rng.random((20, 1, 8, 8)).astype(np.float32)
classes = np.arange(20) % 2
pictures[classes == 0, ..., :4] += 1
pictures[classes == 1, ..., 4:] += 1
asked = {"model": Linear().eval(), "x_batch": pictures, "y_batch": classes, "softmax": False}

telling = np.where(classes[:, None, None, None] == (np.arange(8) >= 4), 1.0, 0.01) * np.ones((20, 1, 8, 8))
noise = rng.random((20, 1, 8, 8))
scores = {name: float(np.mean(quantus.Consistency(**QUIET)(a_batch=a, **asked))) for name, a in (("telling", telling), ("noise", noise))}
same_class = 9 / 19  # of the 19 others


def top(a, n=5):
    """What the name says: the places and the signs of the n largest."""
    places = np.sort(np.argsort(-np.abs(a), kind="stable")[:n])
    return hash((tuple(places), tuple(np.sign(a[places]))))


fixed = {name: float(np.mean(quantus.Consistency(discretise_func=top, **QUIET)(a_batch=a, **asked)))
         for name, a in (("telling", telling), ("noise", noise))}
print("quantus", version("quantus"), "| by default:", scores, "| share of the class:", same_class, "| by the 5 largest:", fixed)
first, last = np.zeros(64), np.zeros(64)
first[:5], last[:5] = 1, 1
last[40:45] = 100
assert quantus.functions.discretise_func.top_n_sign(first) == quantus.functions.discretise_func.top_n_sign(last)
assert all(abs(score - same_class) < 1e-6 for score in scores.values()), scores
assert abs(fixed["telling"] - 1) < 1e-6 and fixed["noise"] < 0.1, fixed
PYTHON
echo "as it was seen"
