"""Says whether one build of the program is faster than another, from `arcadecam bench` of both in alternating runs.

Every round runs both programs one after the other, in an order that changes; the ratio new/old of each figure is formed
round by round. A bootstrap over the rounds gives the 95 % interval of the median ratio. A figure is "faster" or
"slower" when that interval lies wholly on one side of 1 and the median is more than the threshold away from it;
else "same". With --checkpoint and --states the programs are two `bench_explain` (an earlier commit's `bench` has no
--states: there a batch of one is one easy state). Only the Python standard library is used.
"""

import argparse
import json
import random
import statistics
import subprocess
import sys


def measure_explain(program, options):
    """The same of `bench_explain`, for a checkpoint and states of one's own."""
    methods, batches = options.methods.replace("+", "[+]").replace(",", "|"), options.batch.replace(",", "|")
    command = [program, options.checkpoint, options.states, "--benchmark_format=json",
               f"--benchmark_min_time={options.seconds}", f"--benchmark_filter=^({methods})/({batches})$"]
    figures = {}
    for row in json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["benchmarks"]:
        method, _, batch = row["name"].rpartition("/")
        figures["methods", method, int(batch)] = row["cpu_time"] / 1e3 / int(batch)
    return figures


def measure(program, options):
    if options.checkpoint:
        return measure_explain(program, options)
    command = [program, "bench", options.agent, "--only", options.only, "--batch", options.batch, "--threads", "1",
               "--environments", "1", "--methods", options.methods, "--rounds", "3",
               "--seconds", str(options.seconds), "--json", "-"]
    rows = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)["rows"]
    return {(row["section"], row["what"], row.get("batch", row.get("environments"))): row["seconds"]["median"]
            for row in rows}


def interval(ratios, draws=4000):
    rng = random.Random(0)
    medians = sorted(statistics.median(rng.choices(ratios, k=len(ratios))) for _ in range(draws))
    return medians[int(0.025 * draws)], medians[int(0.975 * draws)]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--agent", default="pong")
    parser.add_argument("--only", choices=["passes", "play"], default="passes")
    parser.add_argument("--batch", default="1,32")
    parser.add_argument("--methods", default="gradcam,fullgrad,fullgrad++")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--seconds", type=float, default=4.0, help="of one run of one program; of each figure with --states")
    parser.add_argument("--checkpoint", help="a network for bench_explain")
    parser.add_argument("--states", help="its states, a .npy file of bytes")
    parser.add_argument("--threshold", type=float, default=0.02, help="smaller changes count as none")
    options = parser.parse_args()
    if bool(options.checkpoint) != bool(options.states):
        parser.error("--checkpoint and --states belong together: both make the programs two bench_explain")
    old, new = [], []
    for round_number in range(options.rounds):
        for name in ("old", "new") if round_number % 2 == 0 else ("new", "old"):
            (old if name == "old" else new).append(measure(getattr(options, name), options))
    print(f"{'figure':36} {'batch':>5} {'old ms':>9} {'new ms':>9} {'new/old':>8}  {'95 % interval':17} verdict")
    slower = False
    for key in old[0]:
        if key not in new[0]:
            continue
        ratios = [b[key] / a[key] for a, b in zip(old, new)]
        middle, (low, high) = statistics.median(ratios), interval(ratios)
        verdict = "same"
        if high < 1 and middle < 1 - options.threshold:
            verdict = "faster"
        if low > 1 and middle > 1 + options.threshold:
            verdict = "slower"
        slower = slower or verdict == "slower"
        print(f"{key[1]:36} {key[2]:5} {1e3 * statistics.median(a[key] for a in old):9.4f} "
              f"{1e3 * statistics.median(b[key] for b in new):9.4f} {middle:8.3f}  {low:7.3f} … {high:7.3f} {verdict}")
    return 1 if slower else 0


if __name__ == "__main__":
    sys.exit(main())
