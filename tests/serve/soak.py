"""Many clients of one viewer for some time: frames a second of the fastest, and the server's memory.

usage: soak.py PROGRAM [--clients N] [--seconds S]

Starts PROGRAM serve pong, lets clients read all that they can (a third of them slowly) and prints frames per second and
memory. The states that are saved for going back are limited to so few that there are no more of them after the first tenth of
the time. Fails when memory grows by more than 4 MiB from then on, when a client is cut off, or when the fastest client gets
fewer than 55 frames per second.
"""

import argparse
import re
import signal
import subprocess
import sys
import threading
import time

from live_client import LiveClient

# One is saved at every 32nd step, of which there are 15 per second: a minute's.
HISTORY = 32
MOST_GROWTH = 4  # MiB


def memory_of(process):
    with open(f"/proc/{process}/status") as status:
        return int(re.search(r"VmRSS:\s+(\d+) kB", status.read()).group(1)) / 1024


def is_slow(index):
    return index % 3 == 2


def watch(port, slow, until, frames, index, cut_off):
    client = LiveClient(port)
    client.ask("hello", version=1)
    while time.monotonic() < until:
        try:
            message = client.read()
        except OSError as error:
            cut_off.append(f"client {index} ({'slow' if slow else 'fast'}) after {frames[index]} frames: {error}")
            return
        if message.get("event") == "step":
            frames[index] += message["arrays"][0]["shape"][0] + sum(
                array["shape"][0] for array in message["arrays"] if array["name"] == "changed"
            )
        if slow:
            time.sleep(0.5)
    client.close()


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("program")
    arguments.add_argument("--clients", type=int, default=20)
    arguments.add_argument("--seconds", type=float, default=600)
    options = arguments.parse_args()
    server = subprocess.Popen(
        [options.program, "serve", "pong", "--port", "0", "--history", str(HISTORY)], stdout=subprocess.PIPE, text=True
    )
    try:
        port = int(re.search(r":(\d+)/", server.stdout.readline()).group(1))
        leader = LiveClient(port)
        leader.ask("hello", version=1)
        leader.ask("play")
        frames, cut_off = [0] * options.clients, []
        begin = time.monotonic()
        until = begin + options.seconds
        threads = [
            threading.Thread(target=watch, args=(port, is_slow(i), until, frames, i, cut_off), daemon=True)
            for i in range(options.clients)
        ]
        for thread in threads:
            thread.start()
        memories = []
        while time.monotonic() < until:
            deadline = time.monotonic() + options.seconds / 40
            while time.monotonic() < deadline:
                leader.read()
            memories.append(memory_of(server.pid))
        for thread in threads:
            thread.join(timeout=10)
        took = time.monotonic() - begin
        early = max(memories[: max(1, len(memories) // 10)])
        grown = max(memories) - early
        quick = [frames[i] / took for i in range(options.clients) if not is_slow(i)]
        slow = [frames[i] / took for i in range(options.clients) if is_slow(i)]
        fastest = max(quick)
        print(
            f"{options.clients} clients, {took:.0f} s: frames per second {fastest:.1f} of the fastest, {min(quick):.1f} of the slowest that reads "
            f"all, {min(slow, default=0):.1f} to {max(slow, default=0):.1f} of those that read slowly; memory {early:.1f} MiB, grown by {max(0, grown):.1f} MiB"
        )
        server.send_signal(signal.SIGTERM)
        code = server.wait(timeout=10)
        if code != 143:
            sys.exit(f"the server ended with {code}, expected 143")
        if cut_off:
            sys.exit("\n".join(["clients were cut off:", *cut_off]))
        if grown > MOST_GROWTH:
            sys.exit("memory grows")
        if fastest < 55:
            sys.exit("fewer than 55 frames per second")
    finally:
        server.kill()


main()
