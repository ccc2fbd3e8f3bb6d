"""Minari's data sets give back to the bit what they were given."""

import gymnasium
import numpy as np
import pytest
from test_data import played

import arcadecam as ac
from arcadecam import data


def assert_same(found, expected):
    for name in ("observations", "actions", "rewards", "terminations", "truncations"):
        one, other = getattr(found, name), getattr(expected, name)
        np.testing.assert_array_equal(one, other)
        assert one.dtype == other.dtype, name
    for name in ("seed", "emulator_seed", "noops", "game", "facts"):
        assert getattr(found, name) == getattr(expected, name), name


def test_minari_gives_back_what_it_was_given(tmp_path, monkeypatch):
    monkeypatch.setenv("MINARI_DATASETS_PATH", str(tmp_path))
    env = gymnasium.make("ALE/Pong-v5", repeat_action_probability=0)
    recorder = data.Recorder(env)  # screens in colour, which Minari would pack as JPEG
    played(recorder, 3, 5)
    played(recorder, 4, 3)
    episodes = recorder.episodes
    episodes[1].facts = {"agent": "random", "steps": 3}
    dataset = data.to_minari(episodes, "arcadecam/pong-v0", env=env)
    for given in (dataset, "arcadecam/pong-v0"):
        found = data.from_minari(given)
        assert len(found) == 2
        for one, other in zip(found, episodes):
            assert_same(one, other)
    assert found[0].emulator_seed == episodes[0].emulator_seed > 0
    with pytest.raises(ac.Error, match="at least one step"):
        data.to_minari([], "arcadecam/none-v0", env=env)
    env.close()
