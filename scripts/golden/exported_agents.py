"""ONNX files of tests/golden/agents as torch.onnx.export writes them by default: weights in a file beside, a fixed batch, and
the module that Stable-Baselines3's manual exports a PPO or DQN policy by; and what training loops save beside the weights. What
the networks say is in exported.npz.

usage: exported_agents.py FOLDER      (packages: requirements-exported-agents.txt)
"""

import sys
import warnings
from pathlib import Path

import agents
import numpy as np
import onnx
import torch
from agents import ACTIONS, STATES, convolutions, forget_origin, louder, x
from torch import nn

agents.CHANNELS = CHANNELS = (2, 4, 4)
FLAT, HIDDEN = CHANNELS[2] * 49, 8


class Network(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(*convolutions(), nn.Flatten(), nn.Linear(FLAT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, ACTIONS))

    def forward(self, x):
        return self.body(x / 255.0)


class Documented(nn.Module):
    """The manual's: actions, and of an actor-critic values and log-probabilities."""

    def __init__(self, policy):
        super().__init__()
        self.policy = policy

    def forward(self, observation):
        return self.policy(observation, deterministic=True)


def policies():
    import gymnasium
    from gymnasium import spaces
    from stable_baselines3 import DQN, PPO
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor

    class Narrow(BaseFeaturesExtractor):
        def __init__(self, space):
            super().__init__(space, features_dim=HIDDEN)
            self.cnn = nn.Sequential(*convolutions(), nn.Flatten())
            self.linear = nn.Sequential(nn.Linear(FLAT, HIDDEN), nn.ReLU())

        def forward(self, observations):
            return self.linear(self.cnn(observations))

    class Game(gymnasium.Env):
        observation_space, action_space = spaces.Box(0, 255, (4, 84, 84), np.uint8), spaces.Discrete(ACTIONS)

    options = {"policy_kwargs": {"features_extractor_class": Narrow, "net_arch": []}, "device": "cpu"}
    ppo, dqn = PPO("CnnPolicy", Game(), **options).policy, DQN("CnnPolicy", Game(), buffer_size=1, **options).policy
    for policy in (ppo, dqn):
        policy.set_training_mode(False)
        louder(policy)
    return ppo, dqn


class Arguments:
    """A class of the training script."""

    def __init__(self):
        self.gamma = 0.99


def training_loop(folder):
    """Settings, paths, spaces, curves and states of random numbers, as scripts keep them to continue a run."""
    import argparse
    import collections
    import datetime
    import pathlib
    import random

    from gymnasium import spaces

    network = louder(Network())
    losses = collections.defaultdict(list)
    losses["value"].append(np.float32(0.5))
    torch.save(
        {
            "model_state_dict": network.state_dict(),
            "args": argparse.Namespace(lr=1e-4, dims=(4, 84)),
            "arguments": Arguments(),
            "folder": pathlib.PurePosixPath("runs/1"),
            "losses": losses,
            "recent": collections.deque([1.0, 2.0], maxlen=10),
            "returns": np.arange(4.0),
            "best": np.float64(3.5),
            "random": (random.getstate(), np.random.get_state(), torch.get_rng_state()),
            "generator": np.random.default_rng(1),
            "space": spaces.Discrete(ACTIONS),
            "when": datetime.datetime(2026, 11, 29),
        },
        folder / "training_loop.pt",
    )
    return network(x)


def entries(folder):
    """Two networks and one within another dict: which of them plays, only the user knows."""
    first, second = louder(Network()), louder(Network())
    torch.save({"one": first.state_dict(), "two": second.state_dict(), "agent": {"q/network": second.state_dict(), "steps": 7}}, folder / "several_entries.pt")
    return first(x), second(x)


def write(folder):
    warnings.simplefilter("ignore")
    results = {}
    with torch.no_grad():
        network = louder(Network())
        torch.onnx.export(network, (x[:1].float(),), folder / "external.onnx")
        results["external.onnx"] = network(x)
        torch.onnx.export(network, (x[:2].float(),), folder / "fixed_batch.onnx", dynamo=False)
        results["fixed_batch.onnx"] = network(x)
        ppo, dqn = policies()
        logits, values = ppo.action_net(ppo.extract_features(x)), dqn.q_net(x)
        for name, policy, said in (("sb3_documented_ppo", ppo, logits), ("sb3_documented_dqn", dqn, values)):
            torch.onnx.export(Documented(policy), x[:1].float(), folder / f"{name}.onnx", opset_version=17, input_names=["input"], dynamo=False)
            results[f"{name}.onnx"] = said
        # The newer exporter, which refuses the PPO policy.
        torch.onnx.export(Documented(dqn), (x[:1].float(),), folder / "sb3_documented_dqn_dynamo.onnx", input_names=["input"], external_data=False)
        results["sb3_documented_dqn_dynamo.onnx"] = values
        results["training_loop.pt"] = training_loop(folder)
        results["several_entries.pt one"], results["several_entries.pt two"] = entries(folder)
    for file in results:
        if file.endswith(".onnx") and file != "external.onnx":
            forget_origin(folder / file)
    model = onnx.load(folder / "external.onnx", load_external_data=False)
    for part in [*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info, model.graph, model]:
        part.doc_string = ""
        del part.metadata_props[:]
    (folder / "external.onnx").write_bytes(model.SerializeToString())
    np.savez_compressed(folder / "exported.npz", **{name: np.asarray(value) for name, value in results.items()})


if __name__ == "__main__":
    torch.manual_seed(4)
    write(Path(sys.argv[1]))
