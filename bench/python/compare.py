"""arcadecam beside pytorch-grad-cam and Captum in one process, on one thread, on the same network and states.

    python bench/python/compare.py [--repeats N]

Needs arcadecam and bench/python/requirements.txt. Each line is the median of alternating runs, in milliseconds per state, and the ratio; what the
processor can do is said first, as ratios depend on it.
"""

import argparse
import statistics
import threading
import time

import numpy as np
import torch

import arcadecam as ac

torch.set_num_threads(1)
torch.manual_seed(0)


def network() -> torch.nn.Module:
    """The Nature network with six actions."""
    return torch.nn.Sequential(
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


def medians(works, repeats):
    """Milliseconds of each, run in turn so that all see the same machine."""
    for work in works:
        work()
    times = [[] for _ in works]
    for _ in range(repeats):
        for work, kept in zip(works, times):
            start = time.perf_counter()
            work()
            kept.append(1e3 * (time.perf_counter() - start))
    return [statistics.median(kept) for kept in times]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=50)
    repeats = parser.parse_args().repeats

    import captum.attr
    import pytorch_grad_cam

    module = network()
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
        states = np.random.default_rng(0).integers(0, 256, (batch, 4, 84, 84), dtype=np.uint8)
        tensor = torch.from_numpy(states).float() / 255
        ours = {name: (lambda name=name: agent.explain(states, name, batch=batch)) for name in ("fullgrad++", "fullgrad", "gradcam")}
        theirs = {name: (lambda cam=cam: cam(tensor, targets=None)) for name, cam in peers.items()}
        theirs["captum"] = lambda: captums.attribute(tensor, target=module(tensor).argmax(1), attribute_to_layer_input=False)
        return ours, theirs

    for batch, ours_name, theirs_name, label, wanted in [
        (1, "fullgrad++", "gradcam++", "pytorch-grad-cam Grad-CAM++", 12),
        (1, "fullgrad", "fullgrad", "pytorch-grad-cam FullGrad", 18),
        (32, "gradcam", "gradcam", "pytorch-grad-cam Grad-CAM", 6),
        (32, "gradcam", "captum", "Captum LayerGradCam", None),
    ]:
        ours, theirs = pairs(batch)
        mine, other = medians([ours[ours_name], theirs[theirs_name]], repeats)
        asked = f" (asked: {wanted})" if wanted else ""
        print(f"batch {batch}: {ours_name} {mine / batch:.3f} ms, {label} {other / batch:.3f} ms, ratio {other / mine:.1f}{asked}")

    # What the Python half of a call costs beside the native half.
    states = np.zeros((1, 4, 84, 84), np.uint8)
    question = agent._network.question("gradcam", ["greedy"])
    whole, inner = medians(
        [lambda: agent.explain(states, "gradcam"), lambda: agent._network.explain(states, question, [], None, 32)],
        20 * repeats,
    )
    print(f"batch 1: the call's Python half takes {1e3 * (whole - inner):.1f} µs")

    # Two threads, two agents.
    agents = [agent, ac.from_state_dict({f"network.{name}": tensor for name, tensor in module.state_dict().items()}, like="cleanrl")]
    work = np.random.default_rng(1).integers(0, 256, (32, 4, 84, 84), dtype=np.uint8)

    def run(which):
        for _ in range(repeats):
            which.explain(work, "fullgrad++")

    def seconds(count):
        threads = [threading.Thread(target=run, args=(agents[n],)) for n in range(count)]
        start = time.perf_counter()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - start

    one, two = seconds(1), seconds(2)
    print(f"two threads with two agents do {2 * one / two:.2f} × the work of one")


if __name__ == "__main__":
    main()
