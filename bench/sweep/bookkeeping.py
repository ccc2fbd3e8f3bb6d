"""What a sweep's bookkeeping costs: plan, status and merge of many synthetic units, with time and memory.

    python3 bench/sweep/bookkeeping.py build/release/arcadecam [UNITS]

Checkpoints are files of a few bytes, so that the plan's figure is without reading files; records hold what two methods with
the measures shape and causal give: 22 lines of the summary and 40 of objects.
"""

import csv
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def timed(label, limit, *command):
    start = time.monotonic()
    process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    words = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.monotonic() - start
    if status != 0:
        sys.exit(f"{label}: {words}")
    print(f"{label:<18} {seconds:6.2f} s (at most {limit} s)  {used.ru_maxrss / 1024:6.0f} MB (at most 500 MB)", flush=True)
    return seconds <= limit and used.ru_maxrss < 500 * 1024


def record(unit, number):
    lines = ["arcadecam-sweep-record 1", "[objects]"]
    for method in ("fullgrad++", "gradcam"):
        for thing in ("ball", "enemy", "player", "score", "lives"):
            for statistic in ("advantage-change", "area", "mass", "value-change"):
                lines.append(f"{method},causal,{thing},{statistic},200,{number / 7},{number / 3}")
    lines += ["[scores]", *(f"{episode},{number % 21},1500,0" for episode in range(10)), "[summary]"]
    for method in ("fullgrad++", "gradcam"):
        for statistic in range(11):
            lines.append(f"shape,statistic-{statistic},higher,,{method},{number / 9},{number / 11},{number / 5},200,10,1,,,")
    return "\n".join([*lines, "[unit]", f"id,{unit}", "game,pong", "[end]", ""])


def main():
    program, units = Path(sys.argv[1]).resolve(), int(sys.argv[2]) if len(sys.argv) > 2 else 25500
    with tempfile.TemporaryDirectory() as folder:
        zoo, out = Path(folder) / "zoo", Path(folder) / "out"
        for number in range(units):
            file = zoo / f"{number // 50}" / f"model_{number % 50}.pt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(str(number))
        spec = Path(folder) / "zoo.toml"
        spec.write_text('files = "zoo/{run}/model_{step}.pt"\ngames = ["Pong"]\nmethods = ["fullgrad++", "gradcam"]\nmeasures = ["shape", "causal"]\n')
        good = timed("plan, first", 20, program, "sweep", "plan", spec, "-o", out)
        good &= timed("plan, again", 20, program, "sweep", "plan", spec, "-o", out)
        text = (out / "plan.csv").read_text().split("[units]\n")[1].removesuffix("[end]\n")
        for number, row in enumerate(csv.reader(text.splitlines())):
            file = out / "records" / row[0][:2] / f"{row[0]}.done"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(record(row[0], number))
        good &= timed("status", 2, program, "sweep", "status", out)
        good &= timed("merge", 60, program, "sweep", "merge", out)
        size = sum(file.stat().st_size for file in (out / "merged").iterdir())
        print(f"{units} units, {size / 2**20:.0f} MB merged")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
