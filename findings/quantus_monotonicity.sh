#!/usr/bin/env bash
# Quantus' Monotonicity (Arya et al. 2019) begins with a picture of the baseline, adds the picture's own pixels step by step, the least
# important ones first, and asks whether the prediction rises at every step. In its code nothing is ever added: each step replaces pixels
# of the baseline picture by the baseline (perturb_func is called with the baseline picture, never with the given one). So the
# prediction never changes, and every explanation of every picture is perfectly monotone, the negative of the true one too.
# A perturb_func of one's own that puts the picture's pixels there gives what the paper describes.
#
# Seen with quantus 0.6.0, torch 2.15.0, numpy 2.3.5, Python 3.11.
# usage: findings/quantus_monotonicity.sh [PYTHON]    PYTHON: one that has these packages; without it they are installed
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
    """Each pixel adds its weight times its value: what it does to the output is known."""

    def __init__(self, weights):
        super().__init__()
        self.weights = torch.nn.Parameter(torch.from_numpy(weights))

    def forward(self, x):
        return x.flatten(1).to(self.weights.dtype) @ self.weights.T


rng = np.random.default_rng(0)
weights = rng.normal(size=(3, 64)).astype(np.float32)
pictures = rng.random((8, 1, 8, 8)).astype(np.float32)
model = Linear(weights).eval()
classes = model(torch.from_numpy(pictures)).argmax(1).numpy()
truth = (pictures.reshape(8, -1) * weights[classes]).reshape(pictures.shape)
explanations = {"the truth": truth, "its opposite": -truth, "random": rng.random(pictures.shape)}
asked = {"model": model, "x_batch": pictures, "y_batch": classes, "softmax": False}

# By hand, on black: rises at each step?
def by_hand(explanation):
    scores = []
    for picture, one, label in zip(pictures.reshape(8, -1), explanation.reshape(8, -1), classes):
        added = (picture * weights[label])[np.argsort(one)]
        scores.append(bool(np.all(added[1:] >= 0)))
    return scores

flat = pictures.reshape(8, -1)
def put_back(arr, indices, **_):
    changed, rows = arr.copy(), np.arange(len(arr))[:, None]
    changed[rows, indices] = flat[rows, indices]
    return changed

for name, explanation in explanations.items():
    options = dict(features_in_step=1, abs=False, perturb_baseline=0.0, **QUIET)
    found = quantus.Monotonicity(**options)(a_batch=explanation, **asked)
    mended = quantus.Monotonicity(perturb_func=put_back, **options)(a_batch=explanation, **asked)
    print("quantus", version("quantus"), "|", name, "| monotone:", sum(found), "of 8 | with the picture's pixels put back:", sum(mended),
          "| by hand:", sum(by_hand(explanation)))
    assert all(found), "it finds differences now"
    assert list(map(bool, mended)) == by_hand(explanation)
    assert not any(mended)
PYTHON
echo "as it was seen"
