#!/usr/bin/env python3
"""Golden arrays of FEM, KPCA-CAM, SegEigenCAM, RefineCAM and SESS from pytorch-grad-cam, and of a factorisation from
scikit-learn.

Reads tests/golden/nets/*.gz and the states and targets of tests/golden/explain/<net>.npz, writes
tests/golden/explain/<net>_cams.npz and tests/golden/manifest_cams.json (float32_noise as in manifest.json).
What each array is stands in tests/golden/README_cams.md.

    python3 -m venv venv && venv/bin/pip install -r scripts/golden/requirements.txt
    venv/bin/python scripts/golden/newer_cams.py
"""

import copy
import json

import more_methods
import networks
import numpy as np
import pytorch_grad_cam as pgc
import sklearn
import torch
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget
from sklearn.decomposition import _nmf

# Their clean-up fails on gradients that are views, and every network is thrown away anyway.
pgc.SESS.__del__ = lambda self: None



def without_flat_maps(base):
    """The CAM with zeros where a window's map is the same everywhere: else SESS draws what rounding left of it, and its
    map changes by up to 0.41 with another convolution kernel."""

    class Sharp(base):
        def get_cam_image(self, *args):
            raw = super().get_cam_image(*args)
            positive = np.maximum(raw, 0)
            low, high = positive.min(axis=(1, 2)), positive.max(axis=(1, 2))
            return np.where((high - low <= 1e-3 * high)[:, None, None], 0, raw)

    return Sharp


FACTORS = 4
SESS_STATES = 2  # 122 passes for each map
KERNELS = {"sigmoid": {}, "rbf": {"kernel": "rbf", "gamma": 0.02}, "poly": {"kernel": "poly"}, "linear": {"kernel": "linear"}}


def whole(method, x, t):
    """The map of a method that is made of whole maps."""
    full = method(x, targets=[ClassifierOutputTarget(t)])[0]
    return {"map": full, "grid": full[6::14, 6::14], "stats": more_methods.stats(full)}


def one_layer(original, hook, make, t, x, kind=np.float32):
    """The map and the layer's numbers of a method that gives its channels no weights."""
    net = copy.deepcopy(original)  # hooks of one method must not meet another's
    method = make(net, [net.last_conv if hook == "conv" else net.last_relu])
    combine, seen = method.get_cam_image, {}

    def kept(x, layer, target, activations, *rest):
        # In double precision: scikit-learn's kernels round what differs little in single precision.
        seen["raw"] = np.array(combine(x, layer, target, activations.astype(kind), *rest))
        return seen["raw"]

    method.get_cam_image = kept
    return whole(method, x, t) | {"raw": seen["raw"][0]}


def layers(net):
    return [m for m in net.modules() if isinstance(m, (torch.nn.Conv2d, torch.nn.BatchNorm2d))]


def explain(original, states, s, t):
    x = torch.tensor(states[s : s + 1], dtype=torch.float32)
    result = {}
    for hook in ("conv", "relu"):
        result[f"pgc.FEM.{hook}"] = one_layer(original, hook, pgc.FEM, t, x)
        result[f"pgc.FEM.k1.{hook}"] = one_layer(original, hook, lambda *a: pgc.FEM(*a, k=1), t, x)
        for name, options in KERNELS.items():
            make = lambda *a, options=options: pgc.KPCA_CAM(*a, **options)
            result[f"pgc.KPCA_CAM.{name}.{hook}"] = one_layer(original, hook, make, t, x, np.float64)
        result[f"pgc.SegEigenCAM.{hook}"] = one_layer(original, hook, pgc.SegEigenCAM, t, x)
    for name, base in (("GradCAMPlusPlus", pgc.GradCAMPlusPlus), ("LayerCAM", pgc.LayerCAM)):
        net = copy.deepcopy(original)
        result[f"pgc.RefineCAM.{name}"] = whole(pgc.RefineCAM(net, layers(net), base_method=base), x, t)
    return result


def scaled_and_slid(original, states, s, t):
    x = torch.tensor(states[s : s + 1], dtype=torch.float32)
    result = {}
    for name, options in {
        # Not above 0: there rounding takes part in the mean.
        "default": {"theta": 1e-4},
        "max": {"pool": "max", "num_scales": 3, "smooth": False},
        "filter": {"num_scales": 5, "pre_filter_ratio": 0.5, "theta": 0.2, "base_method": pgc.LayerCAM},
        "value": {"num_scales": 4, "scale_step_ratio": 0.5, "use_softmax_scores": False, "theta": 1e-4},
    }.items():
        net = copy.deepcopy(original)
        base = without_flat_maps(options.pop("base_method", pgc.GradCAM))
        result[f"pgc.SESS.{name}"] = whole(pgc.SESS(net, [net.last_conv], base_method=base, **options), x, t)
    return result


def factors(net, states):
    """scikit-learn's factorisation of the last ReLU's output of all states, positions × channels."""
    seen = []
    hook = net.last_relu.register_forward_hook(lambda module, inputs, output: seen.append(output))
    with torch.no_grad():
        net(torch.tensor(states, dtype=torch.float32))
    hook.remove()
    n, channels, height, width = seen[0].shape
    x = seen[0].permute(0, 2, 3, 1).reshape(-1, channels).numpy().astype(np.float64)
    # The exact singular vectors, in place of its randomised ones.
    _nmf._randomized_svd = lambda x, k, **_: [part[:k] if i else part[:, :k] for i, part in enumerate(np.linalg.svd(x, False))]
    model = _nmf.NMF(FACTORS, init="nndsvd", solver="cd", tol=1e-5, max_iter=400)
    w = model.fit_transform(x)
    return {
        "sklearn.NMF.maps": w.reshape(n, height, width, FACTORS).transpose(0, 3, 1, 2).astype(np.float32, order="C"),
        "sklearn.NMF.channels": model.components_.astype(np.float32, order="C"),
        "sklearn.NMF.residual": np.array([model.reconstruction_err_ / np.linalg.norm(x), model.n_iter_], np.float32),
    }  # fmt: skip


def twice(function):
    """Its arrays, and how much they change with another convolution kernel."""
    runs = []
    for kernel in (True, False):
        with torch.backends.mkldnn.flags(enabled=kernel):
            runs.append(function())
    arrays, noise = {}, {}
    for method, parts in runs[0][0][0].items():
        for part in parts:
            first, second = (np.array([[case[method][part] for case in row] for row in run]) for run in runs)
            if part in ("map", "raw"):
                noise[f"{method}.{part}"] = float(np.abs(first - second).max())
            if part != "map":
                arrays[f"{method}.{part}"] = first.astype(np.float32)
    return arrays, noise


def main():
    torch.set_num_threads(1)
    manifest = {
        "versions": {
            "torch": torch.__version__, "grad-cam": "1.5.7", "scikit-learn": sklearn.__version__, "numpy": np.__version__,
        },
        "explain": {},
    }  # fmt: skip
    for name in more_methods.NETS:
        golden = np.load(more_methods.GOLDEN / f"explain/{name}.npz")
        states, targets = golden["states"], golden["targets"]
        net = networks.load(more_methods.GOLDEN / f"nets/{name}.gz")
        run = lambda of, count: [[of(net, states, s, int(t)) for t in targets[s]] for s in range(count)]
        arrays, noise = twice(lambda: run(explain, len(states)))
        more, more_noise = twice(lambda: run(scaled_and_slid, SESS_STATES))
        np.savez_compressed(more_methods.GOLDEN / f"explain/{name}_cams.npz", **arrays, **more, **factors(net, states))
        manifest["explain"][f"explain/{name}_cams.npz"] = {"float32_noise": noise | more_noise}
        print(name, len(arrays) + len(more), "arrays", flush=True)
        for key, value in sorted((noise | more_noise).items()):
            print("  ", key, value)
    (more_methods.GOLDEN / "manifest_cams.json").write_text(json.dumps(manifest, indent=1) + "\n")


if __name__ == "__main__":
    main()
