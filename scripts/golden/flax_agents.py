"""Files of tests/golden/agents of narrow networks of flax as people save their parameters, with Dopamine's names of its full Rainbow and PPO,
and one of torch.export. What the networks say is in flax.npz.

usage: flax_agents.py FOLDER      (packages: requirements-flax-agents.txt)
"""

import gzip
import os
import pickle
import sys
from pathlib import Path

os.environ["JAX_PLATFORMS"] = "cpu"

import flax.serialization
import flax.traverse_util
import jax
import jax.numpy as jnp
import numpy as np
import optax
import safetensors.flax
import torch
from flax import linen as nn
from flax import nnx
from flax.training.train_state import TrainState

ACTIONS = 6
STATES = np.load(Path(__file__).resolve().parents[2] / "tests/golden/checkpoints/known_input.npz")["x"]
NARROW = ((2, 8, 4), (2, 4, 2), (3, 3, 1))


class Nature(nn.Module):
    padding: str = "VALID"

    @nn.compact
    def __call__(self, x):
        x = jnp.transpose(x, (0, 2, 3, 1)) / 255.0
        for channels, kernel, stride in NARROW:
            x = nn.relu(nn.Conv(channels, (kernel, kernel), (stride, stride), padding=self.padding)(x))
        return nn.relu(nn.Dense(5)(x.reshape((x.shape[0], -1))))


class Values(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = jnp.transpose(x, (0, 2, 3, 1)) / 255.0
        for channels, kernel, stride in NARROW:
            x = nn.relu(nn.Conv(channels, (kernel, kernel), (stride, stride), padding="VALID")(x))
        x = nn.relu(nn.Dense(5)(x.reshape((x.shape[0], -1))))
        return nn.Dense(ACTIONS)(x)


class Normalised(nn.Module):
    """As PureJaxQL's CNN: LayerNorm normalises the channels of each pixel."""

    @nn.compact
    def __call__(self, x):
        x = jnp.transpose(x, (0, 2, 3, 1)) / 255.0
        for channels, kernel, stride in NARROW:
            x = nn.relu(nn.LayerNorm()(nn.Conv(channels, (kernel, kernel), (stride, stride), padding="VALID")(x)))
        return nn.Dense(ACTIONS)(nn.Dense(5)(x.reshape((x.shape[0], -1))))


class Noisy(nn.Module):
    """Dopamine's NoisyNetwork as it evaluates."""

    features: int

    @nn.compact
    def __call__(self, x):
        make = nn.initializers.normal(0.05)
        for name in ("kernel_sigma", "bias_sigma"):
            self.param(name, make, (self.features,) if "bias" in name else (x.shape[-1], self.features))
        return x @ self.param("kernel_mu", make, (x.shape[-1], self.features)) + self.param("bias_mu", make, (self.features,))


class FullRainbow(nn.Module):
    """Dopamine's FullRainbowNetwork; its classes give the layers their names."""

    atoms: int = 11

    @nn.compact
    def __call__(self, x):
        x = jnp.transpose(x, (0, 2, 3, 1)) / 255.0
        for channels, kernel, stride in NARROW:
            x = nn.relu(nn.Conv(channels, (kernel, kernel), (stride, stride))(x))
        x = nn.relu(Noisy(5, name="NoisyNetwork_0")(x.reshape((x.shape[0], -1))))
        advantages = Noisy(ACTIONS * self.atoms, name="NoisyNetwork_1")(x).reshape((-1, ACTIONS, self.atoms))
        value = Noisy(self.atoms, name="NoisyNetwork_2")(x).reshape((-1, 1, self.atoms))
        logits = value + advantages - jnp.mean(advantages, axis=1, keepdims=True)
        return jnp.sum(nn.softmax(logits) * jnp.linspace(-10, 10, self.atoms), axis=2)


class Head(nn.Module):
    outputs: int

    @nn.compact
    def __call__(self, x):
        return nn.Dense(self.outputs)(x)


class ActorCritic(nn.Module):
    """Dopamine's PPODiscreteActorCriticNetwork."""

    def setup(self):
        self._shared_network, self._actor, self._critic = Nature(), Head(ACTIONS), Head(1)

    def __call__(self, x):
        x = self._shared_network(x)
        return self._actor(x), self._critic(x)


class Named(nnx.Module):
    """Layers with the user's names."""

    def __init__(self, rngs):
        sizes = [4] + [channels for channels, _, _ in NARROW]
        for i, (channels, kernel, stride) in enumerate(NARROW):
            setattr(self, f"c{i}", nnx.Conv(sizes[i], channels, (kernel, kernel), strides=stride, padding="VALID", rngs=rngs))
        self.body, self.q = nnx.Linear(147, 5, rngs=rngs), nnx.Linear(5, ACTIONS, rngs=rngs)

    def __call__(self, x):
        x = jnp.transpose(x, (0, 2, 3, 1)) / 255.0
        for layer in (self.c0, self.c1, self.c2):
            x = nnx.relu(layer(x))
        return self.q(nnx.relu(self.body(x.reshape((x.shape[0], -1)))))


class Torch(torch.nn.Module):
    def __init__(self):
        super().__init__()
        sizes = [4] + [channels for channels, _, _ in NARROW]
        layers = []
        for i, (channels, kernel, stride) in enumerate(NARROW):
            layers += [torch.nn.Conv2d(sizes[i], channels, kernel, stride), torch.nn.ReLU()]
        self.network = torch.nn.Sequential(*layers, torch.nn.Flatten(), torch.nn.Linear(147, 5), torch.nn.ReLU(), torch.nn.Linear(5, ACTIONS))

    def forward(self, x):
        return self.network(x / 255.0)


def shaken(parameters, seed, by=0.1):
    random = np.random.default_rng(seed)
    return jax.tree_util.tree_map(lambda a: np.asarray(a) + random.uniform(by / 10, by, a.shape).astype(np.float32), parameters)


def write(folder):
    said = {}
    network = Values()
    variables = shaken(network.init(jax.random.PRNGKey(0), STATES), 1)
    values = np.asarray(network.apply(variables, STATES))
    flat = {key: jnp.asarray(value) for key, value in flax.traverse_util.flatten_dict(variables, sep=".").items()}
    safetensors.flax.save_file(flat, folder / "flax.safetensors")
    np.savez(folder / "flax_arrays.npz", **flax.traverse_util.flatten_dict(variables, sep="/"))
    (folder / "flax.pkl").write_bytes(pickle.dumps(variables))
    state = TrainState.create(apply_fn=network.apply, params=variables["params"], tx=optax.adam(1e-4))
    (folder / "flax_state.msgpack").write_bytes(gzip.compress(flax.serialization.to_bytes(state), mtime=0))
    for name in ("flax.safetensors", "flax_arrays.npz", "flax.pkl", "flax_state.msgpack"):
        said[name] = values

    normalised = shaken(Normalised().init(jax.random.PRNGKey(0), STATES), 2)
    flat = {key: jnp.asarray(value) for key, value in flax.traverse_util.flatten_dict(normalised, sep=",").items()}
    safetensors.flax.save_file(flat, folder / "purejaxql.safetensors")

    for name, module, entry in (("dopamine_full_rainbow.1", FullRainbow(), "online_params"), ("dopamine_ppo.1", ActorCritic(), "network_params")):
        parameters = shaken(module.init(jax.random.PRNGKey(0), STATES), 3, 0.01)
        bundle = {"state": np.zeros((1, 84, 84, 4)), "training_steps": 1, entry: parameters, "optimizer_state": (), "current_iteration": 1}
        (folder / name).write_bytes(gzip.compress(pickle.dumps(bundle), mtime=0))
        output = module.apply(parameters, STATES)
        said[name] = np.asarray(output[0] if isinstance(output, tuple) else output)

    named = Named(nnx.Rngs(0))
    (folder / "flax_nnx.msgpack").write_bytes(flax.serialization.to_bytes(nnx.to_pure_dict(nnx.state(named))))
    said["flax_nnx.msgpack"] = np.asarray(named(STATES))

    torch.manual_seed(0)
    module = Torch().eval()
    example = torch.zeros(1, 4, 84, 84)
    torch.export.save(torch.export.export(module, (example,)), folder / "exported.pt2")
    # It holds the example as well.
    (folder / "exported.pt2").write_bytes(gzip.compress((folder / "exported.pt2").read_bytes(), mtime=0))
    said["exported.pt2"] = module(torch.from_numpy(STATES).float()).detach().numpy()
    np.savez_compressed(folder / "flax.npz", **said)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
