"""The folder of a run: the state to go on from, the learning curve, the checkpoints of a history."""

import csv
import os
from pathlib import Path

import torch


def write_whole(path, write):
    """Calls write(a file beside `path`) and puts that in its place, so that nobody ever sees half of it."""
    beside = path.with_name(path.name + ".part")
    write(beside)
    with open(beside, "rb") as file:
        os.fsync(file.fileno())
    os.replace(beside, path)


def save_network(path, state_dict, half):
    """The weights alone, as CleanRL saves PQN's; `half` stores them as float16, but for C51's atoms, which are the values' scale."""
    kept = {name: (tensor.half() if half and name != "atoms" else tensor).clone() for name, tensor in state_dict.items()}
    write_whole(path, lambda beside: torch.save(kept, beside))


class Store:
    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.state_file = self.folder / "state.pt"
        self.curve_file = self.folder / "curve.csv"

    def save(self, state):
        write_whole(self.state_file, lambda beside: torch.save(state, beside))

    def load(self):
        """The state, or None in a new folder. Rows of the curve from after it are taken off."""
        if not self.state_file.exists():
            return None
        state = torch.load(self.state_file, weights_only=True)
        rows = [row for row in self.curve() if int(row["step"]) <= state["step"]]
        if rows:
            write_whole(self.curve_file, lambda beside: self._write(beside, rows, "w"))
        return state

    def curve(self):
        if not self.curve_file.exists():
            return []
        with open(self.curve_file, newline="") as file:
            return list(csv.DictReader(file))

    def append(self, row):
        self._write(self.curve_file, [row], "a")

    @staticmethod
    def _write(path, rows, mode):
        new = mode == "w" or not path.exists()
        with open(path, mode, newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            if new:
                writer.writeheader()
            writer.writerows(rows)

    def checkpoint(self, step):
        return self.folder / "history" / f"model_{step}.pth"
