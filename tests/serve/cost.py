"""What a step of the viewer costs the server, beside the same step of `explain`.

usage: cost.py PROGRAM [--steps N] [--pairs P]

Runs in turn `explain pong --no-video --no-gif --no-maps` and `serve pong` as fast as it goes with one client, both with
FullGrad++, and compares the processor's time per step (start-up measured by a short run is taken off).
"""

import argparse
import os
import re
import signal
import statistics
import subprocess
import tempfile
import time

from live_client import LiveClient


def seconds_of(process):
    with open(f"/proc/{process}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def explained(program, steps):
    with tempfile.TemporaryDirectory() as folder:
        before = os.times()
        subprocess.run(
            [program, "explain", "pong", "--no-video", "--no-gif", "--no-maps", "--still-every", "1000000",
             "--steps", str(steps), "--out", folder + "/run"],
            check=True, capture_output=True,
        )
        after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def served(program, steps):
    server = subprocess.Popen([program, "serve", "pong", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        port = int(re.search(r":(\d+)/", server.stdout.readline()).group(1))
        client = LiveClient(port)
        client.ask("hello", version=1)
        client.ask("speed", times=0)
        client.ask("step", steps=100)
        while True:
            message = client.read()
            if message.get("event") == "state" and not message["playing"]:
                break
        begin, wall = seconds_of(server.pid), time.monotonic()
        done = 0
        while done < steps:
            client.ask("step", steps=500)
            done += 500
            while True:
                message = client.read()
                if message.get("event") == "state" and not message["playing"]:
                    break
        return (seconds_of(server.pid) - begin) / done, done / (time.monotonic() - wall)
    finally:
        server.send_signal(signal.SIGKILL)
        # Its time is not to be counted as that of the next child.
        server.wait()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--steps", type=int, default=1000)
    arguments.add_argument("--pairs", type=int, default=3)
    options = arguments.parse_args()
    ratios = []
    for _ in range(options.pairs):
        short = explained(options.program, 100)
        whole = explained(options.program, options.steps + 100)
        alone = (whole - short) / options.steps
        with_client, rate = served(options.program, options.steps)
        ratios.append(with_client / alone)
        print(
            f"explain {alone * 1000:.2f} ms, serve {with_client * 1000:.2f} ms per step: {ratios[-1]:.2f} times; "
            f"{rate:.0f} steps per second"
        )
    print(f"median {statistics.median(ratios):.2f} times")


main()
