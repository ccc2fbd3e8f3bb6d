"""Files of tests/golden/agents of narrow networks of flax as people save their parameters, and one of torch.export. What the networks say is in flax.npz.

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
from narrow_flax import shaken

ACTIONS = 6
STATES = np.load(Path(__file__).resolve().parents[2] / "tests/golden/checkpoints/known_input.npz")["x"]
NARROW = ((2, 8, 4), (2, 4, 2), (3, 3, 1))


class Values(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = jnp.transpose(x, (0, 2, 3, 1)) / 255.0
        for channels, kernel, stride in NARROW:
            x = nn.relu(nn.Conv(channels, (kernel, kernel), (stride, stride), padding="VALID")(x))
        x = nn.relu(nn.Dense(5)(x.reshape((x.shape[0], -1))))
        return nn.Dense(ACTIONS)(x)


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
