"""Stable-Baselines3: models in memory equal their files, and the callback."""

import numpy as np
import pytest
from stable_baselines3 import PPO
from test_gym import Pictures

import arcadecam as ac
from arcadecam import sb3


@pytest.fixture(scope="module")
def model():
    return PPO("CnnPolicy", Pictures(shape=(84, 84, 4)), n_steps=8, batch_size=8, n_epochs=1, seed=0, device="cpu")


def test_a_model_in_memory_equals_its_file(model, tmp_path, states):
    model.save(tmp_path / "model.zip")
    agent, of_file = sb3.agent_of(model), ac.load(tmp_path / "model.zip")
    assert agent.convention == "stable-baselines3" and agent.output == "logit"
    np.testing.assert_array_equal(agent(states), of_file(states))
    import torch

    with torch.no_grad():
        expected = model.policy.get_distribution(torch.from_numpy(states)).distribution.logits.numpy()
    found = agent(states)
    np.testing.assert_allclose(found - found.mean(1, keepdims=True), expected - expected.mean(1, keepdims=True), atol=1e-4)


def test_the_callback_explains_while_the_model_learns(model, tmp_path, states):
    callback = sb3.ExplainCallback(states, every=8, methods=["gradcam", "sobel"], folder=tmp_path)
    model.learn(24, callback=callback)
    assert callback.log.steps == [0, 8, 16, 24]
    np.testing.assert_array_equal(callback.log.maps["gradcam"][-1], sb3.agent_of(model).explain(states, "gradcam").map)
    assert not np.array_equal(callback.log.values[0], callback.log.values[-1])
    assert (tmp_path / "film.html").is_file() and (tmp_path / "maps.npz").is_file()
    with pytest.raises(ac.Error, match="every"):
        sb3.ExplainCallback(states, every=0)
