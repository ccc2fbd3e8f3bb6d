"""Maps on pictures, and pictures in a notebook."""

from __future__ import annotations

import base64
import json
from typing import Any, Sequence

import numpy as np

from . import _native
from ._arrays import as_array
from ._native import Error


def color_maps() -> tuple[str, ...]:
    """The names of the colour maps.

    >>> import arcadecam as ac
    >>> "turbo" in ac.color_maps()
    True
    """
    return tuple(_native.color_maps())


def as_frame(frame: Any) -> np.ndarray:
    """H×W×3 bytes of H×W (grey), H×W×1 or H×W×3 bytes or floats 0…255."""
    array = as_array(frame)
    if array.ndim == 3 and array.shape[-1] == 1:
        array = array[..., 0]
    if array.ndim == 2:
        array = np.repeat(array[..., None], 3, axis=-1)
    if array.ndim != 3 or array.shape[-1] != 3 or array.size == 0:
        raise Error(f"frame: expected H×W or H×W×3, found {'×'.join(map(str, array.shape))}")
    if array.dtype != np.uint8:
        if array.dtype.kind not in "f" or not (np.isfinite(array).all() and array.min() >= 0 and array.max() <= 255):
            raise Error(f"frame: expected uint8 values, or floats from 0 to 255, found {array.dtype}")
        array = np.rint(array).astype(np.uint8)
    return np.ascontiguousarray(array)


def overlay(
    frame: Any,
    map: Any,
    colors: str = "jet",
    opacity: float = 0.7,
    size: tuple[int, int] | None = None,
    part: tuple[float, float, float, float] = (0, 0, 1, 1),
) -> np.ndarray:
    """A map on a picture, uint8 height×width×3.

    frame: H×W×3 or H×W (grey), 0…255. map: h×w values 0…1 of any size, which are resized. colors: one of
    `color_maps()`. opacity: of the map's strongest value, 0…1; weaker values are as opaque in proportion. size: height
    and width of the result; the frame's own where it is missing. part: top, left, bottom and right of what the map covers
    of the frame, in shares of its height and width.

    >>> import numpy as np
    >>> import arcadecam as ac
    >>> ac.overlay(np.zeros((210, 160, 3), np.uint8), np.ones((84, 84)), colors="turbo").shape
    (210, 160, 3)
    """
    pixels = as_frame(frame)
    values = np.ascontiguousarray(as_array(map), np.float32)
    return _native.overlay(pixels, values, colors, float(opacity), size or pixels.shape[:2], tuple(map_part(part)))


def map_part(part: Sequence[float]) -> tuple[float, ...]:
    if len(part) != 4 or not (0 <= part[0] < part[2] <= 1 and 0 <= part[1] < part[3] <= 1):
        raise Error(f"part: expected top, left, bottom and right between 0 and 1, found {tuple(part)}")
    return tuple(float(share) for share in part)


def png(pixels: np.ndarray, scale: int = 1) -> bytes:
    """A PNG file of H×W×3 bytes; `scale` enlarges every pixel."""
    return _native.png(as_frame(pixels), scale)


def side_by_side(pictures: Sequence[np.ndarray], gap: int = 2) -> np.ndarray:
    """Pictures of one height in a row, white between them."""
    height = pictures[0].shape[0]
    between = np.full((height, gap, 3), 255, np.uint8)
    row = [pictures[0]]
    for picture in pictures[1:]:
        row += [between, picture]
    return np.concatenate(row, axis=1)


class Player:
    """An episode as one piece of HTML that plays by itself: no widgets, no network.

    frames: T pictures, each H×W×3 or H×W bytes. maps: T maps 0…1, drawn on them; or nothing. fps: pictures per second.
    captions: a text for each picture.

    >>> import numpy as np
    >>> import arcadecam as ac
    >>> player = ac.Player(np.zeros((3, 210, 160, 3), np.uint8), fps=10)
    >>> "<script>" in player.html
    True
    """

    def __init__(
        self,
        frames: Sequence[Any],
        maps: Sequence[Any] | None = None,
        colors: str = "jet",
        fps: float = 15,
        scale: int = 2,
        captions: Sequence[str] | None = None,
    ) -> None:
        if len(frames) == 0:
            raise Error("frames: expected at least one picture")
        for name, others in (("maps", maps), ("captions", captions)):
            if others is not None and len(others) != len(frames):
                raise Error(f"{name}: expected one for each of the {len(frames)} frames, found {len(others)}")
        if not fps > 0:
            raise Error(f"fps: expected a number above 0, found {fps}")
        pictures = [as_frame(frame) for frame in frames]
        if maps is not None:
            pictures = [overlay(picture, map, colors) for picture, map in zip(pictures, maps)]
        self._pictures = pictures
        self._fps = fps
        self._scale = scale
        self._captions = list(captions) if captions is not None else [""] * len(pictures)

    @property
    def html(self) -> str:
        """The whole piece of HTML."""
        height, width = self._pictures[0].shape[:2]
        images = [base64.b64encode(png(picture)).decode() for picture in self._pictures]
        # "<" never ends the script, whatever a caption says.
        captions = json.dumps(self._captions).replace("<", "\\u003c")
        return _PLAYER.format(
            width=width * self._scale,
            height=height * self._scale,
            last=len(images) - 1,
            images=json.dumps(images),
            captions=captions,
            pause=1000 / self._fps,
        )

    def _repr_html_(self) -> str:
        return self.html

    def save(self, file: Any) -> None:
        """Writes one HTML file."""
        with open(file, "w", encoding="utf-8") as out:
            out.write("<!doctype html><meta charset=\"utf-8\"><title>ArcadeCAM</title>\n" + self.html)


_PLAYER = """<div style="display:inline-block;font-family:sans-serif">
<img style="width:{width}px;height:{height}px;image-rendering:pixelated;display:block">
<div style="display:flex;gap:8px;align-items:center;width:{width}px">
<button>&#9654;</button><input type="range" min="0" max="{last}" value="0" style="flex:1"><span>0</span></div>
<div></div>
<script>
(function () {{
  const root = document.currentScript.parentElement, images = {images}, captions = {captions};
  const image = root.querySelector("img"), slider = root.querySelector("input"), button = root.querySelector("button");
  const number = root.querySelector("span"), caption = root.children[2];
  let timer = null;
  function show(at) {{
    slider.value = at;
    number.textContent = at;
    caption.textContent = captions[at];
    image.src = "data:image/png;base64," + images[at];
  }}
  function stop() {{ clearInterval(timer); timer = null; button.innerHTML = "&#9654;"; }}
  slider.oninput = () => show(+slider.value);
  button.onclick = () => {{
    if (timer !== null) return stop();
    button.innerHTML = "&#10074;&#10074;";
    timer = setInterval(() => show((+slider.value + 1) % images.length), {pause});
  }};
  show(0);
}})();
</script>
</div>"""
