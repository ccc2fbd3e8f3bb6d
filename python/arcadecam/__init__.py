"""Shows what a convolutional deep reinforcement-learning agent looks at, and why it chose its action.

>>> import numpy as np
>>> import arcadecam as ac
>>> agent = ac.load("pong")
>>> states = np.zeros((2, 4, 84, 84), np.uint8)  # N×(stacked frames)×height×width, 0…255
>>> agent(states).shape
(2, 6)
>>> e = agent.explain(states, "fullgrad++")
>>> e.map.shape
(2, 84, 84)

The checkpoint is read safely: nothing in it is executed. No call starts a process.
"""

from ._agent import Agent, Layer, Protocol
from ._explanation import Explanation, Explanations
from ._loading import EmbeddedAgent, agents, from_state_dict, from_torch, load
from ._measures import Measure, Measurements, Statistic, measure, measures
from ._methods import Method, Parameter, help, methods
from ._native import Error
from ._pictures import Player, color_maps, overlay
from ._version import __version__

__all__ = [
    "Agent",
    "EmbeddedAgent",
    "Error",
    "Explanation",
    "Explanations",
    "Layer",
    "Measure",
    "Measurements",
    "Method",
    "Parameter",
    "Player",
    "Protocol",
    "Statistic",
    "__version__",
    "agents",
    "color_maps",
    "from_state_dict",
    "from_torch",
    "help",
    "load",
    "measure",
    "measures",
    "methods",
    "overlay",
]


def __getattr__(name):
    # What needs further packages is imported when it is used.
    if name in ("data", "gym", "sb3", "training"):
        import importlib

        return importlib.import_module(f"arcadecam.{name}")
    raise AttributeError(f"module 'arcadecam' has no attribute '{name}'")
