"""Explains one state after another for a long time and looks whether memory grows: python bench/python/loop.py [--calls N]

The last line says how many megabytes the process grew by after the first tenth of the calls. More than 4 MiB is an error.
python/tests/test_explanation.py runs a short version.
"""

import argparse
import sys
import time

import numpy as np

import arcadecam as ac

MOST_GROWTH = 4.0  # MiB: what the allocator may still move


def resident() -> float:
    """MiB."""
    with open("/proc/self/status", encoding="ascii") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("VmRSS")) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--calls", type=int, default=1_000_000)
    calls = parser.parse_args().calls
    agent = ac.load("pong")
    states = np.random.default_rng(0).integers(0, 256, (64, 1, 4, 84, 84), dtype=np.uint8)
    questions = [("fullgrad++", "greedy"), ("gradcam", "margin"), ("hirescam", "action:2"), (["gradcam", "sobel"], ["greedy"])]
    started, before = time.perf_counter(), 0.0
    for call in range(calls):
        if call == calls // 10:
            before = resident()
        methods, target = questions[call % len(questions)]
        explained = agent.explain(states[call % len(states)], methods, target)
        if call % 1000 == 0:  # what is held and let go
            one = next(iter(explained.values())) if isinstance(explained, ac.Explanations) else explained
            assert one.map.shape == (1, 84, 84) and one._repr_png_()
    grown = resident() - before
    per_call = 1e3 * (time.perf_counter() - started) / max(calls, 1)
    print(f"{calls} calls, {per_call:.3f} ms each; the process grew by {grown:.2f} MiB to {resident():.0f} MiB")
    if grown > MOST_GROWTH:
        sys.exit("loop: memory grows")


if __name__ == "__main__":
    main()
