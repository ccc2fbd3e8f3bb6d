"""What the ways to preprocess a screen make of it, computed by OpenCV, Pillow and NumPy themselves: one picture at
several sizes by every filter, and of a game a CRC-32 of the stacked observation after a reset with 5 no-ops and
after each of 60 steps. Written to tests/golden/states/observations.npz.

usage: observations.py FOLDER      (packages: numpy opencv-python-headless pillow==10.4.0 ale-py)
Made with numpy 2.4.6, OpenCV 5.0.0, Pillow 10.4.0, ale-py 0.12.1. (Pillow 13 resizes along y first at some sizes.)
"""

import sys
import zlib
from pathlib import Path

import ale_py
import cv2
import numpy as np
from ale_py import roms
from PIL import Image

STEPS, SEED, NOOPS = 60, 7, 5


def nearest(picture, height, width):
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_NEAREST)


def linear(picture, height, width):
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)


def area(picture, height, width):
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA)


def antialiased(picture, height, width):
    return np.array(Image.fromarray(picture).resize((width, height), Image.BILINEAR))


def bytescale(data):
    """As scipy.misc.bytescale, which scipy.misc.imresize (removed in SciPy 1.3) applied to fractions."""
    scale = data.max() - data.min()
    scaled = (data - data.min()) * (255.0 / (scale if scale else 1)) + 0
    return (scaled.clip(0, 255) + 0.5).astype(np.uint8)


def opencv_grey(screen):
    return cv2.cvtColor(screen, cv2.COLOR_RGB2GRAY)


def pillow_grey(screen):
    return np.array(Image.fromarray(screen).convert("L"))


def planes(picture):
    return picture.transpose(2, 0, 1)


# name: (frame skip, stack, what one or two frames in colour become: planes × height × width)
WAYS = {
    # The agents of Greydanus et al. 2018: resize(img[35:195].mean(2), (80, 80)) by scipy.misc.imresize.
    "mean-stretch": (4, 1, 1, lambda a, b: antialiased(bytescale(b[35:195].mean(2)), 80, 80)[None]),
    "mean": (4, 2, 2, lambda a, b: linear(np.maximum(a, b)[34:194].mean(2).astype(np.uint8), 80, 80)[None]),
    "colours": (4, 3, 2, lambda a, b: planes(area(np.maximum(a, b), 84, 84))),
    "colours-stretch": (3, 1, 1, lambda a, b: planes(antialiased(bytescale(b[:, 8:].astype(float)), 64, 96))),
    "pillow-nearest": (1, 3, 1, lambda a, b: nearest(pillow_grey(b[20:180, 8:152]), 64, 72)[None]),
    "planes-stretch": (4, 2, 2, lambda a, b: np.maximum(
        *(area(bytescale(opencv_grey(frame).astype(float)), 42, 40) for frame in (a, b)))[None]),
    "shrunken": (2, 1, 2, lambda a, b: pillow_grey(antialiased(np.maximum(a, b), 96, 96))[None]),
}


def play(ale, actions, frame_skip, stack, frames, see):
    ale.reset_game()
    for _ in range(NOOPS):
        ale.act(0)
    first = ale.getScreenRGB()
    seen = see(first, first)
    observation = [np.zeros_like(seen)] * (stack - 1) + [seen]
    checks = [zlib.crc32(np.concatenate(observation).tobytes())]
    legal = ale.getMinimalActionSet()
    for action in actions:
        screens = []
        for _ in range(frame_skip):
            ale.act(legal[action])
            screens.append(ale.getScreenRGB())
        observation = observation[1:] + [see(screens[-frames], screens[-1])]
        checks.append(zlib.crc32(np.concatenate(observation).tobytes()))
    return np.array(checks, np.int64)


def main(folder):
    random = np.random.default_rng(5)
    arrays = {"source": random.integers(0, 256, (53, 41), np.uint8)}
    for filter in (nearest, linear, antialiased, area):
        for height, width in ((53, 41), (20, 41), (17, 13), (60, 90), (53, 7)):
            if filter is area and (height > 53 or width > 41 or 41 / width > 5):
                continue
            arrays[f"{filter.__name__}.{height}x{width}"] = filter(arrays["source"], height, width)
    for game in ("breakout", "pong"):
        # The last actions of a minimal set move the paddle; the second fires.
        arrays[f"{game}.actions"] = random.integers(0, 4, STEPS)
        for name, (frame_skip, stack, frames, see) in WAYS.items():
            ale = ale_py.ALEInterface()
            ale.setInt("random_seed", SEED)
            ale.setFloat("repeat_action_probability", 0.0)
            ale.loadROM(roms.get_rom_path(game))
            arrays[f"{game}.{name}"] = play(ale, arrays[f"{game}.actions"], frame_skip, stack, frames, see)
    np.savez_compressed(Path(folder) / "observations.npz", **arrays)


if __name__ == "__main__":
    main(sys.argv[1])
