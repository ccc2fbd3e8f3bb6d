"""Checkpoints of tests/golden/agents as Dopamine's own agents and checkpointer write them, with fewer features a layer than Dopamine's: the bundle
holds the agent's last observation, and DQN's online and target parameters are the same arrays, as right after a synchronisation. What the
networks say is in dopamine_bundle.npz.

usage: dopamine_bundle.py FOLDER      (packages: requirements-dopamine-bundle.txt)
"""

import gzip
import os
import shutil
import sys
import tempfile
import types
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"], os.environ["JAX_PLATFORMS"] = "3", "cpu"

# Dopamine 4.1.2 imports OpenAI's baselines, which its package does not ask for and this needs nothing of.
wrappers = types.ModuleType("baselines.common.atari_wrappers")
wrappers.__getattr__ = lambda name: object
sys.modules |= {"baselines": types.ModuleType("baselines"), "baselines.common": types.ModuleType("baselines.common"), wrappers.__name__: wrappers}
# PPO imports what flax' package has only with TensorFlow's summaries.
import flax.metrics

flax.metrics.tensorboard = sys.modules["flax.metrics.tensorboard"] = types.ModuleType("flax.metrics.tensorboard")

import gin
import jax
import jax.numpy as jnp
import numpy as np
from dopamine.discrete_domains import checkpointer
from dopamine.discrete_domains.atari_lib import DQNNetworkType
from dopamine.jax import networks
from dopamine.jax.agents.dqn import dqn_agent
from dopamine.jax.agents.full_rainbow import full_rainbow_agent
from dopamine.jax.agents.ppo import ppo_agent
from flax import linen as nn
from narrow_flax import NarrowLayers, shaken

ACTIONS = 6
STATES = np.load(Path(__file__).resolve().parents[2] / "tests/golden/checkpoints/known_input.npz")["x"]


class Narrow(nn.Module):
    """NatureDQNNetwork's layers, each with a few channels."""

    num_actions: int
    inputs_preprocessed: bool = False

    @nn.compact
    def __call__(self, x):
        make = nn.initializers.xavier_uniform()
        x = x.astype(jnp.float32) / 255.0
        for channels, kernel, stride in ((2, 8, 4), (4, 4, 2), (4, 3, 1)):
            x = nn.relu(nn.Conv(channels, (kernel, kernel), (stride, stride), kernel_init=make)(x))
        x = nn.relu(nn.Dense(8, kernel_init=make)(x.reshape(-1)))
        return DQNNetworkType(nn.Dense(self.num_actions, kernel_init=make)(x))


def save(agent, file):
    """As Dopamine's runner does it."""
    agent._replay.save = lambda *arguments, **options: None  # the memory lies in files of its own
    work = tempfile.mkdtemp()
    bundle = agent.bundle_and_checkpoint(work, 1)
    checkpointer.Checkpointer(work).save_checkpoint(1, {**bundle, "logs": {}, "current_iteration": 1})
    file.write_bytes(gzip.compress((Path(work) / "ckpt.1").read_bytes(), mtime=0))  # the observation is zeros
    shutil.rmtree(work)


def full_rainbow(file):
    agent = full_rainbow_agent.JaxFullRainbowAgent(num_actions=ACTIONS, noisy=True, dueling=True, double_dqn=True, num_atoms=11, seed=4)
    agent.online_params = agent.target_network_params = shaken(agent.online_params, 3, 0.01)
    save(agent, file)

    def values(state):
        x = agent.preprocess_fn(jnp.asarray(state))
        return agent.network_def.apply(agent.online_params, x, support=agent._support, eval_mode=True).q_values

    return [values(state.transpose(1, 2, 0)) for state in STATES]


def ppo(file):
    # The agent of 4.1.2 gives every network action_limits, which its own network of discrete actions does not take.
    def discrete(action_shape, action_limits):
        return networks.PPODiscreteActorCriticNetwork(action_shape)

    agent = ppo_agent.PPOAgent(action_shape=(ACTIONS,), observation_shape=(84, 84), action_limits=None, stack_size=4, network=discrete, seed=4)
    agent.network_params = shaken(agent.network_params, 3, 0.01)
    save(agent, file)
    logits = lambda module, x: module._actor(module._shared_network(x))
    said = []
    for state in STATES:
        x = jnp.asarray(state.transpose(1, 2, 0))
        said.append(agent.network_def.apply(agent.network_params, x, method=logits))
    return said


def write(folder):
    gin.parse_config(["ReplayBuffer.batch_size=32", "ReplayBuffer.max_capacity=100", "UniformSamplingDistribution.seed=0", "PrioritizedSamplingDistribution.max_capacity=100"], skip_unknown=True)
    agent = dqn_agent.JaxDQNAgent(num_actions=ACTIONS, network=Narrow, seed=4)
    save(agent, folder / "dopamine_bundle.1")
    said = {"dopamine_bundle.1": [agent.network_def.apply(agent.online_params, jnp.asarray(state.transpose(1, 2, 0))).q_values for state in STATES]}

    networks.nn = NarrowLayers(networks.nn, {32: 2, 64: 3, 512: 5})
    feature_layer = networks.feature_layer
    networks.feature_layer = lambda *arguments, **options: lambda x, features: feature_layer(*arguments, **options)(x, 5 if features == 512 else features)
    said["dopamine_full_rainbow.1"] = full_rainbow(folder / "dopamine_full_rainbow.1")
    said["dopamine_ppo.1"] = ppo(folder / "dopamine_ppo.1")
    np.savez_compressed(folder / "dopamine_bundle.npz", **{name: np.asarray(values) for name, values in said.items()})


if __name__ == "__main__":
    write(Path(sys.argv[1]))
