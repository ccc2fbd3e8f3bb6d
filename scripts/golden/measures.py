#!/usr/bin/env python3
"""Golden values of measures that look at the map alone, by Quantus.

    python3 -m venv VENV && VENV/bin/pip install -r scripts/golden/measures_requirements.txt
    VENV/bin/python scripts/golden/measures.py

writes to tests/golden/evaluate: shape.npz, maps [n, 28, 28] with values 0…1, and what Quantus' Sparseness and Complexity say of each;
localisation.npz, two masks for each of these maps [2, n, 28, 28], and what PointingGame, RelevanceMassAccuracy and
RelevanceRankAccuracy say [2, n]. Its own environment: Quantus needs an older NumPy than the other scripts.
"""

import pathlib

import numpy as np
import quantus

SIDE = 28


def maps() -> np.ndarray:
    rng = np.random.default_rng(7)
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    bump = np.exp(-((x - 9.0) ** 2 + (y - 17.0) ** 2) / 18)
    few = np.zeros((SIDE, SIDE))
    few[3, 4], few[20, 11], few[21, 11] = 1, 0.5, 0.25
    return np.stack([rng.random((SIDE, SIDE)), bump, few, np.maximum(0, rng.normal(size=(SIDE, SIDE))) / 5,
                     (x + y) / (2.0 * (SIDE - 1)), rng.random((SIDE, SIDE)) ** 8]).astype(np.float32)


def masks() -> np.ndarray:
    """Boxes: where the map is strong, and elsewhere. Of sizes whose last place no values tie for, where Quantus goes by order."""
    boxes = [[(4, 4, 6, 9), (14, 6, 7, 7), (20, 11, 2, 1), (0, 0, 5, 20), (22, 22, 6, 6), (8, 15, 11, 4)],
             [(20, 1, 3, 3), (0, 16, 9, 9), (9, 9, 1, 2), (10, 3, 12, 6), (4, 16, 5, 11), (2, 2, 9, 9)]]
    result = np.zeros((2, 6, SIDE, SIDE), bool)
    for mask, (top, left, height, width) in zip(result.reshape(-1, SIDE, SIDE), sum(boxes, [])):
        mask[top:top + height, left:left + width] = True
    return result


def scores(metric: type, a: np.ndarray, **more: object) -> np.ndarray:
    n = len(a)
    measure = metric(abs=True, normalise=False, disable_warnings=True, display_progressbar=False)
    return np.asarray(measure(model=None, x_batch=np.zeros((n, 1, SIDE, SIDE), np.float32), y_batch=np.zeros(n, int),
                              a_batch=a[:, None].astype(np.float64), **more), np.float64)


def save(name: str, **arrays: np.ndarray) -> None:
    target = pathlib.Path(__file__).resolve().parents[2] / "tests/golden/evaluate" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez(target, **arrays)


def main() -> None:
    a = maps()
    shape = {"sparseness": scores(quantus.Sparseness, a), "complexity": scores(quantus.Complexity, a)}
    save("shape.npz", maps=a, **shape)

    s = masks()
    for one in s:
        for values, mask in zip(a.reshape(len(a), -1), one):
            order, places = np.sort(values)[::-1], int(mask.sum())
            assert order[places - 1] > order[places], "values tie for the last place"
    where = {name: np.stack([scores(metric, a, s_batch=one[:, None]) for one in s])
             for name, metric in (("pointing", quantus.PointingGame), ("mass", quantus.RelevanceMassAccuracy),
                                  ("rank", quantus.RelevanceRankAccuracy))}
    save("localisation.npz", masks=s, **where)
    print(shape, where)


if __name__ == "__main__":
    main()
