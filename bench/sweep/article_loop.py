"""FullGrad++ of every decision: the program against the loop of the article that this project starts from.

    git clone https://github.com/sadjava/fullgradpp_xai
    python bench/sweep/article_loop.py build/release/arcadecam fullgradpp_xai [--decisions N] [--rounds N] [CHECKPOINT …]

Both play the same checkpoints on one core, and explain each decision; neither draws, displays or writes pictures. The article's loop is its own code,
imported from the clone: its environment, its network, its ε-greedy policy and its FullGradpp, in its own order. Left out is what shows the map. Two names that
its imports have moved since are given to it here (gym, and the way ale-py finds ROMs). Both are timed by processor time: of the article's loop only
the loop, without the start of Python and PyTorch; of the program the whole process. They take turns, and the ratio is formed round by round.

Needs torch, ale-py, gymnasium, opencv-python-headless, scipy and matplotlib.
"""

import argparse
import contextlib
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
import types
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = "1"

import ale_py.roms
import gymnasium
import torch

torch.set_num_threads(1)

ROOT = Path(__file__).resolve().parents[2]
CHECKPOINTS = [ROOT / "agents/DQN_modern/Pong/1/model_1930000.gz", ROOT / "agents/DQN_modern/Breakout/1/model_1060000.gz"]


def article(clone: Path):
    """The modules of the article's repository: ale_env, gradcam and play."""
    gym = types.ModuleType("gym")
    gym.spaces = gymnasium.spaces
    sys.modules["gym"], sys.modules["gym.spaces"] = gym, gymnasium.spaces
    sys.path.insert(0, str(clone))
    import ale_env
    import gradcam
    import play

    def rom(game):
        return ale_py.roms.get_rom_path(re.sub(r"(?<!^)(?=[A-Z])", "_", game).lower())

    ale_env._get_rom = rom
    return ale_env, gradcam, play


class Loop:
    """The article's loop on one checkpoint."""

    def __init__(self, modules, checkpoint: Path):
        ale_env, gradcam, play = modules
        self.play = play
        with contextlib.redirect_stdout(None):
            self.env = ale_env.ALEModern(checkpoint.parts[-3], 1, sdl=False, device="cpu", clip_rewards_val=False)
        self.model = play.AtariNet(self.env.action_space.n)
        self.model.load_state_dict(play._load_checkpoint(checkpoint)["estimator_state"])
        self.explain = gradcam.FullGradpp({"type": "atarinet", "arch": self.model, "input_size": (84, 84)})
        self.observation = self.env.reset()

    def seconds(self, decisions: int) -> float:
        start = time.process_time()
        for _ in range(decisions):
            observation = self.observation.float()
            # Its hooks keep the activations of the policy's own pass; the explanation begins with empty lists.
            action, _ = self.play._epsilon_greedy(observation, self.model)
            self.explain(observation, class_idx=action)
            self.observation, _, done, _ = self.env.step(action)
            if done:
                self.observation = self.env.reset()
        return time.process_time() - start


def program_seconds(program: Path, checkpoint: Path, decisions: int, seed: int) -> float:
    with tempfile.TemporaryDirectory() as folder:
        command = [program, "explain", checkpoint, "--methods", "fullgrad++", "--no-video", "--no-gif", "--no-stills", "--no-maps"]
        # Episodes end before that many decisions; more follow.
        command += ["--steps", str(decisions), "--episodes", "1000", "--seed", str(seed), "--out", f"{folder}/out"]
        process = subprocess.Popen([str(word) for word in command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        words = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        if status != 0:
            sys.exit(words)
        return used.ru_utime + used.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("clone", type=Path)
    parser.add_argument("checkpoints", type=Path, nargs="*", default=CHECKPOINTS)
    parser.add_argument("--decisions", type=int, default=2000, help="of the program per round; the article's loop plays a tenth of them")
    parser.add_argument("--rounds", type=int, default=7)
    arguments = parser.parse_args()
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})

    modules = article(arguments.clone)
    for checkpoint in arguments.checkpoints:
        loop = Loop(modules, checkpoint.resolve())
        loop.seconds(20)
        rounds = []
        for turn in range(arguments.rounds):
            theirs = loop.seconds(arguments.decisions // 10) / (arguments.decisions // 10)
            ours = program_seconds(arguments.program, checkpoint, arguments.decisions, turn) / arguments.decisions
            rounds.append((ours, theirs))
        ours, theirs = (statistics.median(side) for side in zip(*rounds))
        ratios = sorted(theirs / ours for ours, theirs in rounds)
        print(
            f"{checkpoint.parts[-3]}: {1e3 * ours:.3f} ms per decision, the article's loop {1e3 * theirs:.2f} ms, "
            f"ratio {statistics.median(ratios):.1f} ({ratios[0]:.1f} … {ratios[-1]:.1f}; asked: 15)",
            flush=True,
        )


if __name__ == "__main__":
    main()
