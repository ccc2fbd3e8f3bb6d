"""A checkpoint of tests/golden/agents as Dopamine's own agent and checkpointer write it, of a network that is narrower than
Dopamine's and has its names: the bundle holds the agent's last observation, and online and target parameters are the same arrays,
as right after a synchronisation. What the network says is in dopamine_bundle.npz.

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

import gin
import jax.numpy as jnp
import numpy as np
from dopamine.discrete_domains import checkpointer
from dopamine.discrete_domains.atari_lib import DQNNetworkType
from dopamine.jax.agents.dqn import dqn_agent
from flax import linen as nn

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


def write(folder):
    gin.parse_config(["ReplayBuffer.batch_size=32", "ReplayBuffer.max_capacity=100", "UniformSamplingDistribution.seed=0"], skip_unknown=True)
    agent = dqn_agent.JaxDQNAgent(num_actions=ACTIONS, network=Narrow, seed=4)
    agent._replay.save = lambda *arguments, **options: None  # the memory lies in files of its own
    work = tempfile.mkdtemp()
    bundle = agent.bundle_and_checkpoint(work, 1)
    checkpointer.Checkpointer(work).save_checkpoint(1, {**bundle, "logs": {}, "current_iteration": 1})
    whole = (Path(work) / "ckpt.1").read_bytes()
    (folder / "dopamine_bundle.1").write_bytes(gzip.compress(whole, mtime=0))  # the observation is zeros
    said = [agent.network_def.apply(agent.online_params, jnp.asarray(state.transpose(1, 2, 0))).q_values for state in STATES]
    np.savez_compressed(folder / "dopamine_bundle.npz", **{"dopamine_bundle.1": np.asarray(said)})
    shutil.rmtree(work)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
