"""Learning from a demonstrator, while the network plays: DAgger (Ross et al. 2011) on action values, as DQfD learns them (Hester et al. 2018).

The demonstrator names its action in each state that the network's own play reaches. The loss is PQN's, of values against
Q(λ), a classification of these actions by the same values, on the states just played and on older ones, and the error of
a second head that says where the ball is and which way it goes. That head makes the network see the ball sooner; it is no part of the agent.
"""

import numpy as np
import torch
import torch.nn.functional as F

from demonstrator import DEMONSTRATORS, where_the_ball_is
from learner import Learner
from watched import WatchedGames

SELDOM = 0.1  # an action with a smaller share of a round's states
STILL = 0.1  # factor of the first filters that see what stands still


class Memory:
    """The last `size` of the states that were kept, with the demonstrator's actions and where the ball was."""

    def __init__(self, size):
        self.states = np.empty((size, 21, 21, 64), np.uint8)
        self.labels = np.empty(size, np.int64)
        self.balls = np.empty((size, 4), np.float32)
        self.count = 0  # of all that were ever kept

    def keep(self, states, labels, balls):
        at = (self.count + np.arange(len(labels))) % len(self.labels)
        self.states[at], self.labels[at], self.balls[at] = states, labels, balls
        self.count += len(labels)

    def draw(self, count, random):
        index = random.integers(0, min(self.count, len(self.labels)), count)
        return [torch.from_numpy(part[index]) for part in (self.states, self.labels, self.balls)]


def see_motion(network):
    """Three quarters of the first filters begin as differences of frames, blind to what stands still; the rest begin
    small. Else the table's picture, normalised with the ball's few pixels, drowns them."""
    with torch.no_grad():
        weight = network.network[0].weight
        moving = len(weight) * 3 // 4
        weight[:moving] -= weight[:moving].mean(1, keepdim=True)
        weight[moving:] *= STILL


class Apprentice(Learner):
    """The memory is no part of the saved state: it fills again where a run goes on."""

    Games = WatchedGames

    def __init__(self, settings):
        super().__init__(settings)
        see_motion(self.network)
        self.demonstrator = DEMONSTRATORS[settings.game]
        self.ball_head = torch.nn.Linear(settings.hidden, 4)
        self.optimiser.add_param_group({"params": list(self.ball_head.parameters())})
        self.memory = Memory(settings.memory)

    def _begin_games(self):
        super()._begin_games()
        shape = (self.settings.length, self.settings.environments)
        self.labels = np.empty(shape, np.int64)
        self.balls = np.empty((*shape, 4), np.float32)

    def state(self):
        return super().state() | {"ball_head": self.ball_head.state_dict()}

    def load(self, state):
        super().load(state)
        self.ball_head.load_state_dict(state["ball_head"])

    def round(self):
        self.agreed = []
        return super().round() | {"agreement": float(np.mean(self.agreed))}

    def _choose(self, t, wanted):
        """The demonstrator's action with a share that falls from 1 to 0 over `demonstrated` steps, else the learner's own."""
        s = self.settings
        now, before = self.games.ram, self.games.ram_before
        self.labels[t], self.balls[t] = self.demonstrator(now, before), where_the_ball_is(now, before)
        self.agreed.append(float((wanted == self.labels[t]).mean()))
        shown = self.random.random(s.environments) < 1 - self.step / s.demonstrated
        return super()._choose(t, np.where(shown, self.labels[t], wanted))

    def _learn(self, targets, actions, played):
        """Remembers all states in which the demonstrator does what it seldom does, and a share of the others."""
        usable = np.flatnonzero(played)
        labels = self.labels.reshape(-1)[usable]
        seldom = (np.bincount(labels, minlength=self.games.actions) / len(labels) < SELDOM)[labels]
        kept = usable[seldom | (self.random.random(len(usable)) < self.settings.kept)]
        self.memory.keep(*(part.reshape(-1, *part.shape[2:])[kept] for part in (self.seen, self.labels, self.balls)))
        return super()._learn(targets, actions, played)

    def _loss(self, seen, actions, targets, index):
        s = self.settings
        states, labels, balls = (torch.cat([new, old]) for new, old in zip(
            (seen[index], torch.from_numpy(self.labels).flatten()[index], torch.from_numpy(self.balls).flatten(0, 1)[index]),
            self.memory.draw(len(index), self.random)))
        hidden = self.network.last_hidden(states)
        values = self.network.network[13](hidden)
        own = values[: len(index)].gather(1, actions[index, None])[:, 0]
        return (F.mse_loss(own, targets[index]) + s.imitation * (F.cross_entropy(values / s.softness, labels)
                                                                 + F.mse_loss(self.ball_head(hidden), balls)))
