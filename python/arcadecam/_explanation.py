"""What agent.explain() gives."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

import numpy as np

from . import _native
from ._pictures import overlay, png, side_by_side

_PICTURES = 8


class Explanation:
    """What one method says about one target in N states.

    Arrays are float32. In a notebook it shows the maps of the first eight states on their newest frames.
    """

    def __init__(
        self,
        result: _native.Result,
        target: str,
        outputs: _native.Outputs,
        planes: np.ndarray,
        states: int,
    ) -> None:
        self._result = result
        self._outputs = outputs
        self._states = states
        self._planes = planes
        self.target: str = target
        """What was asked, as it was given."""
    @cached_property
    def _frames(self) -> np.ndarray:
        return _frames(self._planes)

    @cached_property
    def values(self) -> np.ndarray:
        """The network's outputs, N×actions: values, logits or probabilities (Agent.output)."""
        return self._outputs.values

    @cached_property
    def memory(self) -> np.ndarray | None:
        """What a recurrent network remembers after each state, N×Agent.memory_size; None of others."""
        return self._outputs.memory

    @property
    def method(self) -> str:
        """The method with the parameters that were given."""
        return self._result.method

    @cached_property
    def map(self) -> np.ndarray:
        """N×height×width, 0…1: as it is displayed. Zero everywhere where the method says nothing."""
        return self._result.map

    @cached_property
    def raw(self) -> np.ndarray:
        """The method's own numbers, sign and scale kept: N×h×w of the layer for one-layer methods, else of the input's size."""
        return self._result.raw

    @cached_property
    def signed(self) -> np.ndarray | None:
        """N×height×width with the sign, not scaled, of methods that promise one; None of others."""
        return self._result.signed

    @cached_property
    def planes(self) -> np.ndarray | None:
        """N×planes×height×width: what every value of every stacked frame contributes; None of methods that stop before the input."""
        return self._result.planes

    @property
    def lowest(self) -> np.ndarray:
        """N smallest values of the maps before their last scaling; with `highest`, what the scaling took away."""
        return self._result.lowest

    @property
    def highest(self) -> np.ndarray:
        """N largest values of the maps before their last scaling."""
        return self._result.highest

    @property
    def layers(self) -> list[dict[str, float]]:
        """For each state the layers that took part, with their weights."""
        return self._result.layers

    @cached_property
    def action(self) -> np.ndarray:
        """The action that is asked about in each state, int64 N."""
        return np.asarray(self._result.actions, np.int64)

    @property
    def warnings(self) -> list[str]:
        """Why maps say less than they seem to, in words; empty where nothing is to be said."""
        return self._result.warnings

    def __len__(self) -> int:
        return self._states

    def __repr__(self) -> str:
        shape = "×".join(map(str, self.map.shape))
        warned = f", {len(self.warnings)} warnings" if self.warnings else ""
        return f"<Explanation: {self.method}, {self.target}, {shape}{warned}>"

    def picture(self, state: int = 0, colors: str = "jet", scale: int = 3) -> np.ndarray:
        """The map of one of the first eight states on its newest frame, uint8, each pixel scale×scale pixels.

        >>> import numpy as np
        >>> import arcadecam as ac
        >>> e = ac.load("pong").explain(np.zeros((1, 4, 84, 84), np.uint8), "sobel")
        >>> e.picture().shape
        (252, 252, 3)
        """
        frame = self._frames[state]
        drawn = overlay(frame, self.map[state], colors)
        return drawn.repeat(scale, axis=0).repeat(scale, axis=1)

    def _repr_png_(self) -> bytes:
        return png(side_by_side([self.picture(n, scale=2) for n in range(len(self._frames))], gap=4))


class Explanations(Mapping):
    """Explanations of several methods or targets of one call, which shared its passes.

    The keys are the methods as they were given; with several targets, (method, target).
    """

    def __init__(self, entries: dict) -> None:
        self._entries = entries

    def __getitem__(self, key: str | tuple[str, str]) -> Explanation:
        return self._entries[key]

    def __iter__(self) -> Iterator:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __repr__(self) -> str:
        return "<Explanations: " + "; ".join(map(str, self._entries)) + ">"

    def _repr_html_(self) -> str:
        import base64
        import html

        rows = []
        for key, one in self._entries.items():
            name = html.escape(key if isinstance(key, str) else ", ".join(key))
            picture = base64.b64encode(one._repr_png_()).decode()
            rows.append(f'<tr><td>{name}</td><td><img src="data:image/png;base64,{picture}"></td></tr>')
        return "<table>" + "".join(rows) + "</table>"


def newest_planes(states: np.ndarray, frame_planes: int) -> np.ndarray:
    """A copy of what is drawn below the maps: of the first few N×C×H×W states the newest frame's planes."""
    if states.ndim != 4:
        return np.empty((0,))
    colors = 3 if frame_planes == 3 and states.shape[1] % 3 == 0 else 1
    return states[:_PICTURES, -colors:].copy()


def _frames(planes: np.ndarray) -> np.ndarray:
    """Pictures from newest_planes(): n×H×W×(1 or 3) bytes."""
    if planes.ndim != 4:
        return planes
    frames = planes.transpose(0, 2, 3, 1)
    if frames.dtype != np.uint8:
        highest = frames.max()
        frames = np.clip(frames * (255 if highest <= 1 else 1), 0, 255)
    return np.array(frames, np.uint8)
