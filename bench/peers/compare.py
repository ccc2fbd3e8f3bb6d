"""Times ArcadeCAM against pytorch-grad-cam and Captum: same network, states, batch sizes and core, alternating.

Every round measures ours (bench_explain, Google Benchmark's mean) and the peer (mean over as many calls as fit in
the same time) one after the other; the ratios are formed round by round, so that a machine whose speed drifts does
not favour either. Both run on one thread and are timed by the processor time that they use, which other programs do
not lengthen. Printed: median milliseconds a state, and the median, smallest and largest ratio.
"""

import argparse
import contextlib
import copy
import gzip
import io
import json
import os
import pathlib
import statistics
import subprocess
import tempfile
import time

os.environ["OMP_NUM_THREADS"] = "1"

import numpy as np
import torch
from captum.attr import DeepLift, GuidedBackprop, IntegratedGradients, LayerGradCam, Occlusion, Saliency
from pytorch_grad_cam import (FEM, SESS, AblationCAM, EigenCAM, EigenGradCAM, FullGrad, GradCAM, GradCAMElementWise,
                              GradCAMPlusPlus, HiResCAM, KPCA_CAM, LayerCAM, ScoreCAM, SegEigenCAM, ShapleyCAM, XGradCAM)
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

ROOT = pathlib.Path(__file__).resolve().parents[2]


def captum_gradcam(model, target_layers):
    """Captum's Grad-CAM as a map of the input's size, called as pytorch-grad-cam's methods are."""
    cam = LayerGradCam(model, target_layers[0])

    def call(input_tensor, targets):
        raw = cam.attribute(input_tensor, target=torch.tensor([target.category for target in targets]),
                            relu_attributions=True)
        return LayerGradCam.interpolate(raw, tuple(input_tensor.shape[2:]), "bilinear").detach().numpy()

    return call


def captum_input(make, **settings):
    """One of Captum's attributions of the input, called as pytorch-grad-cam's methods are."""
    def bind(model, target_layers):
        method = make(model)

        def call(input_tensor, targets):
            chosen = torch.tensor([target.category for target in targets])
            return method.attribute(input_tensor.requires_grad_(), target=chosen, **settings).detach().numpy()

        return call

    return bind


# ours, theirs and its name
PAIRS = [
    ("fullgrad++", GradCAMPlusPlus, "Grad-CAM++"),  # all layers against their one
    ("gradcam++", GradCAMPlusPlus, "Grad-CAM++"),
    ("gradcam", GradCAM, "Grad-CAM"),
    ("gradcam", captum_gradcam, "Captum Grad-CAM"),
    ("fullgrad", FullGrad, "FullGrad"),
]
MORE_PAIRS = [
    ("hirescam", HiResCAM, "HiResCAM"),
    ("xgradcam", XGradCAM, "XGrad-CAM"),
    ("layercam", LayerCAM, "LayerCAM"),
    ("gradcam-elementwise", GradCAMElementWise, "element-wise"),
    ("eigencam", EigenCAM, "Eigen-CAM"),
    ("eigengradcam", EigenGradCAM, "Eigen-Grad-CAM"),
    ("segeigencam", SegEigenCAM, "Seg-Eigen-CAM"),
    ("kpcacam", KPCA_CAM, "KPCA-CAM"),
    ("fem", FEM, "FEM"),
    ("saliency", captum_input(Saliency), "Captum Saliency"),
    ("guided-backprop", captum_input(GuidedBackprop), "Captum guided"),
    ("deeplift", captum_input(DeepLift), "Captum DeepLift"),
]
# Those that run the network again many times for one map: the batch is theirs.
PROBING_PAIRS = [
    ("scorecam", ScoreCAM, "Score-CAM"),
    ("ablationcam", AblationCAM, "Ablation-CAM"),
    ("shapleycam", ShapleyCAM, "Shapley-CAM"),
    ("sess", SESS, "SESS"),
    ("integrated-gradients", captum_input(IntegratedGradients, n_steps=50), "Captum IG"),
    ("occlusion", captum_input(Occlusion, sliding_window_shapes=(4, 8, 8), strides=(4, 4, 4), baselines=0,
                               perturbations_per_eval=32), "Captum Occlusion"),
]


class AtariNet(torch.nn.Module):
    def __init__(self, state):
        super().__init__()
        nn = torch.nn
        shapes = {key: value.shape for key, value in state.items()}
        conv = [shapes[f"_AtariNet__features.{i}.weight"] for i in (0, 2, 4)]
        head = [shapes[f"_AtariNet__head.{i}.weight"] for i in (0, 2)]
        self.features = nn.Sequential(
            nn.Conv2d(conv[0][1], conv[0][0], 8, 4), nn.ReLU(),
            nn.Conv2d(conv[1][1], conv[1][0], 4, 2), nn.ReLU(),
            nn.Conv2d(conv[2][1], conv[2][0], 3, 1), nn.ReLU())
        self.head = nn.Sequential(nn.Linear(head[0][1], head[0][0]), nn.ReLU(), nn.Linear(head[1][1], head[1][0]))
        self.load_state_dict({key.replace("_AtariNet__", ""): value.float() for key, value in state.items()})

    def forward(self, x):
        return self.head(torch.flatten(self.features(x / 255), 1))


# How many states `arcadecam map` and Python's agents put through the network in one pass unless told otherwise. A peer gets
# its whole batch at once, which is its fastest way.
PASS = 8


def states_of(file):
    """32 different states, four steps apart: a batch of one state repeated would flatter ours, which computes what
    looks alike once."""
    planes = np.load(file)["newest_plane"].reshape(-1, 84, 84)
    return np.stack([planes[last - 3:last + 1] for last in range(40, 40 + 4 * 32, 4)])


def load(checkpoint):
    with gzip.open(checkpoint, "rb") as file:
        state = torch.load(io.BytesIO(file.read()), map_location="cpu", weights_only=True)
    return AtariNet(state["estimator_state"]).eval()


def time_ours(bench, checkpoint, states, method, batch, seconds):
    batch = min(batch, PASS)
    output = subprocess.run(
        [bench, checkpoint, states, "--benchmark_format=json", f"--benchmark_min_time={seconds}",
         f"--benchmark_filter=^{method.replace('+', '[+]')}/{batch}$"],
        check=True, capture_output=True, text=True).stdout
    return json.loads(output)["benchmarks"][0]["cpu_time"] / batch


def time_theirs(method, net, states, batch, seconds):
    net = copy.deepcopy(net)  # some leave hooks behind
    cam = method(model=net, target_layers=[net.features[4]])
    x = torch.from_numpy(np.resize(states, (batch,) + states.shape[1:])).float()
    targets = [ClassifierOutputTarget(int(action)) for action in net(x).argmax(1)]
    for _ in range(3):
        cam(input_tensor=x, targets=targets)
    calls, start = 0, time.process_time()
    while time.process_time() - start < seconds:
        cam(input_tensor=x, targets=targets)
        calls += 1
    return (time.process_time() - start) / calls / batch * 1000


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bench", required=True)
    parser.add_argument("--checkpoint", default=ROOT / "tests/golden/nets/trained_pong.gz")
    parser.add_argument("--planes", default=ROOT / "tests/golden/states/pong_modern.npz",
                        help=".npz with an episode's planes, 'newest_plane'")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5, help="a measurement")
    parser.add_argument("--batch", type=int, nargs="+", default=[1, 32])
    parser.add_argument("--all", action="store_true", help="more methods, and those that probe (minutes more)")
    options = parser.parse_args()
    torch.set_num_threads(1)
    states = states_of(options.planes)
    net = load(options.checkpoint)
    with tempfile.NamedTemporaryFile(suffix=".npy") as file:
        np.save(file, states)
        file.flush()
        print(f"{'ours':20} {'theirs':16} {'batch':>5} {'ours ms':>9} {'theirs ms':>10} {'ratio':>7}  (min … max)")
        runs = [(pair, batch) for pair in PAIRS + (MORE_PAIRS if options.all else []) for batch in options.batch]
        runs += [(pair, 1) for pair in (PROBING_PAIRS if options.all else [])]
        for (ours, theirs, name), batch in runs:
            mine, other = [], []
            for _ in range(options.rounds):
                mine.append(time_ours(options.bench, options.checkpoint, file.name, ours, batch, options.seconds))
                with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
                    other.append(time_theirs(theirs, net, states, batch, options.seconds))
            ratios = [b / a for a, b in zip(mine, other)]
            print(f"{ours:20} {name:16} {batch:5} {statistics.median(mine):9.3f} "
                  f"{statistics.median(other):10.3f} {statistics.median(ratios):7.2f}  "
                  f"({min(ratios):.2f} … {max(ratios):.2f})", flush=True)


if __name__ == "__main__":
    main()
