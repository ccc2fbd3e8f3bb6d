#!/usr/bin/env bash
# Quantus' Relative Input, Output and Representation Stability (Agarwal et al. 2022) take the largest change of the explanation over
# inputs nearby that have the same prediction. Two defaults make it something else.
# 1. The noise is uniform_noise with upper_bound=0.2. As soon as an upper bound is given, the lower bound is not -0.2 but +0.02, the
#    default of another use of that parameter: every value of every perturbed input is larger. No picture is ever darker, so an explanation
#    that collapses when the picture gets darker has a stability of 0, the best there is.
# 2. An input whose prediction changes should be left out. Quantus makes its number NaN and takes np.max over all of them: if one of 200
#    changes the prediction, the score is NaN.
#
# Seen with quantus 0.6.0, torch 2.15.0, numpy 2.3.5, Python 3.11.
# usage: findings/quantus_relative_stability.sh [PYTHON]    PYTHON: one that has these packages; without it they are installed
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


class Sum(torch.nn.Module):
    """The first class while the mean is below its limit."""

    def __init__(self, limit):
        super().__init__()
        self.limit = limit

    def forward(self, x):
        mean = x.mean((1, 2, 3))
        return torch.stack([torch.full_like(mean, self.limit), mean], 1)


rng = np.random.default_rng(0)
pictures = rng.uniform(0.4, 0.6, (1, 1, 8, 8)).astype(np.float32)
steady = rng.random((1, 1, 8, 8))
seen = []


def fails_in_the_dark(model, inputs, targets, **_):
    """Always the same explanation, but noise for pictures that are darker anywhere."""
    x = np.asarray(inputs)
    seen.append(x.copy())
    dark = (x < pictures - 1e-6).any(axis=(1, 2, 3), keepdims=True)
    return np.where(dark, rng.random(x.shape), steady)


def score(metric, model, **options):
    return metric(nr_samples=50, **options, **QUIET)(
        model=model, x_batch=pictures, y_batch=np.array([0]), explain_func=fails_in_the_dark, softmax=False)[0]


stay = Sum(10.0).eval()
for metric in (quantus.RelativeInputStability, quantus.RelativeOutputStability):
    seen.clear()
    np.random.seed(0)
    by_default = score(metric, stay)
    steps = np.concatenate(seen[1:]) - pictures
    both_ways = score(metric, stay, perturb_func_kwargs={"lower_bound": -0.2})
    print("quantus", version("quantus"), "|", metric.__name__, "| by default:", by_default, "| noise from", round(float(steps.min()), 3), "to",
          round(float(steps.max()), 3), "| both ways:", both_ways)
    assert by_default == 0 and steps.min() >= 0.0199 and steps.max() <= 0.2001
    assert both_ways > 0

# A limit that some of 50 noisy pictures pass: what is left has a largest value.
means = sorted(float((pictures + noise).mean()) for noise in np.random.default_rng(1).uniform(-0.2, 0.2, (200, 1, 8, 8)))
some = Sum(means[-40]).eval()
np.random.seed(0)
some_change = score(quantus.RelativeInputStability, some, perturb_func_kwargs={"lower_bound": -0.2})
np.random.seed(0)
none_change = score(quantus.RelativeInputStability, stay, perturb_func_kwargs={"lower_bound": -0.2})
print("| some predictions change:", some_change, "| none changes:", none_change)
assert np.isnan(some_change) and none_change > 0
PYTHON
echo "as it was seen"
