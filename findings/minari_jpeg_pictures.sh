#!/usr/bin/env bash
# Minari's DataCollector and create_dataset_from_buffers pack pictures as JPEG by default (jpeg_encoding=True). An Atari screen that
# is read back is another one than the agent saw: of Pong's screens 71 % of the values differ, by up to 119 of 255. Whether that happens
# depends on the space's shape alone: screens are packed, the same pixels as stacks (4×84×84) are kept to the bit. Nothing tells whoever
# reads the data set. The documentation of the argument says "lossy"; jpeg_encoding=False keeps pictures as they are.
#
# Seen with minari 0.5.4, gymnasium 1.4.0, ale-py 0.12.1, h5py 3.16.0, NumPy 2.4.6, Python 3.11.
# usage: findings/minari_jpeg_pictures.sh [PYTHON]    PYTHON: one that has these packages; without it they are installed
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${1:-}
if [ -z "$python" ]; then
  python3 -m venv "$work/venv"
  python=$work/venv/bin/python
  "$python" -m pip install --quiet 'minari[create,hdf5]==0.5.4' gymnasium==1.4.0 ale-py==0.12.1 h5py==3.16.0 numpy==2.4.6 pillow
fi
cd "$work"
MINARI_DATASETS_PATH=$work "$python" -W ignore - <<'PYTHON'
import ale_py
import gymnasium
import minari
import numpy as np
from minari.data_collector import EpisodeBuffer

gymnasium.register_envs(ale_py)


def back(name, observations, space, actions, **options):
    """What is read back of an episode."""
    ones = [0.0] * len(actions)
    buffer = EpisodeBuffer(observations=list(observations), actions=list(actions), rewards=ones, terminations=[False] * len(actions),
                           truncations=[False] * (len(actions) - 1) + [True], infos={})
    dataset = minari.create_dataset_from_buffers(f"finding/{name}-v0", [buffer], observation_space=space,
                                                 action_space=gymnasium.spaces.Discrete(6), **options)
    return np.asarray(next(dataset.iterate_episodes()).observations)


env = gymnasium.make("ALE/Pong-v5")
screens, actions = [env.reset(seed=0)[0]], [2, 3, 2, 0, 4, 5] * 10
for action in actions:
    screens.append(env.step(action)[0])
screens = np.stack(screens)
default = back("default", screens, env.observation_space, actions)
kept = back("kept", screens, env.observation_space, actions, jpeg_encoding=False)
greys = np.ascontiguousarray(screens[:, :84, :84, 0])
stacks = np.stack([greys[[max(i - k, 0) for k in (3, 2, 1, 0)]] for i in range(len(greys))])
stacked = back("stacked", stacks, gymnasium.spaces.Box(0, 255, (4, 84, 84), np.uint8), actions)
difference = np.abs(default.astype(int) - screens.astype(int))
print("minari", minari.__version__, "| values that differ:", f"{(difference > 0).mean():.0%}, by up to {difference.max()} of 255",
      "| without JPEG equal:", np.array_equal(kept, screens), "| stacks equal:", np.array_equal(stacked, stacks))
assert default.shape == screens.shape and (difference > 0).mean() > 0.02 and difference.max() > 25
assert np.array_equal(kept, screens) and np.array_equal(stacked, stacks)
PYTHON
echo "as it was seen"
