#!/usr/bin/env python3
"""Golden values of measures, by Quantus.

    python3 -m venv VENV && VENV/bin/pip install -r scripts/golden/measures_requirements.txt
    VENV/bin/python scripts/golden/measures.py

writes to tests/golden/evaluate: shape.npz, maps [n, 28, 28] with values 0…1, and what Quantus' Sparseness and Complexity say of each;
localisation.npz, two masks for each of these maps [2, n, 28, 28], and what PointingGame, RelevanceMassAccuracy and
RelevanceRankAccuracy say [2, n]; similarity.npz, pairs of maps from 0 to 1 and Quantus' similarity functions of each, and discrete_entropy of the first; imputation.npz, two planes
and what noisy_linear_imputation, without noise, makes of them where pixels are removed; pixel_flipping.npz, a network of one layer, a picture, a
map, and the network's value after every step of PixelFlipping to black. Its own environment: Quantus needs an older NumPy than the other scripts.
"""

import pathlib

import numpy as np
import quantus
from quantus.functions import complexity_func, perturb_func, similarity_func

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


def similarity() -> dict[str, np.ndarray]:
    """Pairs whose values reach from 0 to 1, so that Quantus takes 1 for their range."""
    a = np.stack([(m - m.min()) / (m.max() - m.min()) for m in maps()]).astype(np.float32)
    first, second = a[[0, 0, 1, 3, 4, 5]], a[[1, 5, 4, 1, 3, 2]]
    pairs = list(zip(first.astype(np.float64), second.astype(np.float64)))
    return {"first": first, "second": second,
            "spearman": np.array([similarity_func.correlation_spearman(x.ravel(), y.ravel()) for x, y in pairs]),
            "ssim": np.array([similarity_func.ssim(x, y) for x, y in pairs]),
            "entropy": np.array([complexity_func.discrete_entropy(x, x, n_bins=100) for x, _ in pairs])}


def imputation() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(11)
    side = 12
    planes = np.floor(256 * rng.random((2, side, side)))
    removed = np.stack([rng.random((side, side)) < share for share in (0.1, 0.5, 0.95)])
    filled = np.stack([perturb_func.noisy_linear_imputation(planes, np.flatnonzero(mask), noise=0.0) for mask in removed])
    return {"planes": planes.astype(np.float32), "removed": removed, "filled": filled}


class OneLayer:
    """A network without bends, as Quantus asks for it."""

    def __init__(self, weights: np.ndarray, bias: np.ndarray) -> None:
        self.weights, self.bias = weights, bias

    def shape_input(self, x: np.ndarray, *_: object, **__: object) -> np.ndarray:
        return x

    def predict(self, x: np.ndarray) -> np.ndarray:
        return x.reshape(len(x), -1) @ self.weights.T + self.bias


def pixel_flipping() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(12)
    side = 12
    weights, bias = rng.normal(size=(2, side * side)).astype(np.float32) / 100, rng.normal(size=2).astype(np.float32)
    picture = np.floor(256 * rng.random((1, side, side)))
    order = rng.permutation(side * side).reshape(side, side).astype(np.float32) / (side * side)
    measure = quantus.PixelFlipping(features_in_step=side, perturb_baseline=0.0, abs=False, normalise=False, disable_warnings=True)
    measure.return_auc_per_sample = False
    values = measure.evaluate_batch(OneLayer(weights.astype(np.float64), bias.astype(np.float64)), picture[None], np.array([1]),
                                    order[None, None].astype(np.float64))
    return {"weights": weights, "bias": bias, "picture": picture.astype(np.uint8), "map": order, "values": np.asarray(values[0])}


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
    more = {"similarity.npz": similarity(), "imputation.npz": imputation(), "pixel_flipping.npz": pixel_flipping()}
    for name, arrays in more.items():
        save(name, **arrays)
    print(shape, where, more)


if __name__ == "__main__":
    main()
