"""States of ale-py's AtariVectorEnv and of Gymnasium's AtariPreprocessing, for tests/golden/states/ale_environments.npz.

    python scripts/golden/ale_environments.py tests/golden/states

needs ale-py==0.12.1 gymnasium==1.4.0 opencv-python-headless==5.0.0.93 numpy==2.4.6 (Python 3.11, Linux).

Of each run: `seed` (ALE's random_seed), `actions` (-1 where the environment resets), `noops` (what each of Gymnasium's resets drew;
AtariVectorEnv's are drawn from the seed), and `crc`, the CRC-32 of everything up to every 20th row: the four planes, reward, done and lives. `adventure` is of ALE alone.
"""

import sys
import zlib
from pathlib import Path

import ale_py
import gymnasium
import numpy as np
from ale_py import ALEInterface, LoggerMode, roms
from ale_py.vector_env import AtariVectorEnv
from gymnasium.wrappers import AtariPreprocessing, FrameStackObservation

EVERY = 20
ACTIONS = {"breakout": 4, "pong": 6, "air_raid": 6, "freeway": 3}
IDS = {"breakout": "Breakout", "pong": "Pong", "air_raid": "AirRaid", "freeway": "Freeway"}


class Check:
    def __init__(self):
        self.value, self.rows, self.kept = 0, 0, []

    def add(self, stack, reward, done, lives):
        numbers = np.array([reward, done, lives], "<i4")
        self.value = zlib.crc32(numbers.tobytes(), zlib.crc32(np.ascontiguousarray(stack).tobytes(), self.value))
        self.rows += 1
        if self.rows % EVERY == 0:
            self.kept.append(self.value)

    def array(self):
        return np.array(self.kept, np.int64)


def vector(game, seed, rows, **options):
    env = AtariVectorEnv(game, 1, reward_clipping=False, **options)
    random, check, actions = np.random.default_rng(5), Check(), []
    stacks, info = env.reset(seed=seed)
    check.add(stacks[0], 0, 0, info["lives"][0])
    over = False  # then the next step resets, whatever its action
    while len(actions) < rows:
        action = int(random.integers(ACTIONS[game]))
        stacks, rewards, terminated, truncated, info = env.step(np.array([action]))
        done = bool(terminated[0] or truncated[0])
        actions.append(-1 if over else action)
        check.add(stacks[0], rewards[0], done, info["lives"][0])
        # With life_loss_info a lost life resets nothing.
        over = done and not (options.get("life_loss_info") and info["lives"][0] > 0 and not truncated[0])
    env.close()
    return {"actions": np.array(actions, np.int32), "crc": check.array(), "seed": np.array([seed], np.int64)}


class Counted(gymnasium.Wrapper):
    """Counts the no-ops of a reset."""

    def reset(self, **arguments):
        self.steps = 0
        return self.env.reset(**arguments)

    def step(self, action):
        self.steps += 1
        return self.env.step(action)


def preprocessed(game, seed, rows, sticky, life):
    counted = Counted(gymnasium.make(f"ALE/{IDS[game]}-v5", frameskip=1, repeat_action_probability=sticky))
    env = FrameStackObservation(AtariPreprocessing(counted, terminal_on_life_loss=life), 4)
    random, check, actions = np.random.default_rng(5), Check(), []
    stack, info = env.reset(seed=seed)
    ale_seed = int(np.int32(np.uint32(info["seeds"][1])))
    noops = [counted.steps]
    check.add(stack, 0, 0, info["lives"])
    done = False
    while len(actions) < rows:
        if done:
            stack, info = env.reset()
            noops.append(counted.steps)
            actions.append(-1)
            done = False
            check.add(stack, 0, 0, info["lives"])
            continue
        actions.append(int(random.integers(ACTIONS[game])))
        stack, reward, terminated, truncated, info = env.step(actions[-1])
        done = bool(terminated or truncated)
        check.add(stack, reward, done, info["lives"])
    env.close()
    return {
        "actions": np.array(actions, np.int32),
        "crc": check.array(),
        "noops": np.array(noops, np.int64),
        "seed": np.array([ale_seed], np.int64),
    }


def adventure():
    """Rows of mode, random_seed, and CRC-32s of RAM and screen: after a reset, 40 frames later, and after another reset and 20 frames."""
    rows = []
    for mode in range(3):
        for seed in (0, 1, 77, -355404031):
            ale = ALEInterface()
            ale.setInt("random_seed", seed)
            ale.setFloat("repeat_action_probability", 0.25)
            ale.loadROM(roms.get_rom_path("adventure"))
            ale.setMode(mode)
            checks, actions = [], ale.getMinimalActionSet()
            crc = lambda: zlib.crc32(ale.getScreen().tobytes(), zlib.crc32(ale.getRAM().tobytes()))
            ale.reset_game()
            checks.append(crc())
            for step in range(40):
                ale.act(actions[step * 7 % len(actions)])
            checks.append(crc())
            ale.reset_game()
            for step in range(20):
                ale.act(actions[step * 7 % len(actions)])
            checks.append(crc())
            rows.append([mode, seed, *checks])
    return np.array(rows, np.int64)


def main(folder):
    ALEInterface.setLoggerMode(LoggerMode.Error)
    gymnasium.register_envs(ale_py)
    runs = {}
    for sticky, suffix in ((0.0, ""), (0.25, "-sticky")):
        stick = {"repeat_action_probability": sticky}
        for game, seed, rows in (("breakout", 1, 1000), ("pong", 9, 900), ("air_raid", 7, 600), ("freeway", 3, 200)):
            runs[f"{game}.ale-vector{suffix}"] = vector(game, seed, rows, **stick)
        for game, rows in (("breakout", 600), ("air_raid", 600)):
            runs[f"{game}.ale-vector{suffix}-training"] = vector(game, 2, rows, life_loss_info=True, **stick)
            runs[f"{game}.ale-vector-episodic{suffix}"] = vector(game, 2, rows, episodic_life=True, **stick)
            for life, training in ((False, ""), (True, "-training")):
                runs[f"{game}.gymnasium{suffix}{training}"] = preprocessed(game, 8, rows, sticky, life)
        runs[f"pong.gymnasium{suffix}"] = preprocessed("pong", 7, 900, sticky, False)
    runs["pong.ale-vector-capped"] = vector("pong", 4, 200, max_num_frames_per_episode=150)
    arrays = {"adventure": adventure()}
    for name, run in runs.items():
        print(name, {key: len(values) for key, values in run.items()}, "resets", int((run["actions"] == -1).sum()))
        arrays |= {f"{name}.{key}": values for key, values in run.items()}
    np.savez_compressed(Path(folder) / "ale_environments.npz", **arrays)


if __name__ == "__main__":
    main(*sys.argv[1:])
