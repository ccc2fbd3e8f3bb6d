"""Files of tests/golden/agents of sbx's own models of Atari pictures, saved as the program's message says, with fewer features a layer. What the networks say
is in sbx.npz.

usage: sbx_agents.py FOLDER      (packages: sbx-rl==0.28.0 and requirements-flax-agents.txt)
"""

import os
import sys
from pathlib import Path

os.environ["JAX_PLATFORMS"] = "cpu"

import flax.serialization
import gymnasium
import numpy as np
import sbx
from narrow_flax import NarrowLayers, shaken
from sbx.common import jax_layers

STATES = np.load(Path(__file__).resolve().parents[2] / "tests/golden/checkpoints/known_input.npz")["x"]


class Pictures(gymnasium.Env):
    observation_space, action_space = gymnasium.spaces.Box(0, 255, (4, 84, 84), np.uint8), gymnasium.spaces.Discrete(6)

    def reset(self, **options):
        return self.observation_space.sample(), {}

    def step(self, action):
        return self.observation_space.sample(), 0.0, False, False, {}


def write(folder):
    jax_layers.nn = NarrowLayers(jax_layers.nn, {32: 2, 64: 3, 256: 5, 512: 5})
    said = {}
    for name, model, state in (
        ("sbx_dqn.msgpack", sbx.DQN("CnnPolicy", Pictures(), buffer_size=10, seed=0), "qf_state"),
        ("sbx_ppo.msgpack", sbx.PPO("CnnPolicy", Pictures(), n_steps=8, batch_size=8, seed=0), "actor_state"),
    ):
        held = getattr(model.policy, state)
        params = shaken(held.params, 2)
        (folder / name).write_bytes(flax.serialization.to_bytes(params))
        output = held.apply_fn(params, STATES)
        if state == "actor_state":  # a distribution, whose logits it shifts
            output = np.asarray(output.logits) - np.asarray(output.logits).mean(axis=1, keepdims=True)
        said[name] = np.asarray(output)
    np.savez_compressed(folder / "sbx.npz", **said)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
