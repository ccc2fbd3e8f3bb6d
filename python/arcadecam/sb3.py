"""Stable-Baselines3: agents of its models in memory, and a callback for training. Needs stable-baselines3."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from typing import Any

from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.logger import Image

from ._agent import Agent
from ._loading import load_bytes
from ._native import Error
from .training import MapLog


def agent_of(model: Any, **options: Any) -> Agent:
    """The agent of a Stable-Baselines3 model as it is now: its own way of saving, in memory. Options as `load()`'s."""
    file = io.BytesIO()
    model.save(file)
    return load_bytes(file.getvalue(), "model.zip", **options)


class ExplainCallback(BaseCallback):
    """Explains fixed states every so many steps of training.

    states: N×planes×height×width as the policy's network takes them (`layout="NHWC"` for the environment's own). every:
    time steps between two explanations. methods, target: as `Agent.explain()`. measures, folder, wandb and other options: as
    `training.MapLog`, whose files are written at the end. TensorBoard shows maps and measures where the model logs to it, and
    Weights & Biases where `wandb` is a run (what `wandb.init()` gives).
    """

    def __init__(
        self,
        states: Any,
        every: int,
        methods: str | Sequence[str] = "fullgrad++",
        target: str | int = "greedy",
        *,
        folder: Any = None,
        wandb: Any = None,
        verbose: int = 0,
        **options: Any,
    ) -> None:
        super().__init__(verbose)
        if every < 1:
            raise Error(f"every: expected at least 1 step, found {every}")
        self._every = every
        self._next = 0
        self._saves = folder is not None or wandb is not None
        self.log = _CallbackLog(self, states, methods, target, folder=folder, wandb=wandb, **options)
        """The `training.MapLog` with all maps so far."""

    def _on_training_start(self) -> None:
        self._look()

    def _on_step(self) -> bool:
        if self.num_timesteps >= self._next:
            self._look()
        return True

    def _on_training_end(self) -> None:
        self._look()  # after the last update, which follows the last step
        if self._saves:
            self.log.save()

    def _look(self) -> None:
        self._next = self.num_timesteps + self._every
        self.log(self.num_timesteps, agent_of(self.model))


class _CallbackLog(MapLog):
    def __init__(self, callback: ExplainCallback, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._callback = callback

    def _show(self, step: int, pictures: Mapping[str, Any], numbers: Mapping[str, float]) -> None:
        super()._show(step, pictures, numbers)
        logger = self._callback.logger
        for name, picture in pictures.items():
            logger.record(name, Image(picture, "HWC"), exclude=("stdout", "log", "json", "csv"))
        for name, number in numbers.items():
            logger.record(name, number, exclude=("stdout", "log"))
