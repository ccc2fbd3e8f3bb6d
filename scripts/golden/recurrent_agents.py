"""Recurrent checkpoints of tests/golden/agents, and what they say about three observations in a row: those of
tests/golden/checkpoints/known_input.npz, the first once more behind them. tests/golden/agents/recurrent_agents.npz has the
outputs under the file's name and the critic's values under NAME.value.

The networks of sb3-contrib's RecurrentPPO are the library's own with fewer channels. CleanRL is no package: its networks are
written down here with the names that ppo_atari_lstm.py and pqn_atari_envpool_lstm.py use.

usage: recurrent_agents.py FOLDER      (packages: requirements-agents.txt)
"""

import sys
from pathlib import Path

import numpy as np
import torch
from agents import ACTIONS, CHANNELS, HIDDEN, convolutions, louder, narrow_policy, x
from more_agents import save_without_pickles
from torch import nn

FLAT, UNITS = CHANNELS[2] * 49, 5
observations = x[[0, 1, 0]]


def much_louder(module):
    """So that what is remembered leaves a mark."""
    for name, parameter in louder(module).named_parameters():
        if not name.startswith(("features_extractor", "vf_features_extractor", "network")):
            parameter.mul_(6)
    return module


def recurrent_ppo(folder):
    import gymnasium
    from gymnasium import spaces
    from sb3_contrib import RecurrentPPO
    from sb3_contrib.common.recurrent.type_aliases import RNNStates
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor, NatureCNN

    Narrow, Game = narrow_policy(NatureCNN, BaseFeaturesExtractor, gymnasium, spaces)
    arrays = {}
    for name, settings in (
        ("sb3_lstm.zip", {"net_arch": []}),
        ("sb3_lstm_shared.zip", {"net_arch": [], "shared_lstm": True, "enable_critic_lstm": False}),
        ("sb3_lstm_plain_critic.zip", {"net_arch": {"pi": [7], "vf": [6]}, "enable_critic_lstm": False, "n_lstm_layers": 2}),
        ("sb3_lstm_apart.zip", {"net_arch": [], "share_features_extractor": False}),
    ):
        kwargs = {"features_extractor_class": Narrow, "lstm_hidden_size": UNITS} | settings
        model = RecurrentPPO("CnnLstmPolicy", Game(), policy_kwargs=kwargs, n_steps=2, batch_size=2)
        policy = much_louder(model.policy)
        save_without_pickles(model, folder / name)
        zeros = torch.zeros(policy.lstm_hidden_state_shape)
        states, start = RNNStates((zeros, zeros), (zeros, zeros)), torch.ones(1)
        logits, values = [], []
        for observation in observations:
            captured = []
            hook = policy.action_net.register_forward_hook(lambda *call: captured.append(call[2]))
            _, value, _, states = policy(observation[None], states, start, deterministic=True)
            hook.remove()
            logits.append(captured[0])  # a distribution's are normalised
            values.append(value)
            start = torch.zeros(1)
        arrays[name], arrays[f"{name}.value"] = torch.cat(logits), torch.cat(values)
    return arrays


def cleanrl(folder):
    def normalised():
        a, b, c = CHANNELS
        conv1, _, conv2, _, conv3, _ = convolutions(1)
        return [conv1, nn.LayerNorm([a, 20, 20]), nn.ReLU(), conv2, nn.LayerNorm([b, 9, 9]), nn.ReLU(), conv3, nn.LayerNorm([c, 7, 7]),
                nn.ReLU(), nn.Flatten(), nn.Linear(FLAT, HIDDEN), nn.LayerNorm(HIDDEN), nn.ReLU()]

    class Agent(nn.Module):
        def __init__(self):
            super().__init__()
            self.network = nn.Sequential(*convolutions(1), nn.Flatten(), nn.Linear(FLAT, HIDDEN), nn.ReLU())
            self.lstm = nn.LSTM(HIDDEN, UNITS)
            self.actor, self.critic = nn.Linear(UNITS, ACTIONS), nn.Linear(UNITS, 1)

    class QNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.network = nn.Sequential(*normalised())
            self.lstm = nn.LSTM(HIDDEN, UNITS)
            self.q_func = nn.Linear(UNITS, ACTIONS)

    arrays, planes = {}, observations[:, 3:] / 255.0
    ppo, pqn = much_louder(Agent()), much_louder(QNetwork())
    torch.save(ppo.state_dict(), folder / "cleanrl_lstm.cleanrl_model")
    torch.save(pqn.state_dict(), folder / "cleanrl_pqn_lstm.pth")
    memory = ppo.lstm(ppo.network(planes)[:, None])[0][:, 0]
    arrays["cleanrl_lstm.cleanrl_model"], arrays["cleanrl_lstm.cleanrl_model.value"] = ppo.actor(memory), ppo.critic(memory)
    arrays["cleanrl_pqn_lstm.pth"] = pqn.q_func(pqn.lstm(pqn.network(planes)[:, None])[0][:, 0])
    return arrays


def main(folder):
    folder = Path(folder)
    torch.manual_seed(11)
    with torch.no_grad():
        arrays = recurrent_ppo(folder) | cleanrl(folder)
    np.savez_compressed(folder / "recurrent_agents.npz", **{name: np.asarray(array, "<f4") for name, array in arrays.items()})
    for name, array in arrays.items():
        print(f"{name:40} {np.asarray(array).round(3).tolist()}")


if __name__ == "__main__":
    main(*sys.argv[1:])
