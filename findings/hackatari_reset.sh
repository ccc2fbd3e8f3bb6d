#!/usr/bin/env bash
# HackAtari changes games before each emulated frame. What its modifications remember is made once, in the constructor, and reset()
# does not begin it again: the drift of Pong's and Breakout's ball pushes every sixth or tenth frame by a counter that runs on. Two
# episodes from reset(seed=0) with the same actions, without sticky actions, therefore part after a few steps, unless the first one's
# number of frames happens to be a multiple of that. The game without modification, and one whose modification remembers nothing, have
# the same RAM in every step. (Freeway's stop_random_car draws from Python's global random numbers, which reset(seed=…) does not
# seed either.)
#
# Seen with hackatari 0.0.6, ocatari 2.2.1, gymnasium 1.4.0, ale-py 0.12.1, Python 3.11.
# usage: findings/hackatari_reset.sh [PYTHON]    PYTHON: one that has these packages; without it they are installed
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${1:-}
if [ -z "$python" ]; then
  python3 -m venv "$work/venv"
  python=$work/venv/bin/python
  "$python" -m pip install --quiet hackatari==0.0.6 ocatari==2.2.1 gymnasium==1.4.0 ale-py==0.12.1
fi
cd "$work"
"$python" - <<'PYTHON'
import random
import warnings
from importlib.metadata import version

import ale_py
import gymnasium
import numpy as np
from hackatari.core import HackAtari

warnings.simplefilter("ignore")
gymnasium.register_envs(ale_py)
STEPS = 151  # 604 frames: no multiple of 6, nor of 10


def parted(game, modification):
    """The step in which two episodes from the same seed with the same actions first differ in RAM; None: they are the same."""
    env = HackAtari(f"ALE/{game}-v5", modifs=[modification] if modification else [], mode="ram", obs_mode="ori",
                    render_mode="rgb_array", frameskip=4, repeat_action_probability=0.0)
    actions = np.random.default_rng(0).integers(0, env.action_space.n, STEPS)
    episodes = []
    for _ in range(2):
        env.reset(seed=0)
        random.seed(0)
        rams = []
        for action in actions:
            env.step(int(action))
            rams.append(env.get_ram().copy())
        episodes.append(np.array(rams))
    different = (episodes[0] != episodes[1]).any(1)
    return int(different.argmax()) if different.any() else None


found = {(game, name): parted(game, name) for game, name in
         [("Pong", None), ("Pong", "up_drift"), ("Breakout", None), ("Breakout", "right_drift"),
          ("Breakout", "color_player_and_ball_blue"), ("Freeway", "all_black_cars")]}
print("hackatari", version("hackatari"), "| first step that differs:", found)
for (game, name), step in found.items():
    assert (step is not None) == (name is not None and name.endswith("drift")), (game, name, step)
PYTHON
echo "as it was seen"
