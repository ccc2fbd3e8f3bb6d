#!/usr/bin/env bash
# Quantus' Sufficiency (Dasgupta et al. 2022) asks how often inputs with similar explanations have the same prediction. Distances are
# standardised (SciPy's "seuclidean": each pixel is divided by its variance over the batch). One pixel that is the same in all
# explanations of the batch, such as a corner that is never relevant, has variance 0, so that all distances are NaN. "NaN <= threshold"
# is false, so that nothing is similar to anything, and every score is 0, the worst. Nothing warns of it. Explanations of pictures nearly
# always have such pixels: those of CAMs are cut at 0.
# "All inputs" are those of a batch besides: batch_size, which should be about memory, changes the score, and with 1 it is 0.
#
# Seen with quantus 0.6.0, torch 2.15.0, numpy 2.3.5, Python 3.11.
# usage: findings/quantus_sufficiency.sh [PYTHON]    PYTHON: one that has these packages; without it they are installed
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


class Halves(torch.nn.Module):
    def forward(self, x):
        """The class is the brighter half."""
        return torch.stack([x[..., :4].mean((1, 2, 3)), x[..., 4:].mean((1, 2, 3))], 1)


rng = np.random.default_rng(0)
pictures = rng.random((24, 1, 8, 8)).astype(np.float32)
classes = np.arange(24) % 2
pictures[classes == 0, ..., :4] += 1
pictures[classes == 1, ..., 4:] += 1
asked = {"model": Halves().eval(), "x_batch": pictures, "y_batch": classes, "softmax": False}

# Explanations that tell the classes apart, with a little noise.
telling = np.where(classes[:, None, None, None] == (np.arange(8) >= 4), 1.0, 0.0) + 0.05 * rng.random((24, 1, 8, 8))
corner = telling.copy()
corner[..., 0, 0] = 0


def score(a, **more):
    return float(np.mean(quantus.Sufficiency(**QUIET)(a_batch=a, **asked, **more)))


every, one = score(telling), score(corner)
sizes = {size: score(telling, batch_size=size) for size in (24, 3, 1)}
print("quantus", version("quantus"), "| every pixel varies:", every, "| one does not:", one, "| by batch_size:", sizes)
assert every == 1 and one == 0, (every, one)
assert sizes[24] == 1 and 0 < sizes[3] < 1 and sizes[1] == 0, sizes
PYTHON
echo "as it was seen"
