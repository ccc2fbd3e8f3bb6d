"""Weights & Biases, offline: what a run of it is given."""

from pathlib import Path

import numpy as np
import pytest
import wandb
from PIL import Image
from stable_baselines3 import PPO
from test_gym import Pictures

import arcadecam as ac
from arcadecam import sb3, training


@pytest.fixture
def run(tmp_path):
    run = wandb.init(mode="offline", project="arcadecam", dir=tmp_path, settings=wandb.Settings(silent=True, console="off"))
    yield run
    run.finish()


def pictures_of(run, name):
    """In the order of the steps."""
    files = [file for file in (Path(run.dir) / "media").rglob("*.png") if name in str(file)]
    files.sort(key=lambda file: int(file.stem.split("_")[-2]))
    return [np.asarray(Image.open(file)) for file in files]


def test_a_log_gives_maps_measures_and_the_film(run, states, tmp_path):
    log = training.MapLog(states, ["gradcam", "sobel"], "margin", measures="shape", wandb=run)
    run.log({"loss": 1.0})  # the loop's own, whose steps are W&B's
    log(0, ac.load("pong"))
    run.log({"loss": 0.5})
    log(500, ac.load("pong", randomize_weights=1))
    log.save()
    summary = dict(run.summary)
    assert summary["global_step"] == 500 and summary["loss"] == 0.5
    for (method, measure, statistic), means in log.measures.items():
        assert summary[f"arcadecam/{method}/{measure}/{statistic}"] == means[-1]
    assert summary["arcadecam/film"]["_type"] == "html-file" and summary["arcadecam/sobel"]["_type"] == "image-file"
    shown = pictures_of(run, "gradcam")
    assert len(shown) == 2
    for picture, kept in zip(shown, log._pictures):
        np.testing.assert_array_equal(picture, kept)


def test_the_callback_gives_them_while_a_model_learns(run, states):
    model = PPO("CnnPolicy", Pictures(shape=(84, 84, 4)), n_steps=8, batch_size=8, n_epochs=1, seed=0, device="cpu")
    callback = sb3.ExplainCallback(states, every=8, methods="gradcam", measures="shape", wandb=run)
    model.learn(16, callback=callback)
    assert callback.log.steps == [0, 8, 16]
    summary = dict(run.summary)
    assert summary["global_step"] == 16
    assert summary["arcadecam/gradcam/shape/sparseness"] == callback.log.measures["gradcam", "shape", "sparseness"][-1]
    assert len(pictures_of(run, "gradcam")) >= 3
