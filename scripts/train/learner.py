"""Learning by playing: on-policy Q(λ) without replay or target network (PQN, Gallici et al. 2024)."""

import copy
import time

import numpy as np
import torch

from c51 import C51Network, distribution_returns
from environments import Games
from network import QNetwork, blocks
from returns import lambda_returns
from rewards import learned
from stalls import Stalls


class Learner:
    """The whole state of a run is what state() returns; the games begin again where one is loaded."""

    Games = Games

    def __init__(self, settings):
        self.settings = s = settings
        torch.manual_seed(s.seed)
        self.random = np.random.default_rng(s.seed)
        self.games = self.Games(s.game, s.environments, self._games_seed(0))
        widths = (self.games.actions, tuple(s.channels), s.hidden)
        self.network = C51Network(*widths, s.atoms) if s.atoms else QNetwork(*widths)
        self.optimiser = torch.optim.RAdam(self.network.parameters(), lr=s.learning_rate, foreach=True)
        self.step = 0
        self.rounds = 0
        self.seconds = 0.0
        self.average = None  # of the weights, where the settings want one
        self.player = copy.deepcopy(self.network) if s.mean_plays and s.average else self.network
        self.scores = []  # of the last 100 finished games
        self.finished = 0
        self._begin_games()

    def _games_seed(self, rounds):
        return np.random.SeedSequence([self.settings.seed, rounds]).generate_state(1)[0] >> 1

    def _begin_games(self):
        s = self.settings
        self.observations = blocks(self.games.observations)
        self.running = np.zeros(s.environments)
        self.stalls = Stalls(s.stall, s.environments, self.games.actions, self.random)
        self.seen = np.empty((s.length, s.environments, 21, 21, 64), np.uint8)

    def state(self):
        """Plain values and tensors. The games themselves cannot be kept: ale-py's vector environment has no way."""
        return {"settings": self.settings.plain(), "network": self.network.state_dict(), "average": self.average, "optimiser": self.optimiser.state_dict(),
                "torch_random": torch.get_rng_state(), "numpy_random": self.random.bit_generator.state,
                "step": self.step, "rounds": self.rounds, "seconds": self.seconds, "scores": self.scores,
                "finished": self.finished}

    def load(self, state):
        self.network.load_state_dict(state["network"])
        self.optimiser.load_state_dict(state["optimiser"])
        self.average = state.get("average")  # an older state has none
        self._player_follows()
        torch.set_rng_state(state["torch_random"])
        self.random.bit_generator.state = state["numpy_random"]
        for name in ("step", "rounds", "seconds", "scores", "finished"):
            setattr(self, name, state[name])
        self.games.close()
        self.games = self.Games(self.settings.game, self.settings.environments, self._games_seed(self.rounds))
        self._begin_games()

    def begin_with(self, weights):
        """Another run's weights in place of random ones."""
        self.network.load_state_dict(weights)
        self._player_follows()

    def weights(self):
        """The agent's: their mean over the last rounds, which plays better than any single round's, or the last."""
        return self.average or self.network.state_dict()

    def _keep_average(self):
        if not self.settings.average:
            self.average = None
            return
        now = self.network.state_dict()
        if self.average is None:
            self.average = {name: tensor.clone() for name, tensor in now.items()}
        for name, tensor in self.average.items():
            tensor.lerp_(now[name], 1 / self.settings.average)
        self._player_follows()

    def _player_follows(self):
        if self.player is not self.network:
            self.player.load_state_dict(self.weights())

    def epsilon(self):
        s = self.settings
        return max(s.epsilon, 1 - (1 - s.epsilon) * self.step / s.exploration)

    def learning_rate(self):
        return self.settings.learning_rate * max(0.1, 1 - 0.9 * self.step / self.settings.steps)

    def round(self):
        """Plays `length` steps of every game, learns from them, and returns a row of the curve."""
        began = time.perf_counter()
        targets, actions, played, best = self._play()
        playing = time.perf_counter() - began
        loss = self._learn(targets, actions, played)
        self._keep_average()
        took = time.perf_counter() - began
        self.rounds += 1
        self.seconds += took
        size = self.settings.length * self.settings.environments
        return {"step": self.step, "seconds": round(self.seconds, 1), "score": float(np.mean(self.scores)) if self.scores else "",
                "games": self.finished, "loss": loss, "value": float(best.mean()), "epsilon": self.epsilon(),
                "steps_per_second": size / took, "playing": playing / took}

    def _play(self):
        s = self.settings
        shape = (s.length, s.environments)
        rewards, ended, played = (np.zeros(shape, np.float32) for _ in range(3))
        best = np.empty((s.length + 1, s.environments, *([s.atoms] if s.atoms else [])), np.float32)
        actions = np.empty(shape, np.int64)
        for t in range(s.length):
            self.seen[t] = self.observations
            best[t], wanted = self._outlook()
            actions[t] = self._choose(t, wanted)
            pixels, reward, over, lost, played[t] = self.games.step(actions[t])
            self.observations = blocks(pixels)
            rewards[t] = learned(reward, s.reward_unit)
            ended[t] = over | lost if s.life_ends else over
            self._keep_scores(reward)
            ended[t] = np.maximum(ended[t], self.stalls.see(reward, self.games.over))
            self.step += s.environments
        best[s.length], _ = self._outlook()
        told = (rewards, ended, played, best, s.gamma, s.trace)
        if not s.atoms:
            return lambda_returns(*told), actions, played, best
        atoms = self.network.atoms.numpy()
        return distribution_returns(*told, atoms), actions, played, best @ atoms

    def _choose(self, t, wanted):
        """The actions of step t of the round: those wanted, but for random ones."""
        random = self.random.random(self.settings.environments) < self.epsilon()
        drawn = self.random.integers(0, self.games.actions, self.settings.environments)
        return self.stalls.instead(np.where(random, drawn, wanted))

    def _outlook(self):
        with torch.no_grad():
            return (part.numpy() for part in self.player.outlook(torch.from_numpy(np.ascontiguousarray(self.observations))))

    def _keep_scores(self, reward):
        self.running += reward
        for i in np.flatnonzero(self.games.over):
            self.scores = (self.scores + [float(self.running[i])])[-100:]
            self.finished += 1
            self.running[i] = 0

    def _learn(self, targets, actions, played):
        s = self.settings
        rate = self.learning_rate()
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        seen = torch.from_numpy(self.seen).flatten(0, 1)
        targets, actions = torch.from_numpy(targets).flatten(0, 1), torch.from_numpy(actions).flatten()
        usable = np.flatnonzero(played)
        losses = []
        for _ in range(s.epochs):
            order = torch.from_numpy(self.random.permutation(usable))
            for index in order.split(s.minibatch):
                if len(index) < s.minibatch // 2:
                    continue
                loss = self._loss(seen, actions, targets, index)
                self.optimiser.zero_grad(set_to_none=True)
                loss.backward()
                torch.nn.utils.clip_grad_norm_(self.network.parameters(), s.clip_gradient, foreach=True)
                self.optimiser.step()
                losses.append(loss.item())
        return float(np.mean(losses))

    def _loss(self, seen, actions, targets, index):
        return self.network.loss(seen[index], actions[index], targets[index])
