#!/usr/bin/env python3
"""Golden values of more measures, by Quantus, as measures.py (the same environment, and PyTorch on a CPU).

    VENV/bin/python scripts/golden/more_measures.py

writes tests/golden/evaluate/quantus.npz: a network of two layers with a ReLU between them (w1, b1, w2, b2), pictures [n, 1, 12, 12], maps [n, 12, 12],
for the action of the largest output; and what Quantus says of them.

- faithfulness_correlation [n], of the sets of pixels that it drew: sets [runs, n, size]
- faithfulness_estimate [n], sets of 12 pixels
- monotonicity [n], sets of 48 pixels. Quantus' own step replaces pixels of the baseline by the baseline, which changes nothing
  (findings/quantus_monotonicity.sh), so a perturb_func puts the picture's pixels there
- monotonicity_correlation [n], sets of 12 pixels, each replaced by `greys` [steps, samples, n]
- relative_input_stability and relative_output_stability [n], under the pictures `noisy` [samples, n, 1, 12, 12]; the map is |x·gradient| from 0 to 1
- sufficiency and consistency [m] of more states: many_pictures, many_maps [m, …]. Maps are alike whose two strongest of 4×4 cells are the same
"""

import pathlib
import warnings

import numpy as np
import quantus
import torch

SIDE, ACTIONS, WHITE = 12, 3, 255.0
PIXELS = SIDE * SIDE
QUIET = {"disable_warnings": True, "display_progressbar": False}


class Network(torch.nn.Module):
    """Takes pixels from 0 to 1."""

    def __init__(self, rng: np.random.Generator) -> None:
        super().__init__()
        self.first, self.last = torch.nn.Linear(PIXELS, 16), torch.nn.Linear(16, ACTIONS)
        with torch.no_grad():
            for layer in (self.first, self.last):
                layer.weight.copy_(torch.from_numpy(rng.normal(size=layer.weight.shape) / np.sqrt(layer.in_features)))
                layer.bias.copy_(torch.from_numpy(rng.normal(size=layer.bias.shape) / 4))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last(torch.relu(self.first(x.flatten(1).to(self.first.weight.dtype))))


def gradient_times_input(model: torch.nn.Module, inputs: np.ndarray, targets: np.ndarray, **_: object) -> np.ndarray:
    x = torch.tensor(inputs, dtype=torch.float32, requires_grad=True)
    model(x)[torch.arange(len(x)), torch.from_numpy(np.asarray(targets))].sum().backward()
    size = (x * x.grad).detach().abs().numpy()
    low, high = size.min(axis=(1, 2, 3), keepdims=True), size.max(axis=(1, 2, 3), keepdims=True)
    return (size - low) / (high - low)


class Put:
    """A perturb_func of Quantus that asks for the values: of the step-th call, at these places."""

    def __init__(self, values) -> None:
        self.values, self.step = values, 0

    def __call__(self, arr: np.ndarray, indices: np.ndarray, **_: object) -> np.ndarray:
        changed = arr.copy()
        rows = np.arange(len(arr))[:, None]
        changed[rows, indices] = self.values(self.step, rows, indices)
        self.step += 1
        return changed


def strongest_cells(a: np.ndarray) -> int:
    cells = a.reshape(4, SIDE // 4, 4, SIDE // 4).sum(axis=(1, 3)).ravel()
    return hash(tuple(sorted(np.argsort(-cells)[:2].tolist())))


def effects(model: Network, rng: np.random.Generator) -> dict[str, np.ndarray]:
    n, runs, size, samples = 6, 30, 20, 5
    bytes_ = rng.integers(0, 256, (n, 1, SIDE, SIDE)).astype(np.uint8)
    bytes_[:, :, 3] //= 3
    bytes_[:, 0, 5, 7] = 0
    maps = np.stack([(rng.permutation(PIXELS).reshape(SIDE, SIDE) + 1) / PIXELS for _ in range(n)]).astype(np.float32)
    x = bytes_.astype(np.float32) / np.float32(WHITE)
    y = model(torch.from_numpy(x)).argmax(1).numpy()
    a = maps[:, None].astype(np.float64)
    asked = {"model": model, "x_batch": x, "y_batch": y, "a_batch": a, "softmax": False, "batch_size": n}

    drawn, choice = [], np.random.choice
    np.random.choice = lambda *args, **kwargs: drawn.append(choice(*args, **kwargs)) or drawn[-1]
    np.random.seed(3)
    correlation = quantus.FaithfulnessCorrelation(nr_runs=runs, subset_size=size, perturb_baseline=0.0, return_aggregate=False, **QUIET)(**asked)
    np.random.choice = choice
    estimate = quantus.FaithfulnessEstimate(features_in_step=12, perturb_baseline=0.0, **QUIET)(**asked)

    flat = x.reshape(n, -1)
    back = Put(lambda _, rows, places: flat[rows, places])
    monotone = quantus.Monotonicity(features_in_step=48, perturb_func=back, perturb_baseline=0.0, **QUIET)(**asked)
    greys = np.floor(256 * rng.random((PIXELS // 12, samples, n)))
    by_call = greys.reshape(-1, n)
    grey = Put(lambda step, rows, _: by_call[step][rows] / WHITE)
    uncertain = quantus.MonotonicityCorrelation(features_in_step=12, nr_samples=samples, perturb_func=grey, **QUIET)(**asked)

    noisy = np.clip(bytes_.astype(np.float64) + WHITE * 0.02 * (2 * rng.random((samples, *bytes_.shape)) - 1), 0, WHITE).astype(np.float32)
    asked |= {"a_batch": None, "explain_func": gradient_times_input}
    stable = {}
    for name, metric in (("input", quantus.RelativeInputStability), ("output", quantus.RelativeOutputStability)):
        perturb = Put(lambda step, rows, places: (noisy[step] / WHITE).reshape(n, -1)[rows, places])
        stable[f"relative_{name}_stability"] = np.asarray(metric(nr_samples=samples, perturb_func=perturb, **QUIET)(**asked), np.float64)
    return {"pictures": bytes_, "maps": maps, "sets": np.stack(drawn).reshape(runs, n, size).astype(np.int64), "greys": greys.astype(np.float32),
            "noisy": noisy, "faithfulness_correlation": np.array(correlation), "faithfulness_estimate": np.array(estimate),
            "monotonicity": np.array(monotone, np.float64), "monotonicity_correlation": np.array(uncertain), **stable}


def states(model: Network, rng: np.random.Generator) -> dict[str, np.ndarray]:
    """Maps about a few places, with noise everywhere: Quantus divides by every pixel's variance."""
    m = 40
    y, x = np.mgrid[0:SIDE, 0:SIDE]
    places = rng.integers(1, SIDE - 1, (4, 2))
    which = rng.integers(0, 4, m)
    maps = np.stack([np.exp(-((y - places[k][0]) ** 2 + (x - places[k][1]) ** 2) / 8) + 0.1 * rng.random((SIDE, SIDE)) for k in which])
    maps = (maps / maps.max(axis=(1, 2), keepdims=True)).astype(np.float32)
    common = rng.integers(0, 256, (4, 1, SIDE, SIDE))
    pictures = np.where(rng.random((m, 1, SIDE, SIDE)) < 0.5, common[which], rng.integers(0, 256, (m, 1, SIDE, SIDE))).astype(np.uint8)
    inputs = pictures.astype(np.float32) / np.float32(WHITE)
    asked = {"model": model, "x_batch": inputs, "y_batch": model(torch.from_numpy(inputs)).argmax(1).numpy(),
             "a_batch": maps[:, None].astype(np.float64), "softmax": False, "batch_size": m}
    return {"many_pictures": pictures, "many_maps": maps,
            "sufficiency": np.array(quantus.Sufficiency(threshold=0.7, **QUIET)(**asked)),
            "consistency": np.array(quantus.Consistency(discretise_func=strongest_cells, **QUIET)(**asked))}


def main() -> None:
    warnings.simplefilter("ignore")
    rng = np.random.default_rng(21)
    model = Network(rng).eval()
    weights = {name: tensor.detach().numpy() for name, tensor in
               (("w1", model.first.weight), ("b1", model.first.bias), ("w2", model.last.weight), ("b2", model.last.bias))}
    found = effects(model, rng) | states(model, rng)
    target = pathlib.Path(__file__).resolve().parents[2] / "tests/golden/evaluate/quantus.npz"
    np.savez(target, **weights, **found)
    for name, array in found.items():
        if array.ndim == 1:
            print(name, array)


if __name__ == "__main__":
    main()
