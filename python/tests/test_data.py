"""Episodes that are recorded, and played again by the program."""

import doctest

import ale_py
import gymnasium
import numpy as np
import pytest
from test_gym import Pictures

import arcadecam as ac
from arcadecam import _recorder, data

gymnasium.register_envs(ale_py)


def pong(**options):
    env = gymnasium.make("ALE/Pong-v5", frameskip=1, **options)
    env = gymnasium.wrappers.AtariPreprocessing(env)
    return data.Recorder(gymnasium.wrappers.FrameStackObservation(env, 4))


def played(env, seed, steps):
    rng = np.random.default_rng(seed if seed is not None else 1)
    env.reset(seed=seed)
    for _ in range(steps):
        env.step(int(rng.integers(6)))


def test_a_recorder_keeps_every_episode():
    env = data.Recorder(Pictures())
    with pytest.raises(ac.Error, match="expected a reset"):
        env.step(0)
    assert env.episodes == []
    first, _ = env.reset(seed=5)
    seen = [first]
    for action in (1, 2, 3):
        observation, reward, terminated, *_ = env.step(action)
        seen.append(observation)
    env.reset()
    env.step(4)
    one, two = env.episodes
    np.testing.assert_array_equal(one.observations, np.stack(seen))
    assert one.actions.tolist() == [1, 2, 3] and one.rewards.tolist() == [1, 1, 1]
    assert one.terminations.tolist() == [False, False, True] and not one.truncations.any()
    assert one.seed == 5 and two.seed is None and one.emulator_seed is None and one.game is None
    assert len(two) == 1 and two.observations.shape == (2, 4, 84, 84)
    with pytest.raises(ac.Error, match="must come from ale-py's"):
        data.replay_command(env.episodes, "nowhere", "gymnasium")


def test_the_program_plays_a_recorded_episode_again(program, tmp_path):
    env = pong()
    played(env, 7, 60)
    played(env, None, 40)  # the same session goes on
    command = data.replay_command(env.episodes, tmp_path, "gymnasium-sticky")
    env.close()
    program(*command[1:])
    first, second = env.episodes
    planes = np.load(tmp_path / "replay" / "observations.npy")
    assert len(planes) == 61 + 41
    np.testing.assert_array_equal(planes, np.concatenate([first.observations[:, -1], second.observations[:, -1]]))
    rewards = np.load(tmp_path / "replay" / "rewards.npy")
    np.testing.assert_array_equal(rewards[1:61], first.rewards)
    np.testing.assert_array_equal(rewards[62:], second.rewards)
    with pytest.raises(ac.Error, match="a new seed begins a new session"):
        data.replay_command([first, first], tmp_path, "gymnasium-sticky")


def test_the_example_runs():
    assert doctest.testmod(_recorder).failed == 0
