"""Targets of Q(λ) without importance weights (Peng's), as PQN takes them (Gallici et al. 2024, equation 8)."""

import numpy as np


def lambda_returns(rewards, ended, played, best, gamma, lam):
    """Targets float32 [T, N].

    rewards, ended [T, N]: of step t; `ended` is 1 where nothing follows for the learner (game over, life lost).
    played [T, N]: 0 where step t was no step but the reset after an episode's last observation; its row of the
    result is to be left out, and no return reaches across it.
    best [T + 1, N]: the largest action value of the observation that step t starts from; row T is the one after all.
    """
    steps = len(rewards)
    targets = np.empty_like(rewards)
    targets[-1] = rewards[-1] + gamma * (1 - ended[-1]) * best[steps]
    for t in range(steps - 2, -1, -1):
        trace = lam * played[t + 1]
        targets[t] = rewards[t] + gamma * (1 - ended[t]) * (trace * targets[t + 1] + (1 - trace) * best[t + 1])
    return targets
