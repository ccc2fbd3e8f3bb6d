"""Runs of games as HackAtari changes them, for tests/golden/states/hackatari.npz.

    python scripts/golden/hackatari_variations.py tests/golden/states

needs hackatari==0.0.6 ocatari==2.2.1 ale-py==0.12.1 gymnasium==1.4.0 numpy==1.26.4 (Python 3.11, Linux).

Every frame is a step of its own, without sticky actions. Of each run GAME.MODIFICATION: `seed` (ALE's random_seed), `actions` (ALE's numbers,
one per frame), `ram` (128 bytes) before the first frame and after every 25th, `watched`, some of them after every frame, `crc`, the CRC-32
of every screen (palette indices, where those of COLOURED are 255), and `reward`. All runs of a game begin in the same state and have the
same actions.
"""

import sys
import warnings
import zlib
from pathlib import Path

import ale_py
import gymnasium
import numpy as np
from hackatari.core import HackAtari

warnings.simplefilter("ignore")
gymnasium.register_envs(ale_py)

FRAMES, HELD, EVERY = 600, 12, 25
RUNS = {"Freeway": [None, "all_black_cars", "all_red_cars", "stop_all_cars"],
        "Breakout": [None, "color_player_and_ball_blue", "color_all_blocks_blue", "right_drift"],
        "Pong": [None, "lazy_enemy", "down_drift"]}
# The cars' columns, the lowest lane first; ball (column, line); opponent (drawn and moved line) and ball (column, line).
WATCHED = {"Freeway": list(range(108, 118)), "Breakout": [99, 101], "Pong": [50, 21, 49, 54]}
# What the modification colours: our colour is another one, what is coloured should be the same.
COLOURED = {"color_player_and_ball_blue": 112, "color_all_blocks_blue": 112}


def run(game, modification):
    env = HackAtari(f"ALE/{game}-v5", modifs=[modification] if modification else [], mode="ram", obs_mode="ori",
                    render_mode="rgb_array", frameskip=1, repeat_action_probability=0.0)
    ale = env._env.unwrapped.ale
    env.reset(seed=0)
    choice = np.random.default_rng(11)
    minimal = [action.value for action in ale.getMinimalActionSet()]
    actions, crc, rewards, watched, rams = [], [], [], [], [ale.getRAM().copy()]
    for frame in range(FRAMES):
        if frame % HELD == 0:
            index = int(choice.integers(len(minimal)))
        if frame % (5 * HELD) == 0:
            index = 1  # serves, goes up
        _, reward, terminated, truncated, _ = env.step(index)
        assert not terminated and not truncated, frame
        screen = ale.getScreen().copy()
        if modification in COLOURED:
            screen[screen == COLOURED[modification]] = 255
        actions.append(minimal[index])
        crc.append(zlib.crc32(screen.tobytes()))
        rewards.append(int(reward))
        watched.append(ale.getRAM()[WATCHED[game]])
        if (frame + 1) % EVERY == 0:
            rams.append(ale.getRAM().copy())
    return {"seed": np.array([ale.getInt("random_seed")], np.int64), "actions": np.array(actions, np.int32),
            "ram": np.array(rams, np.uint8), "watched": np.array(watched, np.uint8), "crc": np.array(crc, np.int64), "reward": np.array(rewards, np.int32)}


def main():
    arrays = {}
    for game, modifications in RUNS.items():
        for modification in modifications:
            for key, value in run(game, modification).items():
                arrays[f"{game.lower()}.{modification or 'plain'}.{key}"] = value
    np.savez_compressed(Path(sys.argv[1]) / "hackatari.npz", **arrays)


main()
