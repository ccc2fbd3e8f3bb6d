"""What an agent looks at while it learns, on the same states every time."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from ._agent import Agent
from ._explanation import Explanation
from ._measures import measure
from ._native import Error
from ._pictures import Player, side_by_side

_ASKED_OF_MEASURES = ("chosen", "memory", "layout")  # what measure() takes of explain()'s options


class MapLog:
    """Explains fixed states again and again, keeps the maps, and shows them where training is watched.

    states: N observations as `Agent.explain()` takes them. methods, target: as there. measures: as `ac.measure()` ("shape",
    ["removal", "shape"], …; such states are uint8), or nothing; they take longer than the maps. folder: `save()` writes
    maps.npz, film.html and measures.csv there. writer: a TensorBoard SummaryWriter, or nothing. wandb: a run of Weights &
    Biases (what `wandb.init()` gives), or nothing; its charts are drawn over "global_step".

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
        measures: str | Sequence[str] | None = None,
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
        self._measures = measures
        self._folder = None if folder is None else Path(folder)
        self._writer, self._wandb = writer, wandb
        self._colors, self._options = colors, options
        self.steps: list[int] = []
        """The steps that were logged."""
        self.values: list[np.ndarray] = []
        """The network's outputs then, N×actions each."""
        self._means: list[dict[tuple[str, str, str], float]] = []
        self._maps: dict[str, list[np.ndarray]] = {}
        self._pictures: list[np.ndarray] = []

    @property
    def maps(self) -> dict[str, np.ndarray]:
        """By method, steps×N×height×width."""
        return {name: np.stack(maps) for name, maps in self._maps.items()}

    @property
    def measures(self) -> dict[tuple[str, str, str], np.ndarray]:
        """By (method, measure, statistic), the mean over the states at each step; NaN where it was not defined."""
        keys = dict.fromkeys(key for means in self._means for key in means)
        return {key: np.array([means.get(key, np.nan) for means in self._means]) for key in keys}

    def __call__(self, step: int, agent: Agent) -> None:
        """Explains the states by the agent as it is now. The last entry of the same step is replaced."""
        explained = agent.explain(self._states, self._methods, self._target, **self._options)
        means: dict[tuple[str, str, str], float] = {}
        if self._measures is not None:
            asked = {name: self._options[name] for name in _ASKED_OF_MEASURES if name in self._options}
            means = measure(agent, self._states, self._methods, self._measures, target=self._target, **asked).means()
        if self.steps and self.steps[-1] == int(step):
            for kept in (self.steps, self.values, self._means, self._pictures, *self._maps.values()):
                kept.pop()
        self.steps.append(int(step))
        self.values.append(next(iter(explained.values())).values)
        self._means.append(means)
        for name, one in explained.items():
            self._maps.setdefault(name, []).append(one.map)
        pictures = {name: self._picture(one) for name, one in explained.items()}
        self._pictures.append(next(iter(pictures.values())))
        self._show(
            int(step),
            {f"arcadecam/{name}": picture for name, picture in pictures.items()},
            {"arcadecam/" + "/".join(of): mean for of, mean in means.items()},
        )

    def _picture(self, one: Explanation) -> np.ndarray:
        return side_by_side([one.picture(n, self._colors, scale=1) for n in range(min(len(one), 8))])

    def _show(self, step: int, pictures: Mapping[str, np.ndarray], numbers: Mapping[str, float]) -> None:
        """Shows what a step gave, by the names that it has where training is watched."""
        if self._writer is not None:
            for name, picture in pictures.items():
                self._writer.add_image(name, picture, step, dataformats="HWC")
            for name, number in numbers.items():
                self._writer.add_scalar(name, number, step)
        if self._wandb is not None:
            import wandb

            if len(self.steps) == 1:
                self._wandb.define_metric("arcadecam/*", step_metric="global_step")
            # No step=: a run that also follows TensorBoard takes none, and a smaller one than the run's is thrown away.
            images = {name: wandb.Image(picture) for name, picture in pictures.items()}
            self._wandb.log({**images, **numbers, "global_step": step})

    def film(self, fps: float = 4) -> Player:
        """The first method's maps over training."""
        return Player(self._pictures, fps=fps, captions=[f"step {step}" for step in self.steps])

    def save(self) -> None:
        """Writes maps.npz (steps, values, one array per method), film.html and, with measures, measures.csv into the folder.

        Weights & Biases gets the film as well.
        """
        if self._folder is None and self._wandb is None:
            raise Error("save: no folder was given")
        if not self.steps:
            raise Error("save: nothing was logged")
        film = self.film()
        if self._folder is not None:
            self._folder.mkdir(parents=True, exist_ok=True)
            np.savez(self._folder / "maps.npz", steps=self.steps, values=np.stack(self.values), **self.maps)
            film.save(self._folder / "film.html")
            if self._measures is not None:
                self._write_measures(self._folder / "measures.csv")
        if self._wandb is not None:
            import wandb

            self._wandb.log({"arcadecam/film": wandb.Html(film.html, inject=False), "global_step": self.steps[-1]})

    def _write_measures(self, file: Path) -> None:
        with open(file, "w", newline="", encoding="utf-8") as out:
            rows = csv.writer(out, lineterminator="\n")
            rows.writerow(["step", "method", "measure", "statistic", "mean"])
            for step, means in zip(self.steps, self._means):
                rows.writerows([step, *of, mean] for of, mean in means.items())
