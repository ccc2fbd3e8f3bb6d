"""Gymnasium: environments that explain what the agent sees in them. Needs gymnasium 1.0 or later."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode

from ._agent import Agent
from ._explanation import Explanation, Explanations
from ._loading import load
from ._native import Error
from ._pictures import map_part, overlay


class Reading:
    """How an observation of a space becomes what an agent takes: N×planes×height×width, 0…255.

    Known are the shapes of Gymnasium's, Stable-Baselines3's and ALE's wrappers: planes first or last, a stack of pictures
    with or without a last axis of one grey or three colours. What is not known is an Error: give `prepare`.
    """

    def __init__(self, space: Any, agent: Agent) -> None:
        wanted = agent.input_shape
        self._move: Callable[[np.ndarray], np.ndarray]
        shape = getattr(space, "shape", None)
        if not isinstance(space, gymnasium.spaces.Box) or len(wanted) != 3 or shape is None:
            raise self._unknown(space, wanted, "its shape is none of a picture")
        planes, height, width = wanted
        if shape == wanted:
            self._move = lambda batch: batch
        elif shape == (height, width, planes):
            self._move = lambda batch: np.moveaxis(batch, -1, 1)
        elif len(shape) == 4 and shape[1:3] == (height, width) and shape[3] in (1, 3) and shape[0] * shape[3] == planes:
            # A stack of pictures, oldest first: the planes of each stay together.
            self._move = lambda batch: np.moveaxis(batch, -1, 2).reshape(len(batch), planes, height, width)
        elif shape == (height, width) and planes == 1:
            self._move = lambda batch: batch[:, None]
        else:
            raise self._unknown(space, wanted, "its shape is another one")
        self.pixels: str | None = None
        if space.dtype != np.uint8:
            highest = float(np.max(space.high))
            if space.dtype.kind != "f" or highest not in (1.0, 255.0):
                raise self._unknown(space, wanted, f"its values are {space.dtype} up to {highest:g}")
            self.pixels = "0-1" if highest == 1.0 else "0-255"

    @staticmethod
    def _unknown(space: Any, wanted: tuple[int, ...], why: str) -> Error:
        return Error(
            f"the agent takes {'×'.join(map(str, wanted))} values 0…255; how to read {space} is not known, as {why}: give "
            "prepare=, a function of a batch of observations that returns what the agent takes"
        )

    def __call__(self, batch: np.ndarray) -> np.ndarray:
        return self._move(np.asarray(batch))


class _Explaining:
    """What the wrapper of one environment and that of many share: the agent, the question, the last explanation."""

    def __init__(
        self,
        space: Any,
        agent: Agent | str,
        methods: str | Sequence[str],
        target: str | int,
        prepare: Callable[[np.ndarray], np.ndarray] | None,
        colors: str,
        opacity: float,
        part: Sequence[float],
    ) -> None:
        self.agent = load(agent) if isinstance(agent, str) else agent
        if isinstance(target, (list, tuple)):
            raise Error("target: expected one; several methods may be given")
        self.methods, self.target = methods, target
        reading = None if prepare else Reading(space, self.agent)
        self.prepare = prepare or reading
        self.pixels = reading.pixels if reading else None
        self.colors, self.opacity, self.part = colors, float(opacity), map_part(part)
        self.memory: np.ndarray | None = None
        self.last: Explanation | Explanations | None = None

    def forget(self, which: np.ndarray | None, states: int) -> None:
        """An episode begins: a recurrent network remembers nothing. None: all of them."""
        if self.agent.memory_size == 0:
            return
        if which is None or self.memory is None:
            self.memory = self.agent.initial_memory(states)
        else:
            self.memory[which] = 0

    def explain(self, batch: Any) -> dict[str, Any]:
        """The entries of `info` for a batch of observations."""
        states = self.prepare(batch)
        self.last = self.agent.explain(states, self.methods, self.target, memory=self.memory, pixels=self.pixels)
        first = self.first
        if first.memory is not None:
            self.memory = first.memory.copy()
        by_method = {self.last.method: self.last} if isinstance(self.last, Explanation) else dict(self.last)
        return {"maps": {name: one.map for name, one in by_method.items()}, "values": first.values}

    @property
    def first(self) -> Explanation:
        return self.last if isinstance(self.last, Explanation) else next(iter(self.last.values()))

    def draw(self, frame: Any, state: int) -> np.ndarray:
        return overlay(frame, self.first.map[state], self.colors, self.opacity, part=self.part)


class ExplainObservation(gymnasium.Wrapper, gymnasium.utils.RecordConstructorArgs):
    """Explains every observation that the environment gives.

    `info["maps"]` has for each method the map of the observation, height×width 0…1, and `info["values"]` what the network
    puts out. `render()` draws the first method's map on the environment's picture, so that Gymnasium's RecordVideo films it.

    agent: an `Agent`, or what `load()` takes. methods, target: as `Agent.explain()`; nobody has chosen an action yet, so
    "chosen" is the greedy one. prepare: how a batch of one observation becomes N×planes×height×width, where the space
    does not say (`Reading`). part: what part of the picture is observed, as `overlay()`. A recurrent agent's memory goes
    from step to step and is forgotten at a reset.

    >>> import gymnasium, ale_py
    >>> import arcadecam as ac
    >>> env = gymnasium.make("ALE/Pong-v5", frameskip=1, render_mode="rgb_array")
    >>> env = gymnasium.wrappers.AtariPreprocessing(env, noop_max=0)
    >>> env = gymnasium.wrappers.FrameStackObservation(env, 4)
    >>> env = ac.gym.ExplainObservation(env, "pong", "fullgrad++")
    >>> observation, info = env.reset(seed=0)
    >>> info["maps"]["fullgrad++"].shape, env.render().shape
    ((84, 84), (210, 160, 3))
    >>> env.close()
    """

    def __init__(
        self,
        env: gymnasium.Env,
        agent: Agent | str,
        methods: str | Sequence[str] = "fullgrad++",
        target: str | int = "greedy",
        *,
        prepare: Callable[[np.ndarray], np.ndarray] | None = None,
        colors: str = "jet",
        opacity: float = 0.7,
        part: Sequence[float] = (0, 0, 1, 1),
    ) -> None:
        gymnasium.utils.RecordConstructorArgs.__init__(
            self,
            _disable_deepcopy=True,
            agent=agent,
            methods=methods,
            target=target,
            prepare=prepare,
            colors=colors,
            opacity=opacity,
            part=part,
        )
        gymnasium.Wrapper.__init__(self, env)
        self._explaining = _Explaining(env.observation_space, agent, methods, target, prepare, colors, opacity, part)
        self._closed = False

    @property
    def explanation(self) -> Explanation | Explanations | None:
        """That of the last observation."""
        return self._explaining.last

    def _explained(self, observation: Any, info: dict[str, Any]) -> dict[str, Any]:
        entries = self._explaining.explain(np.asarray(observation)[None])
        maps = {name: map[0] for name, map in entries["maps"].items()}
        return {**info, "maps": maps, "values": entries["values"][0]}

    def _check_open(self) -> None:
        if self._closed:
            raise Error("the environment is closed")

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        self._check_open()
        observation, info = self.env.reset(seed=seed, options=options)
        self._explaining.forget(None, 1)
        return observation, self._explained(observation, info)

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        self._check_open()
        observation, reward, terminated, truncated, info = self.env.step(action)
        return observation, reward, terminated, truncated, self._explained(observation, info)

    def render(self) -> Any:
        self._check_open()
        frame = self.env.render()
        if self._explaining.last is None or not isinstance(frame, np.ndarray):
            return frame
        return self._explaining.draw(frame, 0)

    def close(self) -> None:
        self._closed = True
        self.env.close()


class ExplainVectorObservation(gymnasium.vector.VectorWrapper, gymnasium.utils.RecordConstructorArgs):
    """As ExplainObservation for vector environments, one batched pass per step.

    `info["maps"]` has for each method N×height×width, `info["values"]` N×actions. It follows the environment's autoreset
    mode: a recurrent agent forgets where an episode begins.
    """

    def __init__(
        self,
        env: gymnasium.vector.VectorEnv,
        agent: Agent | str,
        methods: str | Sequence[str] = "fullgrad++",
        target: str | int = "greedy",
        *,
        prepare: Callable[[np.ndarray], np.ndarray] | None = None,
        colors: str = "jet",
        opacity: float = 0.7,
        part: Sequence[float] = (0, 0, 1, 1),
    ) -> None:
        gymnasium.utils.RecordConstructorArgs.__init__(
            self,
            _disable_deepcopy=True,
            agent=agent,
            methods=methods,
            target=target,
            prepare=prepare,
            colors=colors,
            opacity=opacity,
            part=part,
        )
        gymnasium.vector.VectorWrapper.__init__(self, env)
        self._explaining = _Explaining(env.single_observation_space, agent, methods, target, prepare, colors, opacity, part)
        mode = env.metadata.get("autoreset_mode", AutoresetMode.NEXT_STEP)
        self._mode = mode if isinstance(mode, AutoresetMode) else AutoresetMode(mode)
        self._ended: np.ndarray | None = None

    @property
    def explanation(self) -> Explanation | Explanations | None:
        """That of the last observations."""
        return self._explaining.last

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        observations, info = self.env.reset(seed=seed, options=options)
        mask = None if options is None else options.get("reset_mask")
        self._explaining.forget(mask, self.num_envs)
        self._ended = np.zeros(self.num_envs, bool)
        return observations, {**info, **self._explaining.explain(observations)}

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        observations, rewards, terminated, truncated, info = self.env.step(actions)
        ended = np.logical_or(terminated, truncated)
        if self._mode == AutoresetMode.SAME_STEP:
            self._explaining.forget(ended, self.num_envs)
        elif self._mode == AutoresetMode.NEXT_STEP:
            self._explaining.forget(self._ended, self.num_envs)
        self._ended = ended
        return observations, rewards, terminated, truncated, {**info, **self._explaining.explain(observations)}

    def render(self) -> Any:
        frames = self.env.render()
        if self._explaining.last is None or frames is None:
            return frames
        return tuple(self._explaining.draw(frame, n) for n, frame in enumerate(frames))
