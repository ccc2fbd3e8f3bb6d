#!/usr/bin/env python3
"""Golden arrays of the methods that the first fixtures do not hold, from their reference packages.

Reads tests/golden/nets/*.gz and the states and targets of tests/golden/explain/<net>.npz, writes
tests/golden/explain/<net>_more.npz and tests/golden/manifest_more.json (float32_noise as in manifest.json).
What each array is stands in tests/golden/README_more.md.

    python3 -m venv venv && venv/bin/pip install -r scripts/golden/requirements.txt
    venv/bin/python scripts/golden/more_methods.py
"""

import copy
import json
import pathlib

import captum.attr
import networks
import numpy as np
import pytorch_grad_cam as pgc
import torch
from pytorch_grad_cam.utils import model_targets

GOLDEN = pathlib.Path(__file__).resolve().parents[2] / "tests/golden"
NETS = ("atari_dqn", "atari_c51", "convbn", "dueling", "trained_pong")
GRADIENT_SHAP_SAMPLES = 8
GRADIENT_SHAP_BASELINES = (-1, 1, 3, 5)  # −1: black; else the index of a golden state


class Recorder:
    """Keeps what a function of NumPy's random module returns."""

    def __init__(self, name):
        self.name, self.function, self.drawn = name, getattr(np.random, name), []

    def __enter__(self):
        setattr(np.random, self.name, self)
        return self

    def __exit__(self, *_):
        setattr(np.random, self.name, self.function)

    def __call__(self, *args, **kwargs):
        self.drawn.append(np.array(self.function(*args, **kwargs)))
        return self.drawn[-1]


# Its clean-up fails on gradients that are views, and every network is thrown away anyway.
pgc.base_cam.BaseCAM.__del__ = pgc.FinerCAM.__del__ = lambda self: None


def stats(a):
    return np.array([a.min(), a.max(), a.mean(), a.std()], np.float32)


def cam(original, hook, make, target, x):
    """The final map, and what get_cam_image() saw and made at layer size."""
    net = copy.deepcopy(original)  # hooks of one method must not meet another's
    method = make(net, [net.last_conv if hook == "conv" else net.last_relu])
    base = getattr(method, "base_cam", method)
    seen = {}

    def keep(name):
        function = getattr(base, name)

        def kept(*args):
            seen[name] = np.array(function(*args))[0]
            return seen[name][None]

        setattr(base, name, kept)

    keep("get_cam_weights")
    keep("get_cam_image")
    full = (method(x, target_idx=target) if isinstance(target, int) else method(x, targets=[target]))[0]
    return {
        "map": full, "grid": full[6::14, 6::14], "stats": stats(full),
        "raw": seen["get_cam_image"], "weights": seen["get_cam_weights"],
    }  # fmt: skip


def planes(attribution):
    a = attribution.detach().numpy()[0]
    return {"map": a, "grid": a[:, 6::14, 6::14], "stats": stats(a)}


def explain(original, states, s, t):
    """Every array of one state and target."""
    own = copy.deepcopy(original)
    x = torch.tensor(states[s : s + 1], dtype=torch.float32)
    black, other = torch.zeros_like(x), torch.tensor(states[(s + 1) % len(states)][None], dtype=torch.float32)
    result = {}
    for hook in ("conv", "relu"):
        result[f"pgc.FinerCAM.{hook}"] = cam(original, hook, pgc.FinerCAM, t, x)
        for name, target in (
            ("ShapleyCAM", model_targets.ClassifierOutputTarget(t)),
            ("ShapleyCAM.rest", model_targets.ClassifierOutputReST(t)),
        ):
            result[f"pgc.{name}.{hook}"] = cam(original, hook, pgc.ShapleyCAM, target, x)
    for name, baseline in (("black", black), ("state", other)):
        result[f"captum.DeepLift.{name}"] = planes(captum.attr.DeepLift(own).attribute(x, baseline, target=t))
    for mode in ("nearest", "bilinear"):
        guided = captum.attr.GuidedGradCam(own, own.last_conv)
        result[f"captum.GuidedGradCam.{mode}"] = planes(guided.attribute(x, t, interpolate_mode=mode))
    baselines = torch.tensor(
        np.stack([np.zeros_like(states[0]) if i < 0 else states[i] for i in GRADIENT_SHAP_BASELINES]),
        dtype=torch.float32,
    )
    np.random.seed(1000 * s + t)
    torch.manual_seed(0)
    with Recorder("uniform") as alphas, Recorder("choice") as choices:
        shap, delta = captum.attr.GradientShap(own).attribute(
            x, baselines, n_samples=GRADIENT_SHAP_SAMPLES, stdevs=0.0, target=t, return_convergence_delta=True
        )
    result["captum.GradientShap"] = planes(shap) | {
        "alphas": np.concatenate(alphas.drawn).astype(np.float32),
        "baselines": np.concatenate([np.ravel(c) for c in choices.drawn]).astype(np.int64),
    }
    assert result["captum.GradientShap"]["alphas"].shape == (GRADIENT_SHAP_SAMPLES,)
    assert result["captum.GradientShap"]["baselines"].shape == (GRADIENT_SHAP_SAMPLES,)
    return result


def main():
    torch.set_num_threads(1)
    manifest = {
        "versions": {"torch": torch.__version__, "grad-cam": "1.5.7", "captum": captum.__version__, "numpy": np.__version__},
        "explain": {},
    }
    for name in NETS:
        golden = np.load(GOLDEN / f"explain/{name}.npz")
        states, targets = golden["states"], golden["targets"]
        net = networks.load(GOLDEN / f"nets/{name}.gz")
        with torch.no_grad():
            q = net(torch.tensor(states, dtype=torch.float32)).numpy()
        assert np.abs(q - golden["q"]).max() < 1e-4, name
        # The first pass gives the arrays, the second, with another convolution kernel, their noise.
        runs = []
        for kernel in (True, False):
            with torch.backends.mkldnn.flags(enabled=kernel):
                runs.append([[explain(net, states, s, int(t)) for t in targets[s]] for s in range(len(states))])
        arrays, noise = {}, {}
        for method, parts in runs[0][0][0].items():
            for part in parts:
                first, second = (
                    np.array([[case[method][part] for case in row] for row in run]) for run in runs
                )
                if part in ("map", "raw", "weights"):
                    noise[f"{method}.{part}"] = float(np.abs(first - second).max())
                if part != "map":
                    arrays[f"{method}.{part}"] = first
        np.savez_compressed(GOLDEN / f"explain/{name}_more.npz", **arrays)
        manifest["explain"][f"explain/{name}_more.npz"] = {"float32_noise": noise}
        print(name, len(arrays), "arrays")
    (GOLDEN / "manifest_more.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    main()
