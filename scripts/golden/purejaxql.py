"""Files of tests/golden/agents as PureJaxQL's own QNetwork and save_params() make them, with fewer features a layer: its three ways to normalise, and its input
normalised. What the network says is in purejaxql.npz.

usage: purejaxql.py FOLDER CHECKOUT      (CHECKOUT: github.com/mttga/purejaxql at 47af6d7b; packages: requirements-flax-agents.txt, chex)
"""

import os
import sys
import types
from pathlib import Path

os.environ["JAX_PLATFORMS"] = "cpu"
sys.path.insert(0, sys.argv[2])

# What its training needs and its network does not.
for name in ("envpool", "gym", "hydra", "wandb", "omegaconf", "purejaxql.utils.atari_wrapper"):
    stub = types.ModuleType(name)
    stub.__getattr__ = lambda attribute: lambda *arguments, **options: lambda function: function
    sys.modules[name] = stub

import jax
import numpy as np
from narrow_flax import NarrowLayers, shaken
from purejaxql import pqn_atari
from purejaxql.utils.save_load import save_params

ACTIONS = 6
STATES = np.load(Path(__file__).resolve().parents[2] / "tests/golden/checkpoints/known_input.npz")["x"]


def write(folder):
    pqn_atari.nn = NarrowLayers(pqn_atari.nn, {32: 2, 64: 3, 512: 5})
    said = {}
    for name, options in (
        ("purejaxql", {}),
        ("purejaxql_plain", {"norm_type": "none"}),
        ("purejaxql_batch_norm", {"norm_type": "batch_norm"}),
        ("purejaxql_norm_input", {"norm_input": True}),
    ):
        network = pqn_atari.QNetwork(action_dim=ACTIONS, **options)
        variables = network.init(jax.random.PRNGKey(0), STATES, train=False)
        params = shaken(variables["params"], 2, 0.005)  # flax' fast variance is exact where channels differ enough
        if not options.get("norm_input"):
            params["BatchNorm_0"] = variables["params"]["BatchNorm_0"]  # no gradient reaches it
        save_params(params, folder / f"{name}.safetensors")
        if name in ("purejaxql", "purejaxql_plain"):
            said[f"{name}.safetensors"] = np.asarray(network.apply({**variables, "params": params}, STATES, train=False))
    np.savez_compressed(folder / "purejaxql.npz", **said)


if __name__ == "__main__":
    write(Path(sys.argv[1]))
