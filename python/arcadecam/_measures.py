"""Measures of maps that need no game."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from . import _native
from ._agent import Agent, _method_text
from ._arrays import actions_of, memory_of
from ._methods import Parameter
from ._native import Error


@dataclass(frozen=True)
class Statistic:
    """One number that a measure gives for a state."""

    name: str
    title: str
    direction: str
    """"higher is better", "lower is better" or "neither is better"."""
    unit: str
    """Empty for a plain number."""


@dataclass(frozen=True)
class Measure:
    """A measure of maps."""

    name: str
    title: str
    citation: str
    statistics: tuple[Statistic, ...]
    parameters: tuple[Parameter, ...]


def measures() -> tuple[Measure, ...]:
    """The measures that need no game, by name. The program has more, which need the game.

    >>> import arcadecam as ac
    >>> [m.name for m in ac.measures()][:3]
    ['average-drop', 'consistency', 'faithfulness-correlation']
    """
    return tuple(
        Measure(
            entry["name"],
            entry["title"],
            entry["citation"],
            tuple(Statistic(*one) for one in entry["statistics"]),
            tuple(Parameter(*one) for one in entry["params"]),
        )
        for entry in _native.measures()
    )


class Measurements(dict):
    """Columns of equal length, a row for each number: `pandas.DataFrame(m)` and `polars.DataFrame(m)` take it.

    state: the place among the given states, int64; method, measure, statistic: texts as they were asked for; value: float64.
    Numbers that are not defined for a state (of a map that is zero everywhere, for example) have no row.
    """

    def means(self) -> dict[tuple[str, str, str], float]:
        """The mean over the states, by (method, measure, statistic).

        States of one episode resemble each other: an interval needs the program's `evaluate`, which draws whole episodes.
        """
        sums: dict[tuple[str, str, str], list[float]] = {}
        for key in zip(self["method"], self["measure"], self["statistic"], self["value"]):
            sums.setdefault(key[:3], []).append(float(key[3]))
        return {key: math.fsum(values) / len(values) for key, values in sums.items()}

    def __repr__(self) -> str:
        return f"<Measurements: {len(self['value'])} numbers of {len(set(self['state'].tolist()))} states>"


def _objects(objects: Any, states: int) -> list:
    if objects is None:
        return []
    if len(objects) != states:
        raise Error(f"objects: expected a list for each of the {states} states, found {len(objects)}")
    checked = []
    for state in objects:
        known = []
        for one in state:
            if not isinstance(one, Mapping) or not {"name", "kind", "boxes"} <= set(one):
                raise Error('objects: expected mappings with "name", "kind" and "boxes"')
            boxes = [[int(side) for side in box] for box in one["boxes"]]
            if any(len(box) != 4 or any(abs(side) > 100_000 for side in box) for box in boxes):
                raise Error("objects: a box is left, top, width, height in pixels of a plane")
            known.append((str(one["name"]), str(one["kind"]), boxes))
        checked.append(known)
    return checked


def measure(
    agent: Agent,
    obs: Any,
    methods: str | Sequence[str] = ("fullgrad++", "random"),
    measures: str | Sequence[str] = "all",
    *,
    target: str | int = "chosen",
    chosen: Any = None,
    memory: Any = None,
    objects: Sequence[Sequence[Mapping[str, Any]]] | None = None,
    layout: str = "NCHW",
    seed: int = 0,
) -> Measurements:
    """How good the maps of `methods` are on the given states, by measures that need no game.

    obs: uint8, N×planes×height×width (or as `layout` says). measures: NAME[:key=value]… of `ac.measures()`, a list of them, or
    "all". target, memory: those of `agent.explain`. chosen: the action that was taken in each state; the greedy one where it
    is missing. objects: for `localisation`, what is in each state: mappings with "name", "kind" ("ball", "player", "enemy",
    "car", …) and "boxes", one (left, top, width, height) in pixels for each plane. seed: of all random numbers: the same seed
    gives the same numbers, and all methods are compared under the same draws.

    Always measure "random" beside a method: a number means little without it.

    >>> import numpy as np
    >>> import arcadecam as ac
    >>> states = np.random.default_rng(0).integers(0, 256, (2, 4, 84, 84), dtype=np.uint8)
    >>> table = ac.measure(ac.load("pong"), states, ["gradcam", "random"], "shape")
    >>> sorted(table)
    ['measure', 'method', 'state', 'statistic', 'value']
    """
    states = agent._states(obs, layout, None)
    if states.dtype != np.uint8:
        raise Error(f"observations: measures take uint8 values, 0…255, found {states.dtype}")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or not 0 <= seed < 2**64:
        raise Error(f"seed: expected a whole number from 0 to 2^64−1, found {seed!r}")
    kept = memory_of(memory, len(states), agent.memory_size)
    actions = actions_of(chosen, len(states))
    if not actions:
        actions = agent(states, memory=kept).argmax(axis=1).tolist()
    names = measures if isinstance(measures, str) else ",".join(measures)
    state, method, measure_, statistic, value, at, about = _native.measure(
        agent._network,
        states,
        _method_text(methods)[0],
        names,
        agent._target(target),
        actions,
        kept,
        _objects(objects, len(states)),
        int(seed),
    )
    # Points of curves and numbers about single objects are the program's to draw.
    rows = [n for n in range(len(value)) if math.isnan(at[n]) and not about[n]]
    return Measurements(
        state=np.array([state[n] for n in rows], np.int64),
        method=[method[n] for n in rows],
        measure=[measure_[n] for n in rows],
        statistic=[statistic[n] for n in rows],
        value=np.array([value[n] for n in rows], np.float64),
    )
