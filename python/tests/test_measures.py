"""Measures against what the same calls give by hand."""

import numpy as np
import pytest

import arcadecam as ac


def value(table, method, statistic, state=0):
    (found,) = [
        v
        for m, s, n, v in zip(table["method"], table["statistic"], table["state"], table["value"])
        if (m, s, n) == (method, statistic, state)
    ]
    return found


def test_deletion_is_the_area_under_the_values_of_blackened_states(dqn, states):
    # Four steps of 1,764 pixels, in the order of the map; no two pixels of a random picture tie.
    table = ac.measure(dqn, states[:1], "saliency", "insertion-deletion:pixels=1764")
    e = dqn.explain(states[:1], "saliency", target="chosen")
    order = np.argsort(-e.map[0].ravel(), kind="stable")
    action = int(dqn(states[:1]).argmax())
    changed, curve = states[0].copy(), [dqn(states[0])[0, action]]
    for step in range(4):
        changed.reshape(4, -1)[:, order[step * 1764 : (step + 1) * 1764]] = 0
        curve.append(dqn(changed)[0, action])
    expected = sum((a + b) / 2 for a, b in zip(curve, curve[1:])) / 4
    np.testing.assert_allclose(value(table, "saliency", "deletion-black-raw"), expected, rtol=1e-4)


def test_localisation_takes_the_callers_objects(dqn, states):
    whole = {"name": "all", "kind": "ball", "boxes": [(0, 0, 84, 84)] * 4}
    left = {"name": "left half", "kind": "player", "boxes": [(0, 0, 42, 84)] * 4}
    table = ac.measure(dqn, states[:2], ["random", "saliency"], "localisation:radius=0", objects=[[whole, left], []])
    assert set(table["state"]) == {0}  # the second state has no object
    for method in ("random", "saliency"):
        np.testing.assert_allclose(value(table, method, "ball.mass"), 1, rtol=1e-6)
    share = dqn.explain(states[:1], "saliency", target="chosen").map[0]
    np.testing.assert_allclose(value(table, "saliency", "player.mass"), share[:, :42].sum() / share.sum(), rtol=1e-5)
    np.testing.assert_allclose(value(table, "random", "player.over-chance"), 1, atol=0.05)


def test_all_measures_of_all_kinds_of_agents_give_finite_numbers(dqn, recurrent, states):
    for agent in (dqn, recurrent):
        planes = states[:, : agent.input_shape[0]]
        table = ac.measure(agent, planes, "saliency", ["shape", "average-drop", "removal", "randomisation", "random-logit", "road"])
        assert {m.split(":")[0] for m in table["measure"]} >= {"shape", "average-drop", "removal", "randomisation"}
        assert np.isfinite(table["value"]).all()
        assert len({len(column) for column in table.values()}) == 1
        key, mean = next(iter(table.means().items()))
        rows = [v for *k, v in zip(table["method"], table["measure"], table["statistic"], table["value"]) if tuple(k) == key]
        np.testing.assert_allclose(mean, np.mean(rows))
        assert "numbers of 3 states" in repr(table)


def test_the_same_seed_gives_the_same_numbers(dqn, states):
    first, again, other = (ac.measure(dqn, states, "gradcam", "removal", seed=seed)["value"] for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_the_action_taken_is_asked_about(dqn, states):
    chosen = (dqn(states).argmax(axis=1) + 1) % 6
    greedy, other = (ac.measure(dqn, states, "gradcam", "average-drop", chosen=c)["value"] for c in (None, chosen))
    assert not np.array_equal(greedy, other)


def test_the_table_says_what_a_measure_gives():
    names = [m.name for m in ac.measures()]
    assert names == sorted(names) and "causal" not in names and "play" not in names
    road = next(m for m in ac.measures() if m.name == "road")
    assert road.citation and road.statistics[0].direction in ("higher is better", "lower is better", "neither is better")
    assert "every" in [p.key for p in road.parameters]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"measures": "play"}, "no measure 'play'"),
        ({"measures": "shape:x=1"}, "parameter 'x'"),
        ({"methods": "gradcan"}, "no method 'gradcan'"),
        ({"methods": []}, "at least one"),
        ({"chosen": [0, 1, 6]}, "actions 0 to 5"),
        ({"chosen": [0]}, "expected 3 whole numbers"),
        ({"objects": [[]]}, "each of the 3 states"),
        ({"objects": [[{"name": "x"}], [], []]}, '"boxes"'),
        ({"objects": [[{"name": "x", "kind": "ball", "boxes": [(1, 2, 3)]}], [], []]}, "left, top, width, height"),
        ({"seed": -1}, "seed"),
        ({"target": "action:9"}, "action"),
    ],
)
def test_mistakes_are_named(dqn, states, arguments, message):
    arguments = {"methods": "gradcam", "measures": "shape", **arguments}
    with pytest.raises(ac.Error, match=".*") as error:
        ac.measure(dqn, states, **arguments)
    assert message in str(error.value)


def test_floats_are_refused(dqn, states):
    with pytest.raises(ac.Error, match="uint8"):
        ac.measure(dqn, states.astype(np.float32), "gradcam", "shape")
