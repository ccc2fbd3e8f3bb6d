"""What an agent looks at while it learns, on the same states every time."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ._agent import Agent
from ._explanation import Explanation
from ._pictures import Player, side_by_side
from ._native import Error


class MapLog:
    """Explains fixed states again and again, keeps the maps, and shows them where training is watched.

    states: N observations as `Agent.explain()` takes them. methods, target: as there. folder: `save()` writes maps.npz and
    film.html there. writer: a TensorBoard SummaryWriter, or nothing. wandb: a run of Weights & Biases, or nothing.

    In a loop of CleanRL's kind:

    >>> import numpy as np
    >>> import arcadecam as ac
    >>> log = ac.training.MapLog(np.zeros((2, 4, 84, 84), np.uint8), ["gradcam", "sobel"])
    >>> for step in (0, 1000):
    ...     log(step, ac.load("pong", randomize_weights=step))  # in training: ac.from_state_dict(network.state_dict(), like="cleanrl")
    >>> log.steps, log.maps["gradcam"].shape
    ([0, 1000], (2, 2, 84, 84))
    """

    def __init__(
        self,
        states: Any,
        methods: str | Sequence[str] = "fullgrad++",
        target: str | int = "greedy",
        *,
        folder: Any = None,
        writer: Any = None,
        wandb: Any = None,
        colors: str = "jet",
        **options: Any,
    ) -> None:
        if isinstance(target, (list, tuple)):
            raise Error("target: expected one; several methods may be given")
        self._states = states
        self._methods = [methods] if isinstance(methods, str) else list(methods)
        self._target = target
        self._folder = None if folder is None else Path(folder)
        self._writer, self._wandb = writer, wandb
        self._colors, self._options = colors, options
        self.steps: list[int] = []
        """The steps that were logged."""
        self.values: list[np.ndarray] = []
        """The network's outputs then, N×actions each."""
        self._maps: dict[str, list[np.ndarray]] = {}
        self._pictures: list[np.ndarray] = []

    @property
    def maps(self) -> dict[str, np.ndarray]:
        """By method, steps×N×height×width."""
        return {name: np.stack(maps) for name, maps in self._maps.items()}

    def __call__(self, step: int, agent: Agent) -> None:
        """Explains the states by the agent as it is now. The last entry of the same step is replaced."""
        if self.steps and self.steps[-1] == int(step):
            for kept in (self.steps, self.values, self._pictures, *self._maps.values()):
                kept.pop()
        explained = agent.explain(self._states, self._methods, self._target, **self._options)
        self.steps.append(int(step))
        self.values.append(next(iter(explained.values())).values)
        for name, one in explained.items():
            self._maps.setdefault(name, []).append(one.map)
            self._show(int(step), name, self._picture(one))
        self._pictures.append(self._picture(next(iter(explained.values()))))

    def _picture(self, one: Explanation) -> np.ndarray:
        return side_by_side([one.picture(n, self._colors, scale=1) for n in range(min(len(one), 8))])

    def _show(self, step: int, name: str, picture: np.ndarray) -> None:
        if self._writer is not None:
            self._writer.add_image(f"arcadecam/{name}", picture, step, dataformats="HWC")
        if self._wandb is not None:
            import wandb

            self._wandb.log({f"arcadecam/{name}": wandb.Image(picture)}, step=step)

    def film(self, fps: float = 4) -> Player:
        """The first method's maps over training."""
        return Player(self._pictures, fps=fps, captions=[f"step {step}" for step in self.steps])

    def save(self) -> None:
        """Writes maps.npz (steps, values, one array a method) and film.html into the folder."""
        if self._folder is None:
            raise Error("save: no folder was given")
        if not self.steps:
            raise Error("save: nothing was logged")
        self._folder.mkdir(parents=True, exist_ok=True)
        np.savez(self._folder / "maps.npz", steps=self.steps, values=np.stack(self.values), **self.maps)
        self.film().save(self._folder / "film.html")
