"""Logs of maps while an agent learns."""

import doctest

import numpy as np
import pytest

import arcadecam as ac
from arcadecam import training


class Writer:
    """What a TensorBoard writer is asked for."""

    def __init__(self):
        self.images, self.numbers = [], []

    def add_image(self, tag, image, step, dataformats):
        self.images.append((tag, image.shape, step, dataformats))

    def add_scalar(self, tag, number, step):
        self.numbers.append((tag, number, step))


def test_a_log_keeps_the_maps_of_every_step(states, tmp_path):
    writer = Writer()
    log = training.MapLog(states, ["gradcam", "sobel"], "margin", folder=tmp_path / "maps", writer=writer)
    agents = {0: ac.load("pong"), 500: ac.load("pong", randomize_weights=1)}
    for step, agent in agents.items():
        log(step, agent)
    assert log.steps == [0, 500]
    for n, agent in enumerate(agents.values()):
        np.testing.assert_array_equal(log.maps["gradcam"][n], agent.explain(states, "gradcam", target="margin").map)
        np.testing.assert_array_equal(log.values[n], agent(states))
    assert [(tag, step) for tag, _, step, _ in writer.images] == [
        ("arcadecam/gradcam", 0), ("arcadecam/sobel", 0), ("arcadecam/gradcam", 500), ("arcadecam/sobel", 500)
    ]
    log.save()
    with np.load(tmp_path / "maps" / "maps.npz") as saved:
        assert saved["steps"].tolist() == [0, 500]
        np.testing.assert_array_equal(saved["gradcam"], log.maps["gradcam"])
        assert saved["values"].shape == (2, 3, 6)
    assert "step 500" in (tmp_path / "maps" / "film.html").read_text()


def test_a_log_keeps_measures(states, tmp_path):
    writer = Writer()
    log = training.MapLog(states, ["gradcam", "random"], "margin", measures=["shape", "removal"], folder=tmp_path, writer=writer)
    agents = {0: ac.load("pong"), 500: ac.load("pong", randomize_weights=1)}
    for step, agent in agents.items():
        log(step, agent)
        log(step, agent)  # replaces
    log.save()
    expected = [ac.measure(agent, states, ["gradcam", "random"], ["shape", "removal"], target="margin").means() for agent in agents.values()]
    assert set(log.measures) == set(expected[0]) | set(expected[1])
    for key, means in log.measures.items():
        np.testing.assert_array_equal(means, [one.get(key, np.nan) for one in expected])
    lines = (tmp_path / "measures.csv").read_text().splitlines()
    assert lines[0] == "step,method,measure,statistic,mean" and len(lines) == 1 + len(expected[0]) + len(expected[1])
    key = ("gradcam", "shape", "sparseness")
    assert f"500,gradcam,shape,sparseness,{expected[1][key]}" in lines
    assert ("arcadecam/gradcam/shape/sparseness", expected[0][key], 0) in writer.numbers


def test_mistakes_are_errors(states):
    with pytest.raises(ac.Error, match="no folder"):
        training.MapLog(states).save()
    with pytest.raises(ac.Error, match="nothing was logged"):
        training.MapLog(states, folder="nowhere").save()
    with pytest.raises(ac.Error, match="target: expected one"):
        training.MapLog(states, target=["greedy", "margin"])
    with pytest.raises(ac.Error, match="no measure 'nosuch'"):
        training.MapLog(states, measures="nosuch")(0, ac.load("pong"))
    with pytest.raises(ac.Error, match="expected the shape"):
        training.MapLog(states[:, :2])(0, ac.load("pong"))


def test_the_example_runs():
    assert doctest.testmod(training).failed == 0
