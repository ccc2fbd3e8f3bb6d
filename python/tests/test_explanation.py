"""Explanations: what they hold, for every method, target and mistake."""

import numpy as np
import pytest

import arcadecam as ac

METHODS = [m.name for m in ac.methods() if not m.asks_objects]


@pytest.mark.parametrize("method", METHODS)
def test_every_method_keeps_its_shapes_and_ranges(dqn, states, method):
    e = dqn.explain(states[:2], method)
    assert len(e) == 2
    assert e.map.shape == (2, 84, 84) and e.map.dtype == np.float32
    assert e.map.min() >= 0 and e.map.max() <= 1
    assert e.raw.shape[0] == 2 and np.isfinite(e.raw).all()
    assert e.lowest.shape == e.highest.shape == (2,)
    assert (e.signed is not None) == ("signed" in next(m for m in ac.methods() if m.name == method).promises)
    if e.planes is not None:
        assert e.planes.shape == (2, 4, 84, 84)
    np.testing.assert_array_equal(e.action, dqn(states[:2]).argmax(axis=1))
    assert len(e.layers) == 2
    assert e.method == method and e.target == "greedy"


def test_several_methods_and_targets_share_the_pass_and_equal_single_calls(dqn, states):
    methods, targets = ["fullgrad++", "gradcam:layer=1", "lrp"], ["greedy", "margin", 2]
    together = dqn.explain(states, methods, target=targets)
    assert list(together) == [(m, t) for t in ("greedy", "margin", "action:2") for m in methods]
    for (method, target), e in together.items():
        single = dqn.explain(states, method, target=target)
        np.testing.assert_array_equal(e.map, single.map)
        np.testing.assert_array_equal(e.raw, single.raw)
        np.testing.assert_array_equal(e.values, single.values)
    by_comma = dqn.explain(states, "fullgrad++,lrp")
    assert list(by_comma) == ["fullgrad++", "lrp"]
    np.testing.assert_array_equal(by_comma["lrp"].map, dqn.explain(states, "lrp").map)


def test_a_critics_value_may_be_asked_beside_an_action(golden, states):
    agent = ac.load(golden / "agents" / "sb3_separate.zip")
    states = states[:, : agent.input_shape[0]]
    both = agent.explain(states, ["gradcam"], target=["value", "greedy"])
    for target in ("value", "greedy"):
        np.testing.assert_array_equal(both["gradcam", target].map, agent.explain(states, "gradcam", target=target).map)
    assert both["gradcam", "value"].layers != both["gradcam", "greedy"].layers


def test_a_chosen_action_is_asked_about(dqn, states):
    chosen = np.array([5, 0, 3])
    e = dqn.explain(states, "gradcam", target="chosen", chosen=chosen)
    np.testing.assert_array_equal(e.action, chosen)
    for n, action in enumerate(chosen):
        np.testing.assert_allclose(e.raw[n], dqn.explain(states[n], "gradcam", target=int(action)).raw[0], rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"methods": "gradcamm"}, "gradcam"),
        ({"methods": []}, "at least one"),
        ({"methods": ["gradcam", "gradcam"]}, "asked for twice"),
        ({"methods": "gradcam:layer=99"}, "layer"),
        ({"methods": "gradcam:nonsense=1"}, "nonsense"),
        ({"methods": "object-saliency"}, "object"),
        ({"target": "nonsense"}, "nonsense"),
        ({"target": 6}, "6"),
        ({"target": "action:-1"}, "action"),
        ({"target": []}, "at least one"),
        ({"target": 1.5}, "expected a text or an action's number"),
        ({"target": "entropy"}, "distribution"),
        ({"chosen": [1, 2]}, "expected 3 whole numbers"),
        ({"chosen": [1, 2, 6]}, "6"),
        ({"chosen": [0.5, 1, 2]}, "expected 3 whole numbers"),
    ],
)
def test_wrong_questions_are_errors(dqn, states, arguments, message):
    with pytest.raises(ac.Error, match=message):
        dqn.explain(states, **arguments)
    assert dqn.explain(states).map.shape == (3, 84, 84), "an error leaves the agent as it was"


def test_a_map_that_says_nothing_is_warned_of(golden):
    agent = ac.load(golden / "checkpoints" / "dqn_flat.pt")
    e = agent.explain(np.zeros((2, 4, 84, 84), np.uint8), "input-x-gradient")
    assert not e.map.any()
    assert len(e.warnings) == 1 and e.warnings[0].startswith("input-x-gradient: 2 of 2 maps are ")


def test_results_stay_when_the_next_call_comes(dqn, states):
    first = dqn.explain(states[:1], "gradcam")
    kept = first.map.copy()
    dqn.explain(states[1:2], "gradcam")
    np.testing.assert_array_equal(first.map, kept)
    held = dqn.explain(states, "lrp").map
    copy = held.copy()
    for _ in range(3):
        dqn.explain(states[::-1], "lrp")
    np.testing.assert_array_equal(held, copy)


def test_a_question_asked_again_is_asked_of_what_comes(dqn, golden, states):
    other = ac.load(golden / "checkpoints" / "dqn_flat.pt", randomize_weights=1)
    for _ in range(2):
        for state in (0, 2):
            e = dqn.explain(states[state], "gradcam", target="margin")
            np.testing.assert_array_equal(e.values, dqn(states[state]))
            assert len(e) == 1 and e.memory is None
            assert not np.array_equal(e.raw, other.explain(states[state], "gradcam", target="margin").raw)
    dqn.explain(states, "gradcam", target=1)
    with pytest.raises(ac.Error, match="found bool"):
        dqn.explain(states, "gradcam", target=True)  # which Python takes for the 1 that was asked before
    for action in range(300):  # more different questions than are kept
        dqn.explain(states[:1], "sobel", target=f"linear:{action}/0/0/0/0/1")


def test_pictures_show_the_states_as_they_were(dqn, states):
    given = states.copy()
    e = dqn.explain(given, "gradcam")
    given[:] = 0
    np.testing.assert_array_equal(e.picture(2, scale=1), ac.overlay(states[2, -1], e.map[2]))


def test_shows_itself(dqn, states):
    e = dqn.explain(states, "gradcam")
    assert e._repr_png_().startswith(b"\x89PNG\r\n\x1a\n")
    np.testing.assert_array_equal(e.picture(1, scale=1), ac.overlay(states[1, -1], e.map[1]))
    assert e.picture().shape == (252, 252, 3)
    several = dqn.explain(states, ["gradcam", "lrp"])
    assert several._repr_html_().count("data:image/png;base64,") == 2
    assert "gradcam" in repr(e)


def test_memory_stays_flat(dqn, states):
    def resident():
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1])

    for _ in range(200):
        dqn.explain(states[:1], "fullgrad++")
    before = resident()
    for _ in range(3000):
        dqn.explain(states[:1], "fullgrad++")
    assert resident() - before < 256  # pages of 4 KiB: 1 MiB
