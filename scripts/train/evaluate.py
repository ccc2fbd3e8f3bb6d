"""Plays whole games with a trained network, beside random play: python scripts/train/evaluate.py GAME MODEL.pth

In the place of MODEL.pth, `demonstrator` is the game's own (demonstrator.py).

One game per environment, so that long games count as much as short ones; unclipped scores under the preset of
training. Prints the mean with the 95 % interval of a bootstrap over the games.
"""

import argparse
import json
import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import torch

from c51 import C51Network
from demonstrator import DEMONSTRATORS
from environments import Games
from network import QNetwork, blocks
from settings import GAMES
from watched import WatchedGames


def read_network(path):
    """The network of a file of weights; its widths come from the tensors."""
    weights = {name: tensor.float() for name, tensor in torch.load(path, weights_only=True).items()}
    channels = tuple(len(weights[f"network.{i}.weight"]) for i in (0, 3, 6))
    outputs, hidden, atoms = len(weights["network.13.weight"]), len(weights["network.10.weight"]), len(weights.get("atoms", ()))
    network = C51Network(outputs // atoms, channels, hidden, atoms) if atoms else QNetwork(outputs, channels, hidden)
    network.load_state_dict(weights)
    return network


def play(game, network, episodes, seed, epsilon):
    """Scores of `episodes` games; random play where `network` is None. A demonstrator may stand for the network."""
    demonstrated = network in DEMONSTRATORS.values()
    games = (WatchedGames if demonstrated else Games)(game, episodes, seed)
    random = np.random.default_rng(seed)
    scores, open_ = np.zeros(episodes), np.ones(episodes, bool)
    while open_.any():
        actions = random.integers(0, games.actions, episodes)
        greedy = open_ & (random.random(episodes) >= epsilon)
        if demonstrated:
            actions[greedy] = network(games.ram[greedy], games.ram_before[greedy])
        elif network is not None and greedy.any():
            with torch.no_grad():
                values = network(torch.from_numpy(np.ascontiguousarray(blocks(games.observations[greedy]))))
            actions[greedy] = values.argmax(1).numpy()
        rewards = games.step(actions)[1]
        scores += rewards * open_
        open_ &= ~games.over
    games.close()
    return scores


def interval(scores, draws=10_000, seed=0):
    """The 95 % percentile interval of the mean (bootstrap)."""
    means = np.random.default_rng(seed).choice(scores, (draws, len(scores))).mean(1)
    return [float(x) for x in np.percentile(means, [2.5, 97.5])]


def summary(scores):
    return {"mean": float(scores.mean()), "interval": interval(scores), "scores": scores.tolist()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("game", choices=sorted(GAMES))
    parser.add_argument("model", help="a file of weights, or the word demonstrator")
    parser.add_argument("--episodes", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1000)
    parser.add_argument("--epsilon", type=float, default=0.01, help="share of random actions (0.01)")
    given = parser.parse_args()
    torch.set_num_threads(1)
    player = DEMONSTRATORS[given.game] if given.model == "demonstrator" else read_network(given.model)
    agent = play(given.game, player, given.episodes, given.seed, given.epsilon)
    by_chance = play(given.game, None, given.episodes, given.seed, 1.0)
    print(json.dumps({"game": given.game, "model": given.model, "episodes": given.episodes, "epsilon": given.epsilon, "seed": given.seed,
                      "agent": summary(agent), "random": summary(by_chance)}))


if __name__ == "__main__":
    main()
