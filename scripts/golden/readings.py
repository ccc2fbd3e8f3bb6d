"""How each golden checkpoint is read: convention, algorithm, protocol, actions, parameters, and what the network
says about the first of tests/golden/checkpoints/known_input.npz. A test holds the program to it, so that a change
that reads some file otherwise shows as a change of this table. A file that was read otherwise before has what it was
read as first in "was"; the test names all such files.

usage: readings.py PROGRAM      (packages: numpy; writes tests/golden/agents/readings.json)
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

GOLDEN = Path(__file__).resolve().parents[2] / "tests/golden"
FIELDS = ("convention", "algorithm", "protocol", "actions", "parameters")


def files():
    beside = {".npz", ".json", ".data", ".data-00000-of-00001"}
    for folder in ("agents", "nets"):
        for path in sorted((GOLDEN / folder).iterdir()):
            if "".join(path.suffixes[-1:]) not in beside:
                yield path
    for name in sorted(json.loads((GOLDEN / "manifest.json").read_text())["checkpoints"]["good"]):
        yield GOLDEN / name


def reading(program, path, scratch):
    said = subprocess.run([program, "inspect", path, "--json"], capture_output=True, text=True)
    if said.returncode != 0:
        return None
    facts = json.loads(said.stdout)
    row = {name: facts[name] for name in FIELDS}
    row["protocol"] = row["protocol"] and row["protocol"].removesuffix(" (changed)")
    if facts["layers"][0]["output"] == [4, 84, 84]:
        values = scratch / "q.npy"
        mapped = subprocess.run([program, "map", path, "--states", scratch / "x.npy", "--method", "gradcam", "--out", scratch / "m.npy",
                        "--values", values], capture_output=True)
        if mapped.returncode == 0:
            row["values"] = [float(f"{value:.6g}") for value in np.load(values)[0]]
    return row


def differs(was, now):
    if isinstance(was, list):
        return not np.allclose(was, now, atol=1e-4) if isinstance(now, list) and len(was) == len(now) else True
    return was != now


def first_readings(before, now):
    """What `now` says otherwise than the first table did that had the file."""
    was = dict(before.get("was", {}))
    for name in FIELDS + ("values",):
        if name not in was and name in before and differs(before[name], now.get(name)):
            was[name] = before[name]
    return {name: value for name, value in was.items() if differs(value, now.get(name))}


def main(program, table=GOLDEN / "agents/readings.json"):
    before = json.loads(Path(table).read_text()) if Path(table).exists() else {}
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "x.npy", np.load(GOLDEN / "checkpoints/known_input.npz")["x"][:1])
        for path in files():
            name = str(path.relative_to(GOLDEN))
            row = reading(program, path, Path(folder))
            if row is None and name in before:
                sys.exit(f"{name}: was read before and is not read now")
            if row is not None:
                if was := first_readings(before.get(name, {}), row):
                    row["was"] = was
                rows[name] = row
    lines = (f"  {json.dumps(name)}: {json.dumps(row, ensure_ascii=False)}" for name, row in rows.items())
    Path(table).write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
