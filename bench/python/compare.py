"""arcadecam beside pytorch-grad-cam and Captum in one process, on one thread, on the same network and states.

    python bench/python/compare.py [--repeats N] [--random]

The network is the embedded Pong agent's and the states are Pong's; with --random, weights and pixels are random numbers: then few values are
zero, which arcadecam skips and the others do not.

Needs arcadecam and bench/python/requirements.txt. Both sides take turns. A turn is eight calls or more, one after the other, as in a loop over an
episode; at batch 1 they take eight different states in order. A turn of one call would measure how fast weights come back into a cache that the
other side has just filled. Each line is the median of the turns, in milliseconds of processor time per state, and the ratio. Other processes
share the machine's caches, which slows what reads many weights; the quickest turns suffer least. What the processor can do is said first, as
ratios depend on it. Two threads are compared with one by the clock, in short turns, which other processes do disturb.
"""

import argparse
import gzip
import io
import statistics
import threading
import time
from pathlib import Path

import numpy as np
import torch

import arcadecam as ac

torch.set_num_threads(1)
torch.manual_seed(0)


ROOT = Path(__file__).resolve().parents[2]
PONG = ROOT / "agents/DQN_modern/Pong/1/model_1930000.gz"


def network(random: bool) -> torch.nn.Module:
    """The Nature network with six actions."""
    module = torch.nn.Sequential(
        torch.nn.Conv2d(4, 32, 8, 4),
        torch.nn.ReLU(),
        torch.nn.Conv2d(32, 64, 4, 2),
        torch.nn.ReLU(),
        torch.nn.Conv2d(64, 64, 3, 1),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(3136, 512),
        torch.nn.ReLU(),
        torch.nn.Linear(512, 6),
    ).eval()
    if not random:
        weights = torch.load(io.BytesIO(gzip.open(PONG).read()), weights_only=True, map_location="cpu")["estimator_state"]
        module.load_state_dict(dict(zip(module.state_dict(), weights.values())))
    return module


CALLS = 8  # in one turn, each with other states where the batch is 1


def observations(batch: int, random: bool) -> list[np.ndarray]:
    """The states of each call of a turn."""
    if random:
        states = np.random.default_rng(0).integers(0, 256, (CALLS * batch, 4, 84, 84), dtype=np.uint8)
    else:
        with np.load(ROOT / "tests/golden/explain/trained_pong.npz") as golden:
            states = np.resize(golden["states"], (CALLS * batch, 4, 84, 84))  # eight, again and again
    return list(states.reshape(CALLS, batch, 4, 84, 84))


def times(works, repeats):
    """Milliseconds of this thread's processor time per call of each, run in turn so that all see the same machine: medians, and the least.

    Each of `works` is a function of the number of the call, from 0 to CALLS - 1.
    """
    for work in works:
        work(0)
    all_of = [[] for _ in works]
    for _ in range(repeats):
        for work, kept in zip(works, all_of):
            start = time.thread_time()
            for call in range(CALLS):
                work(call)
            kept.append(1e3 * (time.thread_time() - start) / CALLS)
    return [statistics.median(kept) for kept in all_of], [min(kept) for kept in all_of]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=25)
    parser.add_argument("--random", action="store_true")
    arguments = parser.parse_args()
    repeats, random = arguments.repeats, arguments.random

    import captum.attr
    import pytorch_grad_cam

    module = network(random)
    agent = ac.from_state_dict({f"network.{name}": tensor for name, tensor in module.state_dict().items()}, like="cleanrl")
    with open("/proc/cpuinfo", encoding="utf-8") as file:
        flags = next(line for line in file if line.startswith("flags")).split()
    print("instruction set:", "AVX-512" if "avx512f" in flags else "AVX2" if "avx2" in flags else "older")
    last = module[4]
    peers = {
        "gradcam++": pytorch_grad_cam.GradCAMPlusPlus(module, [last]),
        "gradcam": pytorch_grad_cam.GradCAM(module, [last]),
        "fullgrad": pytorch_grad_cam.FullGrad(module, []),
    }
    captums = captum.attr.LayerGradCam(module, last)

    def pairs(batch):
        states = observations(batch, random)
        tensors = [torch.from_numpy(few).float() / 255 for few in states]
        ours = {name: (lambda call, name=name: agent.explain(states[call], name, batch=batch)) for name in ("fullgrad++", "fullgrad", "gradcam")}
        theirs = {name: (lambda call, cam=cam: cam(tensors[call], targets=None)) for name, cam in peers.items()}
        theirs["captum"] = lambda call: captums.attribute(
            tensors[call], target=module(tensors[call]).argmax(1), attribute_to_layer_input=False
        )
        return ours, theirs

    for batch, ours_name, theirs_name, label, wanted in [
        (1, "fullgrad++", "gradcam++", "pytorch-grad-cam Grad-CAM++", 12),
        (1, "fullgrad", "fullgrad", "pytorch-grad-cam FullGrad", 18),
        (32, "gradcam", "gradcam", "pytorch-grad-cam Grad-CAM", 6),
        (32, "gradcam", "captum", "Captum LayerGradCam", None),
    ]:
        ours, theirs = pairs(batch)
        (mine, other), (least, others_least) = times([ours[ours_name], theirs[theirs_name]], repeats)
        asked = f" (asked: {wanted})" if wanted else ""
        print(
            f"batch {batch}: {ours_name} {mine / batch:.3f} ms, {label} {other / batch:.3f} ms, ratio {other / mine:.1f}, "
            f"of the quickest turns {least / batch:.3f} ms, {others_least / batch:.3f} ms, {others_least / least:.1f}{asked}"
        )

    # What the Python half of a call costs beside the native half.
    states = np.zeros((1, 4, 84, 84), np.uint8)
    question = agent._network.question("gradcam", ["greedy"])
    (whole, inner), (least, inner_least) = times(
        [lambda _: agent.explain(states, "gradcam"), lambda _: agent._network.explain(states, question, [], None, 32)],
        5 * repeats,
    )
    print(f"batch 1: the call's Python half takes {1e3 * (whole - inner):.1f} µs, of the quickest turns {1e3 * (least - inner_least):.1f} µs")

    # Two threads, two agents.
    agents = [agent, ac.from_state_dict({f"network.{name}": tensor for name, tensor in module.state_dict().items()}, like="cleanrl")]
    work = np.concatenate(observations(32, random)[:1])

    def run(which):
        for _ in range(4):
            which.explain(work, "fullgrad++")

    def seconds(count):
        threads = [threading.Thread(target=run, args=(agents[n],)) for n in range(count)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - start

    seconds(2)
    # Each turn is compared with its neighbour: a core's speed wanders, and the quickest turn of one thread needs the luck of one core, that of two
    # needs the luck of both at once.
    ratios = [2 * seconds(1) / seconds(2) for _ in range(repeats)]
    print(f"two threads with two agents do {statistics.median(ratios):.2f} × the work of one (the middle of {repeats} pairs of turns; asked: 1.8)")


if __name__ == "__main__":
    main()
