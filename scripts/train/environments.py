"""The one preset of training: ale-py's vector environment with sticky actions (`ale-vector`, sticky 0.25).

A lost life is told and does not restart the game, as `episodic_life` of that environment would. It is read from the
`lives` that the environment tells: the same moments as its `life_loss_info`, which would hide whether a game is over.
"""

import ale_py
import numpy as np
from ale_py.vector_env import AtariVectorEnv

STICKY = 0.25
ale_py.ALEInterface.setLoggerMode(ale_py.LoggerMode.Error)


class Games:
    """`count` games side by side. After the step that ends a game, the next one is its reset."""

    def __init__(self, game, count, seed):
        self.env = AtariVectorEnv(game, count, repeat_action_probability=STICKY, use_fire_reset=True,
                                  reward_clipping=False, num_threads=1)
        self.actions = int(self.env.single_action_space.n)
        self.observations, info = self.env.reset(seed=int(seed))
        self.lives = info["lives"].copy()
        self.over = np.zeros(count, bool)

    def step(self, actions):
        """Returns (observations, unclipped rewards, game over, life lost, was a step and no reset)."""
        played = ~self.over
        self.observations, rewards, terminated, truncated, info = self.env.step(actions)
        lost = played & (info["lives"] < self.lives)
        self.lives = info["lives"].copy()
        self.over = played & (terminated | truncated)
        return self.observations, rewards, played & terminated, lost, played

    def close(self):
        self.env.close()
