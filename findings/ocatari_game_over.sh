#!/usr/bin/env bash
# Gymnasium's step() returns (observation, reward, terminated, truncated, info). OCAtari's step() returns its third and fourth value the
# other way round: a game that is over is "truncated" and not "terminated".
# HackAtari, which builds on it, does the same. Who learns by such an environment (DQN, PPO, …) goes on to count on the value of the
# state after the end, since a truncated episode is one that could have gone on; who only asks "terminated or truncated" sees nothing.
# The loop of HackAtari's frame skip, which asks Gymnasium's own environment, has the right order for all frames but the last one.
#
# Seen with ocatari 2.2.1, hackatari 0.0.6, gymnasium 1.4.0, ale-py 0.12.1, Python 3.11.
# usage: findings/ocatari_game_over.sh [PYTHON]    PYTHON: one that has these packages; without it they are installed
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${1:-}
if [ -z "$python" ]; then
  python3 -m venv "$work/venv"
  python=$work/venv/bin/python
  "$python" -m pip install --quiet ocatari==2.2.1 hackatari==0.0.6 gymnasium==1.4.0 ale-py==0.12.1
fi
cd "$work"
"$python" - <<'PYTHON'
import warnings
from importlib.metadata import version

import ale_py
import gymnasium
from hackatari.core import HackAtari
from ocatari.core import OCAtari

warnings.simplefilter("ignore")
gymnasium.register_envs(ale_py)
GAME = {"frameskip": 4, "repeat_action_probability": 0.0}
LOOK = {"mode": "ram", "obs_mode": "ori", "render_mode": "rgb_array"}


def end(env):
    """Breakout with five balls served and none returned: the step that ends the game, and what step() says of it."""
    env.reset(seed=0)
    for step in range(1000):
        _, _, terminated, truncated, _ = env.step(1 if step % 2 == 0 else 0)
        if terminated or truncated:
            return step, bool(terminated), bool(truncated)
    raise AssertionError("the game is not over")


plain = end(gymnasium.make("ALE/Breakout-v5", **GAME))
objects = end(OCAtari("ALE/Breakout-v5", **LOOK, **GAME))
changed = end(HackAtari("ALE/Breakout-v5", **LOOK, **GAME))
print("step, terminated, truncated | gymnasium", version("gymnasium"), plain, "| ocatari", version("ocatari"), objects,
      "| hackatari", version("hackatari"), changed)
assert plain[1:] == (True, False), plain
assert objects == (plain[0], False, True), objects
assert changed == (plain[0], False, True), changed
PYTHON
echo "as it was seen"
