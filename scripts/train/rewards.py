"""What the learner takes a game's rewards for."""

import numpy as np


def learned(rewards, unit):
    """The sign of each reward; with a `unit`, ± log2(1 + |reward| / unit): a reward of one unit counts 1, small ones count
    little, and large ones do not swamp the rest."""
    if not unit:
        return np.clip(rewards, -1, 1)
    return np.sign(rewards) * np.log2(1 + np.abs(rewards) / unit)
