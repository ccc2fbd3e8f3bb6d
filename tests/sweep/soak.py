"""kill -9 at 200 random moments over a sweep's plan, run and merge: what is merged has the same bytes.

    python3 tests/sweep/soak.py build/release/arcadecam [KILLS]
"""

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

AGENTS = Path(__file__).resolve().parents[2] / "agents" / "DQN_modern"
SPEC = """files = "zoo/{game}/{run}/model_{step}.gz"
seeds = [0, 1, 2, 3, 4, 5, 6, 7]
methods = "gradcam"
measures = "shape,causal"
[states]
count = 6
episodes = 2
episode_steps = 10
[options]
baselines = false
"""
TABLES = ("units.csv", "summary.csv", "objects.csv", "scores.csv", "sweep.sqlite")


def main():
    program, kills = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 200
    random.seed(1)
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        shutil.copytree(AGENTS, folder / "zoo")
        (folder / "zoo" / "Pong" / "2").mkdir()
        (folder / "zoo" / "Pong" / "2" / "model_5.gz").write_text("no checkpoint")
        (folder / "zoo.toml").write_text(SPEC)
        out = folder / "out"
        commands = [["plan", folder / "zoo.toml", "--out", out], ["run", out, "--scratch", folder / "scratch", "--jobs", "2"], ["merge", out]]

        def begin(command):
            return subprocess.Popen([program, "sweep", *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

        def finish():
            for command in commands:
                if begin(command).wait() != 0:
                    sys.exit(f"sweep {command[0]} failed")
            return [(out / "merged" / table).read_bytes() for table in TABLES]

        start = time.monotonic()
        wanted = finish()
        whole = time.monotonic() - start
        killed = {command[0]: 0 for command in commands}
        while sum(killed.values()) < kills:
            shutil.rmtree(out)
            # A sweep that is killed again and again, in each of its commands, until it is through.
            for command in commands:
                for _ in range(random.randrange(1, 8)):
                    process = begin(command)
                    time.sleep(random.random() * (whole / 3 if command[0] == "run" else 0.15))
                    process.send_signal(signal.SIGKILL)
                    killed[command[0]] += process.wait() == -signal.SIGKILL
                if begin(command).wait() != 0:
                    sys.exit(f"sweep {command[0]} failed after a kill")
            for table, bytes_wanted in zip(TABLES, wanted):
                if (out / "merged" / table).read_bytes() != bytes_wanted:
                    sys.exit(f"{table} differs after {killed}")
            print(f"killed {sum(killed.values())} of {kills}", file=sys.stderr, flush=True)
    print(f"sweep: killed {sum(killed.values())} times ({', '.join(f'{name} {n}' for name, n in killed.items())}): the same bytes")


if __name__ == "__main__":
    main()
