"""Makes an agent of the program out of a run: python scripts/train/ship.py enduro training/enduro

Writes agents/PQN/NAME/model_STEP.pth (float16 weights) and the card agents/NAME.json with a measured score; NAME is the game's unless --name says another.
The score is measured with the float16 weights, under the rules of training, by ale-py itself (see evaluate.py).
"""

import argparse
import json
import os
from pathlib import Path

os.environ.setdefault("OMP_NUM_THREADS", "1")

import torch

from evaluate import play, read_network, summary
from settings import GAMES
from store import Store, save_network

AGENTS = Path(__file__).resolve().parents[2] / "agents"
PROTOCOL = "ale-vector-sticky"


def in_words(number):
    return f"{number:,.1f}"


def score_line(agent, by_chance, given):
    low, high = (in_words(x) for x in agent["interval"])
    return (f"{in_words(agent['mean'])} (95 % interval {low} … {high}: mean of {given.episodes} episodes, {PROTOCOL}, "
            f"{given.epsilon:.0%} random actions, seed {given.seed}; random play under the same rules: {in_words(by_chance['mean'])})")


def rewards_line(settings):
    unit = settings.get("reward_unit")
    return f"rewards counted as log2(1 + reward / {unit:g})" if unit else "rewards clipped to their sign"


def made_line(settings, state):
    widths = ", ".join(str(c) for c in settings["channels"])
    c51 = (f" with the head, the cross-entropy and the projected returns of C51 ({settings['atoms']} atoms, -10 … 10)" if settings.get("atoms") else "")
    shown = (f" Learned from a demonstrator that reads the game's RAM (demonstrator.py) and names its action in every state: a classification by the action "
             f"values (weight {settings['imitation']:g}, softness {settings['softness']:g}; on states just played and on up to {settings['memory']:,} older ones) beside the values' own errors, the demonstrator's share of the play falling "
             f"to 0 over {settings['demonstrated']:,} steps." if settings.get("demonstrated") else "")
    mean = f", mean weights of about {settings['average']} rounds" if state.get("average") else ""
    return (f"PQN (Q(λ) on the steps just played, without replay memory){c51}, trained for this project by scripts/train: a Nature network with "
            f"layer normalisation, {widths} channels and {settings['hidden']} hidden units; {settings['environments']} games of "
            f"{settings['length']} steps per round, {settings['epochs']} epochs of batches of {settings['minibatch']}, λ {settings['trace']}, "
            f"discount {settings['gamma']}, RAdam {settings['learning_rate']:g}, seed {settings['seed']}; sticky actions 0.25, {rewards_line(settings)}, "
            f"a lost life ends the return.{shown} {state['step']:,} steps of 4 frames in {state['seconds'] / 3600:.1f} hours of one "
            f"core that other work shared{mean}. Weights stored as float16")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("game", choices=sorted(GAMES))
    parser.add_argument("run", type=Path, help="the run's folder")
    parser.add_argument("--name", help="of the agent (default: the game's)")
    parser.add_argument("--agents", type=Path, default=AGENTS, help="where agents lie (default: the project's folder agents)")
    parser.add_argument("--remarks", default="", help="what a user should know")
    parser.add_argument("--stage", default="", help='"early" where training was stopped early')
    parser.add_argument("--episodes", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--epsilon", type=float, default=0.01, help="share of random actions (0.01)")
    given = parser.parse_args()
    torch.set_num_threads(1)
    name = given.name or given.game
    state = Store(given.run).load()
    if not state:
        parser.error(f"{given.run}: no state.pt of a run; train first")
    checkpoint = given.agents / "PQN" / name / f"model_{state['step']}.pth"
    checkpoint.parent.mkdir(parents=True, exist_ok=True)
    for other in checkpoint.parent.glob("model_*.pth"):
        other.unlink()
    save_network(checkpoint, state.get("average") or state["network"], half=True)
    agent = summary(play(given.game, read_network(checkpoint), given.episodes, given.seed, given.epsilon))
    by_chance = summary(play(given.game, None, given.episodes, given.seed, 1.0))
    title = given.game.replace("_", " ").title()
    method = "C51" if state["settings"].get("atoms") else "PQN with a demonstrator" if state["settings"].get("demonstrated") else "PQN"
    card = {"title": f"{title}, {method}, {state['step']:,} steps",
            "checkpoint": checkpoint.relative_to(given.agents).as_posix(),
            "game": given.game,
            "protocol": PROTOCOL,
            "made": made_line(state["settings"], state)}
    if given.remarks:
        card["remarks"] = given.remarks
    if given.stage:
        card["stage"] = given.stage
    card["score"] = score_line(agent, by_chance, given)
    (given.agents / f"{name}.json").write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n")
    print(f"{checkpoint}: {card['score']}")


if __name__ == "__main__":
    main()
