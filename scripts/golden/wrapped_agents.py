"""Checkpoints of tests/golden/agents whose networks are known ones, saved in other ways: compiled or averaged, in a
loss of torchrl, with a training-only head, under an unusual entry, by an older release, by Cleanba.

Beside those that agents.py writes; what their networks say is in wrapped.npz. Kaixhin's Rainbow, CURL and Cleanba are no packages; their
networks are written down here with the names that their sources use, and saved as those sources save them.

usage: wrapped_agents.py FOLDER [NAME ...]      (packages: requirements-wrapped-agents.txt)
"""

import io
import sys
import zipfile
from pathlib import Path

import agents
import numpy as np
import torch
from agents import ACTIONS, ATOMS, STATES, convolutions, drawn, louder, narrow_policy, x
from torch import nn

agents.CHANNELS = CHANNELS = (2, 4, 4)  # narrower still: there are many files
FLAT, HIDDEN = CHANNELS[2] * 49, 8


class QNetwork(nn.Module):
    """CleanRL's."""

    def __init__(self):
        super().__init__()
        self.network = nn.Sequential(*convolutions(), nn.Flatten(), nn.Linear(FLAT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, ACTIONS))

    def forward(self, x):
        return self.network(x / 255.0)


def wrapped(folder):
    from torch.optim.swa_utils import AveragedModel

    network = louder(QNetwork())
    averaged = AveragedModel(nn.DataParallel(network))
    averaged.update_parameters(nn.DataParallel(network))
    torch.save(torch.compile(network).state_dict(), folder / "wrapped_compiled.pt")
    torch.save(averaged.state_dict(), folder / "wrapped_averaged.pt")
    torch.save({"state_dict": {f"model.{k}": v for k, v in network.state_dict().items()}, "epoch": 3}, folder / "wrapped_lightning.ckpt")
    return dict.fromkeys(("wrapped_compiled.pt", "wrapped_averaged.pt", "wrapped_lightning.ckpt"), network(x))


def entries(folder):
    """Entries that training scripts name so, beside targets and optimisers; a list of both."""
    network, other = louder(QNetwork()), louder(QNetwork())
    state, target = network.state_dict(), other.state_dict()
    with torch.enable_grad():
        optimiser = torch.optim.Adam(network.parameters())
        network(x).sum().backward()
    moments = {"optimizer": optimiser.state_dict()}
    files = {
        "entry_actor_critic.pt": {"actor_critic": state} | moments,
        "entry_agent_state_dict.pt": {"agent_state_dict": state} | moments,
        "entry_online_net.pt": {"online_net": state, "target_net": target} | moments,
        "entry_q_network_state_dict.pt": {"q_network_state_dict": state, "target_network_state_dict": target} | moments,
        "entry_lone.pt": {"policy_net": state, "target_net": target, "steps": 7} | moments,
        "entry_list.pt": [state, optimiser.state_dict()],
    }
    for name, content in files.items():
        torch.save(content, folder / name)
    return dict.fromkeys(files, network(x))


def torchrl(folder):
    from torchrl.data import Categorical
    from torchrl.modules import DuelingCnnDQNet, QValueActor
    from torchrl.objectives import DQNLoss

    network = DuelingCnnDQNet(ACTIONS, cnn_kwargs={"num_cells": list(CHANNELS)}, mlp_kwargs={"num_cells": HIDDEN})
    pixels = x.float() / 255.0
    network(pixels)  # its layers are lazy
    louder(network)
    actor = QValueActor(module=network, spec=Categorical(ACTIONS), in_keys=["pixels"])
    loss = DQNLoss(actor, loss_function="l2", delay_value=True, action_space="categorical")
    torch.save(actor.state_dict(), folder / "torchrl_actor.pt")
    torch.save(loss.state_dict(), folder / "torchrl_loss.pt")
    torch.save(network.state_dict(), folder / "torchrl_alone.pt")
    return dict.fromkeys(("torchrl_actor.pt", "torchrl_loss.pt", "torchrl_alone.pt"), network(pixels))


class Noisy(nn.Module):
    """Kaixhin's, as in evaluation."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.weight_mu, self.weight_sigma = nn.Parameter(torch.empty(outputs, inputs)), nn.Parameter(torch.empty(outputs, inputs))
        self.bias_mu, self.bias_sigma = nn.Parameter(torch.empty(outputs)), nn.Parameter(torch.empty(outputs))
        self.register_buffer("weight_epsilon", torch.randn(outputs, inputs))
        self.register_buffer("bias_epsilon", torch.randn(outputs))

    def forward(self, x):
        return nn.functional.linear(x, self.weight_mu, self.bias_mu)


class Rainbow(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc_h_v, self.fc_h_a = Noisy(FLAT, HIDDEN), Noisy(FLAT, HIDDEN)
        self.fc_z_v, self.fc_z_a = Noisy(HIDDEN, ATOMS), Noisy(HIDDEN, ACTIONS * ATOMS)

    def forward(self, x):
        flat = self.features(x / 255.0).flatten(1)
        value = self.fc_z_v(torch.relu(self.fc_h_v(flat))).view(-1, 1, ATOMS)
        advantage = self.fc_z_a(torch.relu(self.fc_h_a(flat))).view(-1, ACTIONS, ATOMS)
        logits = value + advantage - advantage.mean(1, keepdim=True)
        return (logits.softmax(2) * torch.linspace(-10, 10, ATOMS)).sum(2)


class Rainbow13(Rainbow):
    """Releases 1.0 to 1.3."""

    def __init__(self):
        super().__init__()
        a, b, c = CHANNELS
        self.conv1, self.conv2, self.conv3 = nn.Conv2d(4, a, 8, 4, padding=1), nn.Conv2d(a, b, 4, 2), nn.Conv2d(b, c, 3)

    def features(self, x):
        return torch.relu(self.conv3(torch.relu(self.conv2(torch.relu(self.conv1(x))))))


class Curl(Rainbow):
    """curl_rainbow's DQN; its contrastive head is for training alone."""

    def __init__(self):
        super().__init__()
        self.convs = nn.Sequential(*convolutions())
        self.W_h, self.W_c = nn.Parameter(torch.rand(FLAT, HIDDEN)), nn.Parameter(torch.rand(HIDDEN, 12))
        self.b_h, self.b_c = nn.Parameter(torch.zeros(HIDDEN)), nn.Parameter(torch.zeros(12))
        self.W = nn.Parameter(torch.rand(12, 12))

    def features(self, x):
        return self.convs(x)


def kaixhin(folder):
    old, curl = louder(Rainbow13()), louder(Curl())
    torch.save(old.state_dict(), folder / "rainbow_1_3.pth")
    renamed = {"conv1": "convs.0", "conv2": "convs.2", "conv3": "convs.4"}
    renamed = {".".join([renamed.get(k.split(".")[0], k.split(".")[0]), *k.split(".")[1:]]): v for k, v in old.state_dict().items()}
    torch.save(renamed, folder / "rainbow_1_3_renamed.pth")
    torch.save(curl.state_dict(), folder / "curl.pth")
    return {"rainbow_1_3.pth": old(x), "rainbow_1_3_renamed.pth": old(x), "curl.pth": curl(x)}


def stable_baselines3(folder):
    """sb3-contrib's TRPO and MaskablePPO, and PPO on one frame of red, green and blue."""
    import gymnasium
    from gymnasium import spaces
    from sb3_contrib import TRPO, MaskablePPO
    from stable_baselines3 import PPO
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor, NatureCNN

    Narrow, Game = narrow_policy(NatureCNN, BaseFeaturesExtractor, gymnasium, spaces)

    class Colours(NatureCNN):
        def __init__(self, observation_space, features_dim=HIDDEN):
            BaseFeaturesExtractor.__init__(self, observation_space, features_dim)
            self.cnn = nn.Sequential(*convolutions(3), nn.Flatten())
            self.linear = nn.Sequential(nn.Linear(FLAT, features_dim), nn.ReLU())

    class ColourGame(Game):
        observation_space = spaces.Box(0, 255, (84, 84, 3), np.uint8)

    results = {}
    for name, algorithm, game, features, observed in (
        ("sb3_trpo.zip", TRPO, Game, Narrow, x),
        ("sb3_maskable.zip", MaskablePPO, Game, Narrow, x),
        ("sb3_colours.zip", PPO, ColourGame, Colours, x[:, :3]),
    ):
        model = algorithm("CnnPolicy", game(), policy_kwargs={"features_extractor_class": features, "net_arch": []}, n_steps=2, batch_size=2)
        policy = louder(model.policy)
        buffer = io.BytesIO()
        model.save(buffer)
        with zipfile.ZipFile(buffer) as stored, zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as out:
            for member in stored.namelist():
                out.writestr(zipfile.ZipInfo(member), stored.read(member), zipfile.ZIP_DEFLATED)
        results[name] = policy.action_net(policy.extract_features(observed, policy.pi_features_extractor))
    return results


def screen_states(count=2):
    """What the test computes as well: no file holds them."""
    n, plane, row, column = np.meshgrid(*map(np.arange, (count, 3, 210, 160)), indexing="ij")
    return torch.from_numpy(((7 * row + 13 * column + 29 * plane + (n + 1) * row * column) % 256).astype(np.uint8))


def screens(folder):
    """Stable-Baselines3 on ale-py's environment without wrappers: the whole screen in colour."""
    import gymnasium
    from gymnasium import spaces
    from stable_baselines3 import DQN, PPO
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor, NatureCNN

    class Narrow(NatureCNN):
        def __init__(self, observation_space, features_dim=4):
            BaseFeaturesExtractor.__init__(self, observation_space, features_dim)
            a, b, c = nn.Conv2d(3, 2, 8, 4), nn.Conv2d(2, 2, 4, 2), nn.Conv2d(2, 1, 3, 1)
            self.cnn = nn.Sequential(a, nn.ReLU(), b, nn.ReLU(), c, nn.ReLU(), nn.Flatten())
            self.linear = nn.Sequential(nn.Linear(22 * 16, features_dim), nn.ReLU())

    class Game(gymnasium.Env):
        observation_space, action_space = spaces.Box(0, 255, (210, 160, 3), np.uint8), spaces.Discrete(ACTIONS)

        def reset(self, **_):
            return self.observation_space.sample(), {}

    states, results = screen_states(), {}
    for name, algorithm, settings in (("sb3_screens_ppo.zip", PPO, {"n_steps": 2, "batch_size": 2}), ("sb3_screens_dqn.zip", DQN, {"buffer_size": 2})):
        model = algorithm("CnnPolicy", Game(), policy_kwargs={"features_extractor_class": Narrow, "net_arch": []}, **settings)
        policy = louder(model.policy)
        buffer = io.BytesIO()
        model.save(buffer)
        with zipfile.ZipFile(buffer) as stored, zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as out:
            for member in stored.namelist():
                out.writestr(zipfile.ZipInfo(member), stored.read(member), zipfile.ZIP_DEFLATED)
        results[name] = policy.q_net(states) if algorithm is DQN else policy.action_net(policy.extract_features(states, policy.pi_features_extractor))
    return results


def lightning(folder):
    """Learners of Lightning with a target network, and with two networks of which none is called so."""
    import lightning

    class Learner(lightning.LightningModule):
        def __init__(self, *names):
            super().__init__()
            for name in names:
                setattr(self, name, louder(QNetwork()))

    results = {}
    for file, names in (("lightning_target.ckpt", ("net", "target_net")), ("lightning_two.ckpt", ("first", "second"))):
        learner = Learner(*names)
        trainer = lightning.Trainer(accelerator="cpu", logger=False, enable_checkpointing=False, enable_progress_bar=False)
        trainer.strategy.connect(learner)
        trainer.save_checkpoint(folder / file)
        results[file] = getattr(learner, names[0] if file == "lightning_target.ckpt" else names[1])(x)
    return results


def weight_norm(folder):
    """Convolutions and linear layers under weight normalisation, of today's and of older names."""
    from torch.nn.utils import parametrizations, weight_norm

    results = {}
    for file, normalised in (("weight_norm.pt", parametrizations.weight_norm), ("weight_norm_old.pt", weight_norm)):
        network = louder(QNetwork())
        for at in (0, 7):
            with torch.enable_grad():
                normalised(network.network[at])
        torch.save(network.state_dict(), folder / file)
        results[file] = network(x)
    return results


def cleanba(folder):
    import flax.linen as linen
    import flax.serialization
    import jax.numpy as jnp

    # One statement a layer, as in Cleanba: flax numbers modules as they are made, and of nested calls the outer one is
    # made first.
    class ResidualBlock(linen.Module):
        channels: int

        @linen.compact
        def __call__(self, x):
            inner = linen.Conv(self.channels, (3, 3))(linen.relu(x))
            inner = linen.Conv(self.channels, (3, 3))(linen.relu(inner))
            return inner + x

    class ConvSequence(linen.Module):
        channels: int

        @linen.compact
        def __call__(self, x):
            x = linen.Conv(self.channels, (3, 3))(x)
            x = linen.max_pool(x, window_shape=(3, 3), strides=(2, 2), padding="SAME")
            x = ResidualBlock(self.channels)(x)
            return ResidualBlock(self.channels)(x)

    class Network(linen.Module):
        @linen.compact
        def __call__(self, x):
            x = jnp.transpose(x, (0, 2, 3, 1)) / 255.0
            for channels in (2, 4, 4):
                x = ConvSequence(channels)(x)
            x = linen.relu(x).reshape((x.shape[0], -1))
            for hidden in (HIDDEN, 8):
                x = linen.relu(linen.Dense(hidden)(x))
            return x

    class Head(linen.Module):
        outputs: int

        @linen.compact
        def __call__(self, x):
            return linen.Dense(self.outputs)(x)

    pixels = jnp.asarray(STATES, "float32")
    network, actor, critic = Network(), Head(ACTIONS), Head(1)
    params = drawn(network, 1, pixels)
    hidden = network.apply(params, pixels)
    heads = drawn(actor, 2, hidden), drawn(critic, 3, hidden)
    settings = {"exp_name": "cleanba_ppo", "env_id": "Pong-v5", "seed": 1}
    packed = flax.serialization.to_bytes([settings, [params, *heads]])
    (folder / "cleanba_ppo.cleanrl_model").write_bytes(packed)
    add_value(folder, "cleanba_ppo.cleanrl_model", critic.apply(heads[1], hidden))
    return {"cleanba_ppo.cleanrl_model": actor.apply(heads[0], hidden)}


def add_value(folder, name, values):
    table = dict(np.load(folder / "values.npz"))
    table[name] = np.asarray(values, "<f4")
    np.savez_compressed(folder / "values.npz", **table)


def batch_norm(folder):
    """Batch normalisation behind linear layers and behind a ReLU, for a network description; the same as ONNX."""

    class Normalised(nn.Module):
        def __init__(self):
            super().__init__()
            self.convs, self.hidden = nn.Sequential(*convolutions()), nn.Linear(FLAT, HIDDEN)
            self.first, self.second, self.head = nn.BatchNorm1d(HIDDEN), nn.BatchNorm1d(HIDDEN), nn.Linear(HIDDEN, ACTIONS)

        def forward(self, x):
            hidden = self.second(torch.relu(self.first(self.hidden(self.convs(x / 255.0).flatten(1)))))
            return self.head(hidden)

    network = louder(Normalised()).eval()
    for norm in (network.first, network.second):
        norm.running_mean.copy_(torch.randn(HIDDEN) * 0.3)
        norm.running_var.copy_(torch.rand(HIDDEN) + 0.2)
        norm.weight.copy_(torch.rand(HIDDEN) + 0.5)
    torch.save(network.state_dict(), folder / "batch_norm.pt")
    torch.onnx.export(network, (x[:1].float(),), folder / "batch_norm.onnx", dynamo=False, opset_version=17)
    agents.forget_origin(folder / "batch_norm.onnx")
    return {"batch_norm.pt": network(x), "batch_norm.onnx": network(x)}


SOURCES = {
    "wrapped": wrapped,
    "entries": entries,
    "torchrl": torchrl,
    "kaixhin": kaixhin,
    "stable_baselines3": stable_baselines3,
    "weight_norm": weight_norm,
    "screens": screens,
    "lightning": lightning,
    "cleanba": cleanba,
    "batch_norm": batch_norm,
}


def main(folder, *names):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "wrapped.npz"
    said = dict(np.load(table)) if table.exists() else {}
    for name in names or SOURCES:
        torch.manual_seed(sum(name.encode()))
        with torch.no_grad():
            for file, values in SOURCES[name](folder).items():
                said[file] = np.asarray(values, dtype="<f4")
                print(f"{file:32} {(folder / file).stat().st_size:8}  {said[file][0].round(3)}")
    np.savez_compressed(table, **said)


if __name__ == "__main__":
    main(*sys.argv[1:])
