"""A wrapper of Gymnasium's environments that keeps their episodes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np

from ._native import Error
from .data import Episode


class Recorder(gymnasium.Wrapper, gymnasium.utils.RecordConstructorArgs):
    """Keeps every episode of an environment in `episodes`; the one that is being played is the last.

    Of ale-py's environments it keeps the emulator's seed and the no-ops as well, so that the program plays the same again
    (`replay_command()`).

    >>> import gymnasium, ale_py
    >>> import arcadecam as ac
    >>> env = gymnasium.make("ALE/Pong-v5", frameskip=1)
    >>> env = gymnasium.wrappers.AtariPreprocessing(env)
    >>> env = ac.data.Recorder(gymnasium.wrappers.FrameStackObservation(env, 4))
    >>> observation, info = env.reset(seed=1)
    >>> for _ in range(3):
    ...     _ = env.step(0)
    >>> env.close()
    >>> [episode] = env.episodes
    >>> episode.observations.shape, episode.game, episode.seed
    ((4, 4, 84, 84), 'pong', 1)
    """

    def __init__(self, env: gymnasium.Env) -> None:
        gymnasium.utils.RecordConstructorArgs.__init__(self, _disable_deepcopy=True)
        gymnasium.Wrapper.__init__(self, env)
        self._done: list[Episode] = []
        self._steps: dict[str, list] | None = None
        self._facts: dict[str, Any] = {}

    @property
    def episodes(self) -> list[Episode]:
        """All so far."""
        return self._done if self._steps is None else [*self._done, self._episode()]

    def _episode(self) -> Episode:
        steps = self._steps
        return Episode(
            np.array(steps["observations"]),
            np.array(steps["actions"]),
            np.array(steps["rewards"], np.float64),
            np.array(steps["terminations"], bool),
            np.array(steps["truncations"], bool),
            **self._facts,
        )

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None) -> tuple[Any, dict[str, Any]]:
        if self._steps is not None:
            self._done.append(self._episode())
        observation, info = self.env.reset(seed=seed, options=options)
        self._steps = {name: [] for name in ("actions", "rewards", "terminations", "truncations")}
        self._steps["observations"] = [np.array(observation)]
        self._facts = {"seed": seed, **_of_emulator(self.env.unwrapped, info)}
        return observation, info

    def step(self, action: Any) -> tuple[Any, Any, bool, bool, dict[str, Any]]:
        if self._steps is None:
            raise Error("step: expected a reset first")
        observation, reward, terminated, truncated, info = self.env.step(action)
        kept = {"actions": action, "rewards": reward, "terminations": terminated, "truncations": truncated}
        for name, value in kept.items():
            self._steps[name].append(value)
        self._steps["observations"].append(np.array(observation))
        return observation, reward, terminated, truncated, info


def _of_emulator(env: Any, info: Mapping[str, Any]) -> dict[str, Any]:
    ale = getattr(env, "ale", None)
    if ale is None:
        return {}
    facts: dict[str, Any] = {"noops": int(ale.getEpisodeFrameNumber()), "game": getattr(env, "_game", None)}
    if "seeds" in info:
        facts["emulator_seed"] = int(np.asarray(info["seeds"][1]).astype(np.uint32))
    return facts
