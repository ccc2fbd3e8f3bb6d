"""Games whose RAM can be read beside the observations of training.

The same rules, frames and random numbers as ale-py's vector environment of environments.py (smoke_test.py holds one
against the other), played through ale-py's plain interface.
"""

import ale_py
import cv2
import numpy as np

from environments import STICKY

SKIP, LIMIT, NOOPS = 4, 108_000, 30
cv2.setNumThreads(1)


class WatchedGame:
    def __init__(self, game, seed):
        self.ale = ale_py.ALEInterface()
        self.ale.setFloat("repeat_action_probability", STICKY)
        self.ale.setInt("random_seed", int(seed))
        self.ale.loadROM(ale_py.roms.get_rom_path(game))
        self.actions = self.ale.getMinimalActionSet()
        self.random = np.random.default_rng(int(seed))

    def reset(self, noops=None):
        noops = self.random.integers(0, NOOPS) if noops is None else noops
        self.ale.reset_game()
        self.ale.act(ale_py.Action.FIRE)
        for _ in range(noops - 1):
            self.ale.act(ale_py.Action.NOOP)
        self.stack = np.zeros((4, 84, 84), np.uint8)
        self._see(self.ale.getScreenGrayscale())
        self.frames = 0

    def step(self, action):
        """Returns (reward, game over, cut off at the limit of frames)."""
        reward, screens = 0, []
        for skip in range(SKIP):
            reward += self.ale.act(self.actions[action])
            self.frames += 1
            if self.ale.game_over() or self.frames >= LIMIT:
                break
            if skip >= SKIP - 2:
                screens.append(self.ale.getScreenGrayscale())
        if len(screens) == 2:  # else the game is over, and nobody sees its last screen
            self._see(np.maximum(*screens))
        over = self.ale.game_over()
        return reward, over, not over and self.frames >= LIMIT

    def _see(self, screen):
        self.stack[:-1] = self.stack[1:]
        self.stack[-1] = cv2.resize(screen, (84, 84), interpolation=cv2.INTER_AREA)


class WatchedGames:
    """As environments.Games, with `ram` and `ram_before` [N, 128], the bytes now and a step ago."""

    def __init__(self, game, count, seed, noops=None):
        self.games = [WatchedGame(game, seed + i) for i in range(count)]
        for i, one in enumerate(self.games):
            one.reset(None if noops is None else noops[i])
        self.actions = len(self.games[0].actions)
        self.over = np.zeros(count, bool)
        self.lives = self._lives()
        self.ram = self.ram_before = self._ram()
        self.observations = self._stacks()

    def step(self, actions):
        played = ~self.over
        rewards, terminated, truncated = np.zeros(len(actions)), np.zeros(len(actions), bool), np.zeros(len(actions), bool)
        for i, one in enumerate(self.games):
            if played[i]:
                rewards[i], terminated[i], truncated[i] = one.step(actions[i])
            else:
                one.reset()
        lives = self._lives()
        lost = played & (lives < self.lives)
        self.lives, self.over = lives, terminated | truncated
        ram = self._ram()
        self.ram_before = np.where(played[:, None], self.ram, ram)
        self.ram = ram
        self.observations = self._stacks()
        return self.observations, rewards, terminated, lost, played

    def close(self):
        self.games = []

    def _lives(self):
        return np.array([one.ale.lives() for one in self.games])

    def _ram(self):
        return np.array([one.ale.getRAM() for one in self.games])

    def _stacks(self):
        return np.stack([one.stack for one in self.games])
