"""Agents: what is known of them, and what their networks put out."""

import threading

import numpy as np
import pytest

import arcadecam as ac


def test_knows_what_the_file_says(golden):
    agent = ac.load(golden / "agents" / "sb3_ppo.zip", game="pong")
    assert agent.game == "pong"
    assert agent.convention == "stable-baselines3"
    assert agent.protocol.name == "stable-baselines3"
    assert agent.protocol["frame_skip"] == 4
    assert agent.output == "logit"
    assert agent.facts["has_critic"]
    assert any("stable-baselines3" in sentence for sentence in agent.evidence)
    assert agent.layers[0] == ac.Layer("input", "Input", agent.input_shape, False)
    assert [layer.kind for layer in agent.layers if layer.spatial] == ["Conv2d"] * 3
    assert len(agent.sha256) == 64


def test_says_what_it_does_not_know(dqn):
    assert dqn.game is None
    assert not dqn.protocol.known
    assert any("--game" in sentence for sentence in dqn.unknown)
    assert dqn.actions == ("0", "1", "2", "3", "4", "5")


def test_embedded_agents_load_by_name():
    for card in ac.agents():
        agent = ac.load(card.name)
        assert agent.input_shape == (4, 84, 84)
        assert card.score


def test_options_are_the_programs(golden):
    file = golden / "checkpoints" / "dqn_flat.pt"
    whole = ac.load(file)
    states = np.full((1, 4, 84, 84), 100, np.uint8)
    assert not np.array_equal(whole(states), ac.load(file, randomize_weights=1)(states))
    np.testing.assert_allclose(ac.load(file, engine="reference")(states), whole(states), rtol=1e-5, atol=1e-5)
    with pytest.raises(ac.Error, match="no protocol"):
        ac.load(file, protocol="nonsense")
    with pytest.raises(ac.Error, match="nonsense"):
        ac.load(file, engine="nonsense")


def test_a_missing_file_names_the_embedded_agents():
    with pytest.raises(ac.Error, match="no such file, and no embedded agent of that name .*pong"):
        ac.load("nobody")


@pytest.mark.parametrize("name", ["bad_magic.pt", "not_finite.pt"])
def test_a_bad_file_is_an_error(golden, name, tmp_path):
    file = tmp_path / name
    file.write_bytes(b"\x80\x02nonsense" * 100)
    with pytest.raises(ac.Error, match=name):
        ac.load(file)


def test_values_do_not_depend_on_how_the_array_lies(dqn, states):
    expected = dqn(states)
    assert expected.shape == (3, 6) and expected.dtype == np.float32
    read_only = states.copy()
    read_only.flags.writeable = False
    fortran = np.asfortranarray(states)
    spread = np.zeros((6, 4, 84, 84), np.uint8)
    spread[::2] = states
    last = np.ascontiguousarray(states.transpose(0, 2, 3, 1))
    for given in (read_only, fortran, spread[::2], states.astype(np.float32), states.astype(np.float64), states.tolist()):
        if isinstance(given, list):
            given = np.asarray(given, np.uint8)
        np.testing.assert_array_equal(dqn(given), expected)
    np.testing.assert_array_equal(dqn(last, layout="NHWC"), expected)
    np.testing.assert_array_equal(dqn(states[1]), expected[1:2])


def test_a_contiguous_array_is_not_copied(dqn, states):
    from arcadecam._arrays import observations

    for array in (states, states.astype(np.float32)):
        taken = observations(array, dqn.input_shape, 1 / 255, "NCHW", None)
        assert np.shares_memory(taken, array)


def test_unit_floats_are_asked_about(dqn, states):
    unit = (states / 255).astype(np.float32)
    with pytest.raises(ac.Error, match='pixels="0-1"'):
        dqn(unit)
    np.testing.assert_allclose(dqn(unit, pixels="0-1"), dqn(states), rtol=1e-4, atol=1e-5)
    assert dqn(unit, pixels="0-255").shape == (3, 6)
    assert dqn(np.zeros((1, 4, 84, 84), np.float32)).shape == (1, 6)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda s: s[:, :3], "expected the shape N×4×84×84 with N of at least 1, found 3×3×84×84"),
        (lambda s: s[:0], "found 0×4×84×84"),
        (lambda s: s[0, 0], "found 84×84"),
        (lambda s: s.transpose(0, 2, 3, 1), 'give layout="NHWC"'),
        (lambda s: s.astype(np.int64), "expected uint8 or float values, found int64"),
        (lambda s: s > 3, "found bool"),
        (lambda s: np.where(s > 254, np.nan, s), "state 0 holds a number that is not finite"),
        (lambda s: np.where(s > 254, np.inf, s), "not finite"),
        (lambda s: 3, "found one number"),
        (lambda s: "states", "observations"),
    ],
)
def test_wrong_observations_are_errors(dqn, states, make, message):
    for call in (dqn, dqn.explain):
        with pytest.raises(ac.Error, match=message.replace("(", r"\(")):
            call(make(states))


def test_wrong_words_are_errors(dqn, states):
    for options, message in [
        ({"layout": "CHW"}, "layout: expected one of NCHW, NHWC"),
        ({"pixels": "1"}, "pixels: expected one of 0-255, 0-1"),
        ({"batch": 0}, "batch: expected a whole number from 1 to 4096"),
        ({"memory": np.zeros((3, 2))}, "the network is not recurrent"),
    ]:
        with pytest.raises(ac.Error, match=message):
            dqn(states, **options)
    with pytest.raises(ac.Error, match="uint8"):
        dqn(states, pixels="0-1")


def test_the_batch_changes_no_shape(dqn):
    states = np.random.default_rng(3).integers(0, 256, (7, 4, 84, 84), dtype=np.uint8)
    np.testing.assert_allclose(dqn(states, batch=2), dqn(states), rtol=1e-5, atol=1e-6)


def test_recurrent_agents_take_and_give_their_state(recurrent, states):
    size = recurrent.memory_size
    assert size > 0
    start = recurrent.initial_memory(3)
    assert start.shape == (3, size)
    shape = (3, *recurrent.input_shape)
    observations = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    values, memory = recurrent.step(observations)
    np.testing.assert_array_equal(recurrent.step(observations, start)[0], values)
    assert memory.shape == (3, size) and np.abs(memory).max() > 0
    later, _ = recurrent.step(observations, memory)
    assert not np.array_equal(later, values)
    e = recurrent.explain(observations, "gradcam", memory=memory)
    np.testing.assert_array_equal(e.values, later)
    np.testing.assert_array_equal(e.memory, recurrent.step(observations, memory)[1])
    np.testing.assert_array_equal(recurrent.step(observations[:1], memory[0])[0], recurrent.step(observations[:1], memory[:1])[0])
    for wrong in (memory[:2], memory[:, :3], np.full_like(memory, np.nan)):
        with pytest.raises(ac.Error, match="memory"):
            recurrent.step(observations, wrong)


def test_threads_share_an_agent(dqn, states):
    expected = {m: dqn.explain(states, m).map for m in ("gradcam", "fullgrad++")}
    wrong = []

    def work(method):
        for _ in range(10):
            if not np.array_equal(dqn.explain(states, method).map, expected[method]):
                wrong.append(method)

    threads = [threading.Thread(target=work, args=(method,)) for method in expected]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong


def test_a_model_that_was_saved_without_an_ending(golden, tmp_path):
    import shutil

    shutil.copy(golden / "checkpoints" / "dqn_flat.pt", tmp_path / "model.zip")
    assert ac.load(tmp_path / "model").sha256 == ac.load(golden / "checkpoints" / "dqn_flat.pt").sha256


def test_what_is_no_file_is_told_where_it_belongs(dqn):
    class Module:
        def state_dict(self):
            return {}

    with pytest.raises(ac.Error, match=r"found Module: for a model of Stable-Baselines3.*agent_of"):
        ac.load(Module())
    with pytest.raises(ac.Error, match=r"found Module: give its state_dict\(\)"):
        ac.from_state_dict(Module())
    with pytest.raises(ac.Error, match=r"int64: give obs.astype\(numpy.uint8\)"):
        dqn(np.zeros((1, 4, 84, 84), np.int64))


def test_an_agent_is_neither_pickled_nor_copied(dqn):
    import copy
    import pickle

    for work in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(ac.Error, match="load it in the process that uses it"):
            work(dqn)


def test_targets_name_actions(states):
    agent = ac.load("pong")
    agent.__dict__["actions"] = ("NOOP", "FIRE", "RIGHT", "LEFT", "RIGHTFIRE", "LEFTFIRE")  # ale-py's
    by_name, by_number = agent.explain(states, "gradcam", "margin:LEFT/Right"), agent.explain(states, "gradcam", "margin:3/2")
    np.testing.assert_array_equal(by_name.raw, by_number.raw)
    assert by_name.action.tolist() == [3, 3, 3] and by_name.target == "margin:LEFT/Right"
    both = agent.explain(states, ["gradcam"], ["action:FIRE", 1])
    np.testing.assert_array_equal(both["gradcam", "action:FIRE"].map, both["gradcam", "action:1"].map)
    assert agent.describe("action:FIRE") == agent.describe("action:1")
    table = ac.measure(agent, states, "gradcam", "shape", target="action:LEFT")
    np.testing.assert_array_equal(table["value"], ac.measure(agent, states, "gradcam", "shape", target=3)["value"])
    with pytest.raises(ac.Error, match="no action 'JUMP'; there are NOOP, FIRE"):
        agent.explain(states, "gradcam", "action:JUMP")
    agent.__dict__["actions"] = tuple("012345")
    with pytest.raises(ac.Error, match="names of the actions are not known; give numbers from 0 to 5"):
        agent.explain(states, "gradcam", "action:LEFT")
