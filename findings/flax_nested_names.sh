#!/usr/bin/env bash
# flax.linen numbers the layers of a compact module in the order in which they are made, which is not the order in which they
# compute where calls are nested: in Conv(…)(relu(Conv(…)(x))) Python makes the outer layer first, so Conv_0 is the one that
# computes last. Two ways of writing one network thus give parameters of the same names and shapes that mean different layers.
# Either takes the other's without an error and puts out other values. Who reads such a file by its names must know how the
# network was written: Cleanba writes its residual blocks line by line, so there Conv_0 computes first.
#
# Seen with flax 0.12.8, jax 0.10.2, Python 3.11.
# usage: findings/flax_nested_names.sh [PYTHON]    PYTHON: one that has these packages; without it they are installed
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${1:-}
if [ -z "$python" ]; then
  python3 -m venv "$work/venv"
  python=$work/venv/bin/python
  "$python" -m pip install --quiet flax==0.12.8 jax==0.10.2
fi
cd "$work"
JAX_PLATFORMS=cpu "$python" - <<'PYTHON'
import jax
import numpy as np
from flax import linen as nn


class LineByLine(nn.Module):
    @nn.compact
    def __call__(self, x):
        hidden = nn.relu(x)
        hidden = nn.Conv(4, (3, 3))(hidden)
        hidden = nn.relu(hidden)
        hidden = nn.Conv(4, (3, 3))(hidden)
        return hidden + x


class Nested(nn.Module):
    @nn.compact
    def __call__(self, x):
        return nn.Conv(4, (3, 3))(nn.relu(nn.Conv(4, (3, 3))(nn.relu(x)))) + x


x = np.random.default_rng(1).normal(size=(1, 8, 8, 4)).astype(np.float32)
params = LineByLine().init(jax.random.PRNGKey(0), x)
first, second = params["params"]["Conv_0"], params["params"]["Conv_1"]
swapped = {"params": {"Conv_0": second, "Conv_1": first}}

written = LineByLine().apply(params, x)
taken = Nested().apply(params, x)  # no error
print("the same parameters, the other way of writing: largest difference", float(abs(written - taken).max()))
print("with both layers' names exchanged:             largest difference", float(abs(written - Nested().apply(swapped, x)).max()))
assert abs(written - taken).max() > 0.1
assert abs(written - Nested().apply(swapped, x)).max() < 1e-6
PYTHON
