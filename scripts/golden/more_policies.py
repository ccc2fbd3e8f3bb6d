"""Files of tests/golden/agents that users of Stable-Baselines3, AgileRL and haiku save: policies with a class of features of one's own, on smaller
pictures and on a dict of observations, a policy saved alone; agents of AgileRL; weights under spectral normalisation and pruned ones; dueling
heads of any names; what Keras exports on PyTorch. Narrower than usual. What the networks say is in more_policies.npz.

PufferLib's and CleanRL's networks are written down with the names that their sources use. The critic's values of the latter go into values.npz.

usage: more_policies.py FOLDER      (packages: requirements-more-policies.txt)
"""

import io
import pickle
import sys
import zipfile
from pathlib import Path

import agents
import gymnasium
import numpy as np
import torch
from agents import ACTIONS, STATES, convolutions, louder, x
from gymnasium import spaces
from library_agents import add_values
from torch import nn

agents.CHANNELS = CHANNELS = (2, 4, 4)
FLAT, HIDDEN = CHANNELS[2] * 49, 6


def packed(path, saved):
    """The same members, deflated: the bounds of the observations alone are 160 kB."""
    with zipfile.ZipFile(saved) as stored, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for member in stored.namelist():
            out.writestr(zipfile.ZipInfo(member), stored.read(member), zipfile.ZIP_DEFLATED)


def stable_baselines3(folder):
    from stable_baselines3 import DQN, PPO
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor, NatureCNN

    def environment(space):
        class Game(gymnasium.Env):
            observation_space, action_space = space, spaces.Discrete(ACTIONS)

            def reset(self, **_):
                return self.observation_space.sample(), {}

        return Game()

    def pictures(extent):
        return spaces.Box(0, 255, (4, extent, extent), np.uint8)

    class ManualCnn(BaseFeaturesExtractor):
        """As the manual writes one: two convolutions."""

        def __init__(self, space, features_dim=HIDDEN):
            super().__init__(space, features_dim)
            self.cnn = nn.Sequential(nn.Conv2d(4, 3, 8, 4), nn.ReLU(), nn.Conv2d(3, 4, 4, 2), nn.ReLU(), nn.Flatten())
            self.linear = nn.Sequential(nn.Linear(4 * 81, features_dim), nn.ReLU())

        def forward(self, observations):
            return self.linear(self.cnn(observations))

    class EluCnn(BaseFeaturesExtractor):
        def __init__(self, space, features_dim=HIDDEN):
            super().__init__(space, features_dim)
            layers = [nn.ELU() if isinstance(layer, nn.ReLU) else layer for layer in convolutions()]
            self.cnn = nn.Sequential(*layers, nn.Flatten())
            self.linear = nn.Sequential(nn.Linear(FLAT, features_dim), nn.ELU())

        def forward(self, observations):
            return self.linear(self.cnn(observations))

    def narrow(policy):
        """NatureCNN with fewer features: the class is the library's own."""
        for module in policy.modules():
            if not isinstance(module, NatureCNN):
                continue
            places = module.linear[0].in_features // 64
            module.cnn = nn.Sequential(*convolutions(), nn.Flatten())
            module.linear = nn.Sequential(nn.Linear(CHANNELS[2] * places, module.features_dim), nn.ReLU())

    def policy_of(algorithm, policy, space, **kwargs):
        settings = {"buffer_size": 2} if algorithm is DQN else {"n_steps": 2, "batch_size": 2}
        model = algorithm(policy, environment(space), policy_kwargs=kwargs, device="cpu", **settings)
        narrow(model.policy)
        louder(model.policy)
        model.policy.set_training_mode(False)
        return model

    def save(name, model):
        buffer = io.BytesIO()
        (model.policy if name.endswith(".pt") else model).save(buffer)
        packed(folder / name, buffer)

    def logits(policy, observations):
        features = policy.extract_features(observations, policy.pi_features_extractor)
        return policy.action_net(policy.mlp_extractor.forward_actor(features))

    results = {}
    own = {"features_extractor_kwargs": {"features_dim": HIDDEN}}
    model = policy_of(PPO, "CnnPolicy", pictures(84), features_extractor_class=ManualCnn, net_arch=[5], **own)
    save("sb3_manual_cnn.zip", model)
    results["sb3_manual_cnn.zip"] = logits(model.policy, x)
    model = policy_of(DQN, "CnnPolicy", pictures(84), features_extractor_class=EluCnn, **own)
    save("sb3_own_elu.zip", model)
    results["sb3_own_elu.zip"] = model.q_net(x)
    model = policy_of(PPO, "CnnPolicy", pictures(84), net_arch=[5], activation_fn=nn.ELU, normalize_images=False, **own)
    save("sb3_policy.pt", model)
    results["sb3_policy.pt"] = logits(model.policy, x)
    small = x.reshape(len(x), -1)[:, : 4 * 64 * 64].reshape(-1, 4, 64, 64)
    model = policy_of(PPO, "CnnPolicy", pictures(64), activation_fn=nn.Softplus, net_arch=[5], **own)
    save("sb3_small_pictures.zip", model)
    results["sb3_small_pictures.zip"] = logits(model.policy, small)
    kwargs = {"features_extractor_kwargs": {"cnn_output_dim": HIDDEN}, "net_arch": [5]}
    model = policy_of(PPO, "MultiInputPolicy", spaces.Dict(image=pictures(84)), **kwargs)
    save("sb3_picture_in_dict.zip", model)
    results["sb3_picture_in_dict.zip"] = logits(model.policy, {"image": x})
    return results


def agilerl(folder):
    from agilerl.algorithms.dqn import DQN
    from agilerl.algorithms.ppo import PPO

    space, actions = spaces.Box(0, 255, (4, 84, 84), np.uint8), spaces.Discrete(ACTIONS)

    def settings(kernels, strides, activation="ReLU"):
        encoder = {"channel_size": [3, 4], "kernel_size": kernels, "stride_size": strides, "activation": activation}
        return {"latent_dim": 8, "encoder_config": encoder, "head_config": {"hidden_size": [HIDDEN], "activation": activation}}

    def save(name, agent):
        buffer = io.BytesIO()
        for network in (agent.actor, getattr(agent, "actor_target", None)):
            if network is not None:
                louder(network)
        agent.save_checkpoint(buffer)
        packed(folder / name, buffer)

    inputs, results = x / 255.0, {}
    agent = DQN(space, actions, device="cpu", net_config=settings([7, 5], [3, 2], "ELU"))
    save("agilerl_dqn.pt", agent)
    results["agilerl_dqn.pt"] = agent.actor(inputs)
    agent = DQN(space, actions, device="cpu", net_config=settings([8, 4], [4, 2]))
    torch.save(louder(agent.actor).state_dict(), folder / "agilerl_alone.pt")
    results["agilerl_alone.pt"] = agent.actor(inputs)
    agent = PPO(space, actions, device="cpu", net_config=settings([8, 4], [4, 2]))
    save("agilerl_ppo.pt", agent)
    features = agent.actor.encoder(inputs)
    results["agilerl_ppo.pt"] = agent.actor.head_net._wrapped(features)
    return results


class Nature(nn.Module):
    """CleanRL's."""

    def __init__(self):
        super().__init__()
        self.network = nn.Sequential(*convolutions(), nn.Flatten(), nn.Linear(FLAT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, ACTIONS))

    def forward(self, states):
        return self.network(states / 255.0)


def other_weights(folder):
    from torch.nn.utils import parametrizations, prune, spectral_norm

    results = {}
    for name, change in (
        ("spectral_norm.pt", parametrizations.spectral_norm),
        ("spectral_norm_old.pt", spectral_norm),
        ("pruned.pt", lambda layer: prune.l1_unstructured(layer, "weight", 0.5)),
    ):
        network = louder(Nature())
        for place in (4, 7):
            change(network.network[place])
        network.train()(x)  # the vectors come closer to the largest singular value's
        network.eval()
        torch.save(network.state_dict(), folder / name)
        results[name] = network(x)
    return results


def dueling(folder):
    class Heads(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, _, self.conv2, _, self.conv3, _ = convolutions()
            self.fc = nn.Linear(FLAT, HIDDEN)
            self.value, self.advantage = nn.Linear(HIDDEN, 1), nn.Linear(HIDDEN, ACTIONS)

        def forward(self, states):
            states = states / 255.0
            for layer in (self.conv1, self.conv2, self.conv3):
                states = torch.relu(layer(states))
            features = torch.relu(self.fc(states.flatten(1)))
            advantages = self.advantage(features)
            return self.value(features) + advantages - advantages.mean(1, keepdim=True)

    class Streams(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv = nn.Sequential(*convolutions())
            self.fc_adv = nn.Sequential(nn.Linear(FLAT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, ACTIONS))
            self.fc_val = nn.Sequential(nn.Linear(FLAT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 1))

        def forward(self, states):
            features = self.conv(states / 255.0).flatten(1)
            advantages = self.fc_adv(features)
            return self.fc_val(features) + advantages - advantages.mean(1, keepdim=True)

    results = {}
    for name, network in (("dueling_heads.pt", Heads()), ("dueling_streams.pt", Streams())):
        torch.save(louder(network).state_dict(), folder / name)
        results[name] = network(x)
    return results


def pufferlib(folder):
    class Convolutional(nn.Module):
        def __init__(self):
            super().__init__()
            self.network = nn.Sequential(*convolutions(), nn.Flatten(), nn.Linear(FLAT, HIDDEN), nn.ReLU())
            self.actor, self.value_fn = nn.Linear(HIDDEN, ACTIONS), nn.Linear(HIDDEN, 1)

    class LstmWrapper(nn.Module):
        def __init__(self):
            super().__init__()
            self.policy, self.lstm, self.cell = Convolutional(), nn.LSTM(HIDDEN, HIDDEN), nn.LSTMCell(HIDDEN, HIDDEN)
            for part in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
                setattr(self.cell, part, getattr(self.lstm, part + "_l0"))

    plain, recurrent = louder(Convolutional()), louder(LstmWrapper())
    torch.save(plain.state_dict(), folder / "pufferlib.pt")
    torch.save(recurrent.state_dict(), folder / "pufferlib_lstm.pt")
    hidden, _ = recurrent.cell(recurrent.policy.network(x / 255.0))
    return {"pufferlib.pt": plain.actor(plain.network(x / 255.0)), "pufferlib_lstm.pt": recurrent.policy.actor(hidden)}


def cleanrl_rnd(folder):
    """CleanRL's PPO with random network distillation."""

    class Agent(nn.Module):
        def __init__(self):
            super().__init__()
            body = [nn.Linear(FLAT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, 5), nn.ReLU()]
            self.network = nn.Sequential(*convolutions(), nn.Flatten(), *body)
            self.extra_layer = nn.Sequential(nn.Linear(5, 5), nn.ReLU())
            self.actor = nn.Sequential(nn.Linear(5, 5), nn.ReLU(), nn.Linear(5, ACTIONS))
            self.critic_ext, self.critic_int = nn.Linear(5, 1), nn.Linear(5, 1)

        def forward(self, states):
            hidden = self.network(states / 255.0)
            return self.actor(hidden), self.critic_ext(self.extra_layer(hidden) + hidden)

    agent = louder(Agent())
    torch.save(agent.state_dict(), folder / "cleanrl_rnd.pt")
    logits, value = agent(x)
    add_values(folder, {"cleanrl_rnd.pt": value})
    return {"cleanrl_rnd.pt": logits}


def haiku(folder):
    import haiku as hk
    import jax

    def network(states):
        kernels = ((CHANNELS[0], 8, 4), (CHANNELS[1], 4, 2), (CHANNELS[2], 3, 1))
        layers = [layer for f, k, s in kernels for layer in (hk.Conv2D(f, k, s, padding="VALID"), jax.nn.relu)]
        return hk.Sequential([*layers, hk.Flatten(), hk.Linear(HIDDEN), jax.nn.relu, hk.Linear(ACTIONS)])(states / 255.0)

    made = hk.without_apply_rng(hk.transform(network))
    states = np.transpose(STATES, (0, 2, 3, 1)).astype(np.float32)
    params = made.init(jax.random.PRNGKey(4), states)
    params = jax.tree_util.tree_map(lambda a: np.asarray(a) + (np.linspace(-0.2, 0.3, a.size, dtype=np.float32) if a.ndim == 1 else 0), params)
    (folder / "haiku.pkl").write_bytes(pickle.dumps(params))
    return {"haiku.pkl": made.apply(params, states)}


def keras_on_torch(folder):
    """Exported by Keras on PyTorch, which adds the biases of convolutions behind them."""
    import os

    os.environ["KERAS_BACKEND"] = "torch"
    import keras
    from keras import layers

    pictures = keras.Input((84, 84, 4))
    states = layers.Rescaling(1 / 255)(pictures)
    for filters, kernel, stride in ((CHANNELS[0], 8, 4), (CHANNELS[1], 4, 2), (CHANNELS[2], 3, 1)):
        states = layers.Conv2D(filters, kernel, strides=stride, activation="relu", bias_initializer="random_normal")(states)
    model = keras.Model(pictures, layers.Dense(ACTIONS, bias_initializer="random_normal")(layers.Flatten()(states)))
    last = np.ascontiguousarray(STATES.transpose(0, 2, 3, 1)).astype(np.float32)
    said = model(last).detach().numpy()
    with torch.enable_grad():
        model.export(str(folder / "keras_on_torch.onnx"), format="onnx", verbose=False)
    return {"keras_on_torch.onnx": said}


def main(folder):
    torch.manual_seed(7)
    said = {}
    with torch.no_grad():
        for make in (stable_baselines3, agilerl, other_weights, dueling, pufferlib, haiku, keras_on_torch, cleanrl_rnd):
            said |= make(folder)
    np.savez_compressed(folder / "more_policies.npz", **{name: np.asarray(value, "<f4") for name, value in said.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]))
