"""Games that do not go on: an agent that waits for ever keeps its ball, and learns nothing about how to play it."""

import numpy as np

HELD = 8  # steps, on average: some things need an action to be held (Video Pinball's plunger)


class Stalls:
    """A game without a reward for `limit` steps is played with random actions, each held for a while, until one comes.
    The learner's return ends there, as with a lost life: what waits is worth no more than what is lost."""

    def __init__(self, limit, games, actions, random):
        self.limit, self.actions, self.random = limit, actions, random
        self.idle = np.zeros(games, np.int64)
        self.held = np.zeros(games, np.int64)

    def instead(self, wanted):
        """The wanted actions, but where a game stalls the random one that is held."""
        if not self.limit:
            return wanted
        new = self.random.random(len(wanted)) < 1 / HELD
        self.held = np.where(new, self.random.integers(0, self.actions, len(wanted)), self.held)
        return np.where(self.idle >= self.limit, self.held, wanted)

    def see(self, rewards, over):
        """What the step brought; a game that is over begins again without a stall. Returns where returns end."""
        self.idle = np.where((rewards != 0) | over, 0, self.idle + 1)
        return (self.idle > 0) & (self.idle % self.limit == 0) if self.limit else np.zeros(len(over), bool)
