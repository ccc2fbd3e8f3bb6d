#!/usr/bin/env python3
"""Golden values of measures that look at the map alone, by Quantus.

    python3 -m venv VENV && VENV/bin/pip install -r scripts/golden/measures_requirements.txt
    VENV/bin/python scripts/golden/measures.py

writes tests/golden/evaluate/shape.npz: maps [n, 28, 28] with values 0…1, and what Quantus' Sparseness and Complexity say of each. Its
own environment: Quantus needs an older NumPy than the other scripts.
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


def main() -> None:
    a = maps()
    n = len(a)
    options = {"abs": True, "normalise": False, "disable_warnings": True, "display_progressbar": False}
    given = {"model": None, "x_batch": np.zeros((n, 1, SIDE, SIDE), np.float32), "y_batch": np.zeros(n, int),
             "a_batch": a[:, None].astype(np.float64)}
    values = {name: np.asarray(metric(**options)(**given), np.float64)
              for name, metric in (("sparseness", quantus.Sparseness), ("complexity", quantus.Complexity))}
    target = pathlib.Path(__file__).resolve().parents[2] / "tests/golden/evaluate/shape.npz"
    target.parent.mkdir(parents=True, exist_ok=True)
    np.savez(target, maps=a, **values)
    print(values)


if __name__ == "__main__":
    main()
