"""Trains an agent of one game on one core: python scripts/train/train.py breakout

Killed at any time, the same command goes on from the last saved state. See README.md beside this file.
"""

import argparse
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")  # before torch is loaded

import torch

from apprentice import Apprentice
from curve import draw
from learner import Learner
from settings import GAMES, Settings
from store import Store, save_network


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("game", choices=sorted(GAMES))
    parser.add_argument("--folder", type=Path, help="of the run (default: training/GAME in the current folder)")
    parser.add_argument("--minutes", type=float, help="stop (and save) after so long; the same command goes on")
    parser.add_argument("--stop-at", type=int, help="stop (and save) at so many steps; the same command goes on")
    parser.add_argument("--save-every", type=float, default=3, help="minutes between two saved states")
    parser.add_argument("--report-every", type=int, default=20, help="rounds between two rows of the curve")
    parser.add_argument("--history", type=int, default=0, help="keep so many checkpoints, more of them early on")
    parser.add_argument("--begin-with", type=Path, help="a new run's first weights: another run's model.pth")
    for name, default in Settings(game="").plain().items():
        if name == "game":
            continue
        kind = {"type": int, "nargs": 3} if name == "channels" else {"type": type(default)}
        if isinstance(default, bool):
            kind = {"action": argparse.BooleanOptionalAction}
        parser.add_argument("--" + name.replace("_", "-"), default=None, **kind)
    return parser.parse_args()


def chosen(given):
    """The game's settings with those of the command line."""
    own = {name: value for name, value in vars(given).items() if name in Settings(game="").plain() and value is not None}
    settings = Settings(**(GAMES[given.game] | own))
    return replace(settings, channels=tuple(settings.channels))


def check_same(settings, saved):
    """A run keeps its settings, but may become longer or shorter, and average otherwise."""
    saved = Settings(game="").plain() | saved  # an older run lacks settings that were added since
    for name, value in settings.plain().items():
        if name not in ("steps", "average") and saved[name] != value:
            sys.exit(f"this folder's run has {name} = {saved[name]}, not {value}: give that, or another --folder")


def history_steps(count, steps):
    """Where checkpoints are kept: the first is the untrained network, the distances grow linearly."""
    return [round(steps * (i / (count - 1)) ** 2) for i in range(count)] if count > 1 else [steps] * count


def keep_history(store, learner, wanted):
    kept = len(list(store.folder.glob("history/*.pth")))
    if kept < len(wanted) and learner.step >= wanted[kept]:
        store.checkpoint(learner.step).parent.mkdir(exist_ok=True)
        save_network(store.checkpoint(learner.step), learner.weights(), half=True)


def save(store, learner):
    save_network(store.folder / "model.pth", learner.weights(), half=False)
    store.save(learner.state())


def in_words(row):
    return "  ".join(f"{name} {value:.4g}" if isinstance(value, float) else f"{name} {value}" for name, value in row.items())


def main():
    given = arguments()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)  # an optimiser's moments fade into numbers that a CPU is slow with
    settings = chosen(given)
    store = Store(given.folder or Path("training") / given.game)
    state = store.load()
    if state:
        check_same(settings, state["settings"])
    learner = Apprentice(settings) if settings.demonstrated else Learner(settings)
    if state:
        learner.load(state)
        for path in store.folder.glob("history/*.pth"):
            if int(path.stem.split("_")[1]) > learner.step:
                path.unlink()
        print(f"goes on at step {learner.step:,}; the games begin again", flush=True)
    elif given.begin_with:
        learner.begin_with(torch.load(given.begin_with, weights_only=True))
    wanted = history_steps(given.history, settings.steps)
    began = saved = time.monotonic()
    while learner.step < min(settings.steps, given.stop_at or settings.steps):
        keep_history(store, learner, wanted)
        row = learner.round()
        if learner.rounds % given.report_every == 0:
            store.append(row)
            print(f"round {learner.rounds}  {in_words(row)}", flush=True)
        now = time.monotonic()
        if now - saved > 60 * given.save_every:
            save(store, learner)
            saved = now
        if given.minutes and now - began > 60 * given.minutes:
            break
    keep_history(store, learner, wanted)
    save(store, learner)
    draw(store.curve(), store.folder / "curve.png", settings.game)


if __name__ == "__main__":
    main()
