"""An agent: a network and what is known about it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from . import _native
from ._arrays import actions_of, memory_of, observations
from ._explanation import Explanation, Explanations, newest_planes
from ._native import Error


@dataclass(frozen=True)
class Layer:
    """A node of the network."""

    name: str
    kind: str
    """The operation: "Conv2d", "Linear", …"""
    shape: tuple[int, ...]
    """The shape of its output for one state."""
    spatial: bool
    """Whether CAM methods may choose it (NAME:layer=…)."""


class Protocol(Mapping):
    """How the agent's source plays and observes the game: a name and settings (docs/protocols.md)."""

    def __init__(self, settings: dict[str, Any], known: bool) -> None:
        self._settings = dict(settings)
        self.name: str = self._settings.pop("name")
        self.known: bool = known
        """Whether the file or the caller said it; otherwise it is "modern" for want of better."""

    def __getitem__(self, key: str) -> Any:
        return self._settings[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._settings)

    def __len__(self) -> int:
        return len(self._settings)

    def __repr__(self) -> str:
        return f"<Protocol: {self.name}{'' if self.known else ', assumed'}>"


_QUESTIONS = 256  # kept by an agent


def _method_text(methods: str | Sequence[str]) -> tuple[str, bool]:
    if isinstance(methods, str):
        return methods, False
    if len(methods) == 0:
        raise Error("methods: expected at least one")
    return ",".join(methods), True


class Agent:
    """A network that plays, made by `load()`, `from_state_dict()` or `from_torch()`.

    Any thread may use it; calls of several threads on one agent wait for each other, those on two agents do not. The
    interpreter's lock is released while it computes.

    >>> import arcadecam as ac
    >>> agent = ac.load("pong")
    >>> agent.game, agent.protocol.name, agent.algorithm, agent.output
    ('Pong', 'modern', 'DQN', 'value')
    >>> agent.input_shape
    (4, 84, 84)
    """

    def __init__(self, network: _native.Network, name: str) -> None:
        self._network = network
        self._facts: dict[str, Any] = network.facts()
        self.name: str = name
        self.input_shape: tuple[int, ...] = self._facts["input_shape"]
        """The shape of one state: planes, height, width."""
        self.memory_size: int = self._facts["memory_size"]
        """How many numbers a recurrent network remembers from step to step; 0 of others."""
        self._input_scale: float = self._facts["input_scale"]
        self._questions: dict[tuple[str, ...], _native.Question] = {}
        self._frame_planes: int = 3 if self.protocol["grey"] == "rgb" else 1

    game: str | None = property(lambda self: self._facts["game"], doc="The game's name, where it is known.")
    algorithm: str | None = property(lambda self: self._facts["algorithm"], doc='"DQN", "C51", "PPO", …, where it is known.')
    convention: str = property(lambda self: self._facts["convention"], doc="Whose checkpoint it is.")
    evidence: list[str] = property(lambda self: self._facts["evidence"], doc="Why it is taken for what it is, one sentence each.")
    unknown: list[str] = property(lambda self: self._facts["unknown"], doc="What could not be known, one sentence each.")
    output: str = property(lambda self: self._facts["output"], doc='What the network puts out: "value", "logit" or "probability".')
    sha256: str = property(lambda self: self._facts["sha256"], doc="The checkpoint's.")
    facts: dict[str, Any] = property(lambda self: dict(self._facts), doc="All that is known, as a dict.")

    @cached_property
    def protocol(self) -> Protocol:
        """How its source plays and observes the game."""
        return Protocol(self._network.protocol(), self._facts["protocol_known"])

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The network's nodes in order.

        >>> import arcadecam as ac
        >>> [layer.name for layer in ac.load("pong").layers if layer.spatial]
        ['conv1', 'conv2', 'conv3']
        """
        return tuple(Layer(*layer) for layer in self._network.layers())

    @cached_property
    def actions(self) -> tuple[str, ...]:
        """One name for each of the network's actions, in its order.

        The names are those of the game's actions where the game is known and ale-py is installed, else the numbers.
        """
        from ._games import action_names

        return action_names(self.game, self._facts["actions"])

    def __repr__(self) -> str:
        shape = "×".join(map(str, self.input_shape))
        return f"<Agent {self.name}: {self._facts['network']}, {shape} → {self._facts['actions']} {self.output}s>"

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise Error(f"{self.name}: an agent cannot be pickled or copied: load it in the process that uses it")

    def _target(self, target: str | int) -> str:
        """As the native half takes it: actions by their numbers."""
        if isinstance(target, (int, np.integer)) and not isinstance(target, bool):
            return f"action:{int(target)}"
        if not isinstance(target, str):
            raise Error(f"target: expected a text or an action's number, found {type(target).__name__}")
        kind, colon, asked = target.partition(":")
        if not colon or kind == "linear" or not any(part[:1].isalpha() for part in asked.split("/")):
            return target
        if all(name.isdigit() for name in self.actions):
            raise Error(
                f"target '{target}': the names of the actions are not known; give numbers from 0 to {len(self.actions) - 1}"
                + (", or say the game where the agent is loaded (game=)" if self.game is None else " (ale-py knows the names)")
            )
        numbers = {name.upper(): str(number) for number, name in enumerate(self.actions)}
        for part in asked.split("/"):
            if part[:1].isalpha() and part.upper() not in numbers:
                raise Error(f"target '{target}': there is no action '{part}'; there are {', '.join(self.actions)}")
        return kind + ":" + "/".join(numbers.get(part.upper(), part) for part in asked.split("/"))

    def _states(self, obs: Any, layout: str, pixels: str | None) -> np.ndarray:
        return observations(obs, self.input_shape, self._input_scale, layout, pixels)

    def _question(self, methods: str, targets: list[str]) -> _native.Question:
        """What is asked, parsed once for all calls that ask the same."""
        key = (methods, *targets)
        known = self._questions.get(key)
        if known is None:
            known = self._network.question(methods, targets)
            if len(self._questions) >= _QUESTIONS:
                self._questions.clear()
            self._questions[key] = known
        return known

    def __call__(
        self, obs: Any, *, memory: Any = None, layout: str = "NCHW", pixels: str | None = None, batch: int = 8
    ) -> np.ndarray:
        """The network's outputs, float32 N×actions: action values, or a policy's logits or probabilities (`output`).

        obs: N×planes×height×width, oldest plane first; uint8, or floats 0…255 (0…1 with pixels="0-1"). An array of NumPy or
        of anything with DLPack; one observation without N is a batch of one. layout: "NCHW" or "NHWC". memory: what a
        recurrent network remembers at each state, N×memory_size; zeros where it is missing. batch: states in one pass.

        >>> import numpy as np
        >>> import arcadecam as ac
        >>> ac.load("pong")(np.zeros((3, 84, 84, 4), np.uint8), layout="NHWC").shape
        (3, 6)
        """
        return self.step(obs, memory, layout=layout, pixels=pixels, batch=batch)[0]

    def step(
        self, obs: Any, memory: Any = None, *, layout: str = "NCHW", pixels: str | None = None, batch: int = 8
    ) -> tuple[np.ndarray, np.ndarray | None]:
        """The outputs and what a recurrent network remembers after these states (None of others): state in, state out.

        >>> import numpy as np
        >>> import arcadecam as ac
        >>> values, memory = ac.load("pong").step(np.zeros((1, 4, 84, 84), np.uint8))
        >>> memory is None
        True
        """
        states = self._states(obs, layout, pixels)
        return self._network.run(states, memory_of(memory, len(states), self.memory_size), _positive(batch))

    def initial_memory(self, states: int = 1) -> np.ndarray:
        """What a recurrent network remembers when an episode starts: zeros, states×memory_size."""
        return np.zeros((states, self.memory_size), np.float32)

    def describe(self, target: str) -> str:
        """A target in words, with what this network makes of it. Actions by number, or by name where `actions` has names.

        >>> import arcadecam as ac
        >>> ac.load("pong").describe("action:2")
        'value of action 2'
        """
        return self._network.describe(self._target(target))

    def explain(
        self,
        obs: Any,
        methods: str | Sequence[str] = "fullgrad++",
        target: str | int | Sequence[str | int] = "greedy",
        *,
        chosen: Any = None,
        memory: Any = None,
        layout: str = "NCHW",
        pixels: str | None = None,
        batch: int = 8,
    ) -> Any:
        """What the network looks at in N states.

        obs, memory, layout, pixels and batch are those of a call of the agent. methods: NAME[:key=value]… (`ac.methods()`,
        `ac.help(NAME)`), or a list of them. target: what is explained: "greedy", "chosen", "action:K" (or K), "margin[:A[/B]]",
        "advantage[:K]", "value", "probability[:K]", "logit[:K]", …; or a list of them. K, A and B are numbers, or names of
        `actions` ("margin:LEFT/RIGHT"). chosen: the action that was taken in each state, N whole numbers, for targets that ask
        about it; the greedy one where it is missing.

        Gives an `Explanation`; of lists, or of several methods separated by commas, `Explanations` by method, or by
        (method, target) where targets are a list. Several methods and targets share the forward pass, and all methods of
        one target the backward pass.

        >>> import numpy as np
        >>> import arcadecam as ac
        >>> agent = ac.load("pong")
        >>> states = np.zeros((2, 4, 84, 84), np.uint8)
        >>> bool(agent.explain(states, "gradcam:layer=2", target="margin").map.max() <= 1)
        True
        >>> both = agent.explain(states, ["fullgrad++", "lrp"], target=["greedy", 3])
        >>> list(both)
        [('fullgrad++', 'greedy'), ('lrp', 'greedy'), ('fullgrad++', 'action:3'), ('lrp', 'action:3')]
        """
        text, several = _method_text(methods)
        targets_listed = isinstance(target, (list, tuple))
        asked = list(target) if targets_listed else [target]
        targets = [self._target(one) for one in asked]
        names = [one if isinstance(one, str) else text for one, text in zip(asked, targets)]
        if not targets:
            raise Error("target: expected at least one")
        states = self._states(obs, layout, pixels)
        outputs, results = self._network.explain(
            states,
            self._question(text, targets),
            actions_of(chosen, len(states)),
            memory_of(memory, len(states), self.memory_size),
            _positive(batch),
        )
        planes = newest_planes(states, self._frame_planes)
        if not several and not targets_listed and len(results[0]) == 1:
            return Explanation(results[0][0], names[0], outputs, planes, len(states))
        entries: dict[Any, Explanation] = {}
        for name, row in zip(names, results):
            for result in row:
                key = (result.method, name) if targets_listed else result.method
                if key in entries:
                    raise Error(f"{key}: asked for twice")
                entries[key] = Explanation(result, name, outputs, planes, len(states))
        return Explanations(entries)


def _positive(batch: int) -> int:
    if not isinstance(batch, (int, np.integer)) or not 1 <= batch <= 4096:
        raise Error(f"batch: expected a whole number from 1 to 4096, found {batch!r}")
    return int(batch)
