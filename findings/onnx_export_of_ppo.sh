#!/usr/bin/env bash
# Stable-Baselines3's manual exports a PPO policy to ONNX by a module that returns policy(observation, deterministic=True).
# torch's exporter of today (the default since 2.9) refuses that module. The cause lies between the two: the policy makes a
# torch.distributions.Categorical, which checks its arguments by default; the check is traced as aten._is_all_true, and the
# exporter has no ONNX function for it. The older exporter (dynamo=False) leaves the check out. With
# Distribution.set_default_validate_args(False) the newer one exports the module as well.
#
# Seen with torch 2.15.0, stable-baselines3 2.9.2, onnx 1.23.2, onnxscript 0.7.2, gymnasium 1.4.0, Python 3.11.
# usage: findings/onnx_export_of_ppo.sh [PYTHON]    PYTHON: one that has these packages; without it they are installed
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${1:-}
if [ -z "$python" ]; then
  python3 -m venv "$work/venv"
  python=$work/venv/bin/python
  "$python" -m pip install --quiet torch==2.15.0 stable-baselines3==2.9.2 onnx==1.23.2 onnxscript==0.7.2 gymnasium==1.4.0
fi
cd "$work"
"$python" - <<'PYTHON'
import warnings

import gymnasium
import numpy as np
import torch
from stable_baselines3 import PPO

warnings.simplefilter("ignore")


class Game(gymnasium.Env):
    observation_space = gymnasium.spaces.Box(0, 255, (4, 84, 84), np.uint8)
    action_space = gymnasium.spaces.Discrete(6)


class Documented(torch.nn.Module):
    def __init__(self, policy):
        super().__init__()
        self.policy = policy

    def forward(self, observation):
        return self.policy(observation, deterministic=True)


def exported(**options):
    """Whether it worked, and what the exporter said."""
    module = Documented(PPO("CnnPolicy", Game(), device="cpu").policy)
    try:
        torch.onnx.export(module, torch.zeros(1, 4, 84, 84), "policy.onnx", opset_version=17, input_names=["input"], **options)
        return True, ""
    except Exception as error:
        said = []
        while error is not None:
            said.append(f"{type(error).__name__}: {error}")
            error = error.__cause__
        return False, "\n".join(said)


plain, said = exported()
older, _ = exported(dynamo=False)
torch.distributions.Distribution.set_default_validate_args(False)
unchecked, _ = exported()
print("torch", torch.__version__, "| by default:", plain, "| dynamo=False:", older, "| without checks of arguments:", unchecked)
assert (plain, older, unchecked) == (False, True, True)
assert "_is_all_true" in said, said
PYTHON
echo "as it was seen"
