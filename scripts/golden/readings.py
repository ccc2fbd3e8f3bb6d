"""How each golden checkpoint is read: convention, algorithm, protocol, actions, parameters, and what the network
says about the first of tests/golden/checkpoints/known_input.npz. A test holds the program to it, so that a change
that reads some file otherwise shows as a change of this table.

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


def main(program, table=GOLDEN / "agents/readings.json"):
    rows = {}
    with tempfile.TemporaryDirectory() as folder:
        np.save(Path(folder) / "x.npy", np.load(GOLDEN / "checkpoints/known_input.npz")["x"][:1])
        for path in files():
            if row := reading(program, path, Path(folder)):
                rows[str(path.relative_to(GOLDEN))] = row
    lines = (f"  {json.dumps(name)}: {json.dumps(row, ensure_ascii=False)}" for name, row in rows.items())
    Path(table).write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
