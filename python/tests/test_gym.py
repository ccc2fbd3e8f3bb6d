"""Gymnasium's wrappers. Environments of this file need no ROM; the example in the docstring plays Pong."""

import doctest
from functools import partial

import gymnasium
import numpy as np
import pytest
from gymnasium.vector import AutoresetMode, SyncVectorEnv

import arcadecam as ac
from arcadecam import gym as acgym


class Pictures(gymnasium.Env):
    """Episodes of three steps whose observations count up."""

    metadata = {"render_modes": ["rgb_array"], "render_fps": 15}

    def __init__(self, shape=(4, 84, 84), dtype=np.uint8, high=255, render_mode="rgb_array"):
        self.observation_space = gymnasium.spaces.Box(0, high, shape, dtype)
        self.action_space = gymnasium.spaces.Discrete(6)
        self.render_mode = render_mode
        self.at = 0

    def _observation(self):
        values = np.random.default_rng(self.at).random(self.observation_space.shape)
        return (values * self.observation_space.high.max()).astype(self.observation_space.dtype)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.at = 0
        return self._observation(), {"kept": 1}

    def step(self, action):
        self.at += 1
        return self._observation(), 1.0, self.at == 3, False, {}

    def render(self):
        return np.full((210, 160, 3), 60, np.uint8)


def test_info_has_the_maps_of_the_observation(dqn):
    env = acgym.ExplainObservation(Pictures(), dqn, ["gradcam", "sobel"], target="margin")
    observation, info = env.reset(seed=1)
    for _ in range(3):
        expected = dqn.explain(observation, ["gradcam", "sobel"], target="margin")
        for name, e in expected.items():
            np.testing.assert_array_equal(info["maps"][name], e.map[0])
        np.testing.assert_array_equal(info["values"], e.values[0])
        np.testing.assert_array_equal(env.render(), ac.overlay(env.env.render(), expected["gradcam"].map[0]))
        observation, _, terminated, _, info = env.step(0)
    assert terminated
    assert env.reset()[1]["kept"] == 1


@pytest.mark.parametrize(
    ("space", "convert"),
    [
        ({"shape": (84, 84, 4)}, lambda o: o.transpose(2, 0, 1)),
        ({"shape": (4, 84, 84, 1)}, lambda o: o[..., 0]),
        ({"shape": (4, 84, 84), "dtype": np.float32}, lambda o: o),
        ({"shape": (4, 84, 84), "dtype": np.float32, "high": 1}, lambda o: o * np.float32(255)),
    ],
)
def test_observations_of_known_spaces_are_recognised(dqn, space, convert):
    env = acgym.ExplainObservation(Pictures(**space), dqn, "gradcam")
    observation, info = env.reset()
    np.testing.assert_array_equal(info["maps"]["gradcam"], dqn.explain(convert(observation), "gradcam").map[0])


@pytest.mark.parametrize("space", [{"shape": (3, 84, 84)}, {"shape": (4, 84, 84), "dtype": np.float32, "high": 2}, {"shape": (84,)}])
def test_others_are_asked_about(dqn, space):
    with pytest.raises(ac.Error, match="prepare="):
        acgym.ExplainObservation(Pictures(**space), dqn)


def test_prepare_reads_what_is_not_known(dqn):
    env = acgym.ExplainObservation(Pictures(shape=(5, 84, 84)), dqn, "gradcam", prepare=lambda batch: batch[:, 1:])
    observation, info = env.reset()
    np.testing.assert_array_equal(info["maps"]["gradcam"], dqn.explain(observation[1:], "gradcam").map[0])


def test_the_arguments_are_recorded(dqn):
    env = acgym.ExplainObservation(Pictures(), "pong", "gradcam", target="margin")
    assert env._saved_kwargs["methods"] == "gradcam" and env._saved_kwargs["target"] == "margin"
    with pytest.raises(ac.Error, match="target: expected one"):
        acgym.ExplainObservation(Pictures(), dqn, target=["greedy"])
    with pytest.raises(ac.Error, match="part"):
        acgym.ExplainObservation(Pictures(), dqn, part=(1, 0, 0, 1))


def test_a_closed_environment_says_so(dqn):
    env = acgym.ExplainObservation(Pictures(), dqn, "gradcam")
    env.reset()
    env.close()
    for call in (env.reset, env.render, partial(env.step, 0)):
        with pytest.raises(ac.Error, match="closed"):
            call()


@pytest.mark.parametrize("mode", list(AutoresetMode))
def test_vector_environments_are_explained_in_one_pass(recurrent, mode):
    make = partial(Pictures, shape=recurrent.input_shape)
    env = SyncVectorEnv([make, make], autoreset_mode=mode)
    wrapped = acgym.ExplainVectorObservation(env, recurrent, "gradcam")
    observations, info = wrapped.reset(seed=3)
    memory = None
    ended = np.zeros(2, bool)
    for step in range(6):
        expected = recurrent.explain(observations, "gradcam", memory=memory)
        np.testing.assert_array_equal(info["maps"]["gradcam"], expected.map)
        np.testing.assert_array_equal(info["values"], expected.values)
        memory = expected.memory.copy()
        if mode == AutoresetMode.DISABLED and ended.any():
            observations, info = wrapped.reset(options={"reset_mask": ended})
            memory[ended] = 0
            ended = np.zeros(2, bool)
            continue
        before = ended
        observations, _, terminated, _, info = wrapped.step(np.zeros(2, int))
        ended = terminated
        memory[ended if mode == AutoresetMode.SAME_STEP else before] = 0 if mode != AutoresetMode.DISABLED else memory[before]
    frames = wrapped.render()
    assert len(frames) == 2 and frames[0].shape == (210, 160, 3)


def test_the_example_runs():
    assert doctest.testmod(acgym, optionflags=doctest.NORMALIZE_WHITESPACE).failed == 0


def test_names_the_actions_of_a_known_game():
    assert ac.load("pong").actions == ("NOOP", "FIRE", "RIGHT", "LEFT", "RIGHTFIRE", "LEFTFIRE")
