"""More checkpoints of tests/golden/agents: implicit quantile networks, CleanRL's Rainbow, QDagger, SAC and PQN,
Dopamine's QR-DQN and residual network, Stable-Baselines3's PPO with other policy_kwargs, Tianshou's and d3rlpy's actor-critics.

As agents.py writes its own, into the same table of outputs. The quantiles are those at the midpoints (i + 0.5)/32,
where the libraries draw theirs at random.

usage: more_agents.py FOLDER [NAME ...]      (packages: requirements-agents.txt)
"""

import io
import json
import sys
import zipfile

import agents
import numpy as np
import torch
from agents import ACTIONS, ATOMS, CHANNELS, HIDDEN, STATES, convolutions, louder, x
from torch import nn

MIDPOINTS, COSINES = 32, 64
FLAT = CHANNELS[2] * 49
taus = (torch.arange(MIDPOINTS) + 0.5) / MIDPOINTS


class Noisy(nn.Module):
    """Parameters and buffers as CleanRL ("sigma") and fqf-iqn-qrdqn.pytorch ("std") name them."""

    def __init__(self, inputs, outputs, deviation):
        super().__init__()
        shapes = {"weight": (outputs, inputs), "bias": (outputs,)}
        for name, shape in shapes.items():
            setattr(self, f"{name}_mu", nn.Parameter(torch.empty(shape)))
            setattr(self, f"{name}_{deviation}", nn.Parameter(torch.empty(shape)))
            self.register_buffer(f"{name}_epsilon", torch.randn(shape))
        if deviation == "std":
            self.register_buffer("sample_weight_in", torch.randn(inputs))
            self.register_buffer("sample_weight_out", torch.randn(outputs))
            self.register_buffer("sample_bias_out", torch.randn(outputs))

    def forward(self, x):  # as in evaluation
        return nn.functional.linear(x, self.weight_mu, self.bias_mu)


def cleanrl_rainbow(folder):
    def head(outputs):
        return nn.Sequential(Noisy(FLAT, HIDDEN, "sigma"), nn.ReLU(), Noisy(HIDDEN, outputs, "sigma"))

    class NoisyDuelingDistributionalNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            self.register_buffer("support", torch.linspace(-3, 5, ATOMS))
            self.network = nn.Sequential(*convolutions(), nn.Flatten())
            self.value_head, self.advantage_head = head(ATOMS), head(ATOMS * ACTIONS)

        def forward(self, x):
            h = self.network(x / 255.0)
            value = self.value_head(h).view(-1, 1, ATOMS)
            advantage = self.advantage_head(h).view(-1, ACTIONS, ATOMS)
            return (value + advantage - advantage.mean(dim=1, keepdim=True)).softmax(2)

    network = louder(NoisyDuelingDistributionalNetwork())
    torch.save(network.state_dict(), folder / "cleanrl_rainbow.cleanrl_model")
    return {"cleanrl_rainbow.cleanrl_model": (network(x) * network.support).sum(2)}


def cosines(count):
    return torch.cos(taus[:, None] * np.pi * torch.arange(1, count + 1))


def iqn(folder):
    """fqf-iqn-qrdqn.pytorch: an online_net.pth of the plain network and of the noisy dueling one."""

    class Part(nn.Module):
        def __init__(self, **nets):
            super().__init__()
            for name, net in nets.items():
                setattr(self, name, net)

    class Iqn(nn.Module):
        def __init__(self, fancy):
            super().__init__()
            self.cosines, hidden = (16, 8) if fancy else (COSINES, HIDDEN)  # a small file

            def linear(inputs, outputs):
                return Noisy(inputs, outputs, "std") if fancy else nn.Linear(inputs, outputs)

            def stream(outputs):
                return nn.Sequential(linear(FLAT, hidden), nn.ReLU(), linear(hidden, outputs))

            self.dqn_net = Part(net=nn.Sequential(*convolutions(), nn.Flatten()))
            self.cosine_net = Part(net=nn.Sequential(linear(self.cosines, FLAT), nn.ReLU()))
            nets = {"advantage_net": stream(ACTIONS), "baseline_net": stream(1)} if fancy else {"net": stream(ACTIONS)}
            self.quantile_net, self.fancy = Part(**nets), fancy

        def forward(self, x):
            embeddings = self.dqn_net.net(x)[:, None] * self.cosine_net.net(cosines(self.cosines))
            if not self.fancy:
                return self.quantile_net.net(embeddings).mean(1)
            advantages = self.quantile_net.advantage_net(embeddings)
            baselines = self.quantile_net.baseline_net(embeddings)
            return (baselines + advantages - advantages.mean(2, keepdim=True)).mean(1)

    results = {}
    for name, fancy in (("iqn.pth", False), ("iqn_dueling.pth", True)):
        network = louder(Iqn(fancy))
        torch.save(network.state_dict(), folder / name)
        results[name] = network(x / 255.0)
    return results


def tianshou_iqn(folder):
    """Tianshou's own class; its quantiles drawn at the midpoints."""
    from unittest import mock

    from tianshou.env.atari import atari_network as networks
    from tianshou.utils.net.discrete import ImplicitQuantileNetwork

    body = networks.DQNet(4, 84, 84, ACTIONS, features_only=True)
    body.net, body.output_dim = nn.Sequential(*convolutions(), nn.Flatten()), FLAT
    network = louder(ImplicitQuantileNetwork(preprocess_net=body, action_shape=[ACTIONS], hidden_sizes=[HIDDEN], num_cosines=COSINES))
    torch.save({f"policy.model.{key}": value for key, value in network.state_dict().items()}, folder / "tianshou_iqn.pth")
    with mock.patch("torch.rand", lambda batch, count, **_: taus.expand(batch, count)):
        (quantiles, _), _ = network(STATES, sample_size=MIDPOINTS)
    return {"tianshou_iqn.pth": quantiles.mean(2)}


def dopamine_iqn(folder):
    import pickle

    import jax
    import jax.numpy as jnp
    from flax import linen

    class ImplicitQuantileNetwork(linen.Module):
        @linen.compact
        def __call__(self, x):
            x = x / 255.0
            for channels, kernel, stride in zip((3, 4, 4), (8, 4, 3), (4, 2, 1)):
                x = linen.relu(linen.Conv(channels, (kernel, kernel), (stride, stride))(x))
            x = x.reshape((-1))
            quantiles = jnp.asarray(taus)[:, None]
            net = jnp.cos(jnp.arange(1, 17).astype(jnp.float32) * np.pi * jnp.tile(quantiles, [1, 16]))
            net = linen.relu(linen.Dense(x.shape[-1])(net))
            x = linen.relu(linen.Dense(HIDDEN)(jnp.tile(x, [MIDPOINTS, 1]) * net))
            return linen.Dense(ACTIONS)(x)

    network = ImplicitQuantileNetwork()
    images = STATES.transpose(0, 2, 3, 1).astype("float32")
    weights, other = agents.drawn(network, 8, images[0]), agents.drawn(network, 9, images[0])
    with open(folder / "dopamine_iqn.199", "wb") as file:
        pickle.dump({"online_params": weights, "target_params": other, "training_steps": 5}, file)
    return {"dopamine_iqn.199": jnp.stack([network.apply(weights, image).mean(0) for image in images])}


def dopamine_quantiles(folder):
    """Dopamine's QuantileNetwork with the 200 quantiles of quantile.gin."""
    import pickle

    _, Network, _ = agents.flax_networks("SAME")
    images, network = STATES.astype("float32"), Network(ACTIONS * 200)
    weights = agents.drawn(network, 13, images)
    with open(folder / "dopamine_quantiles.199", "wb") as file:
        pickle.dump({"online_params": weights, "training_steps": 5}, file)
    return {"dopamine_quantiles.199": network.apply(weights, images).reshape(len(images), ACTIONS, 200).mean(2)}


def qdagger(folder):
    """CleanRL's students in PyTorch and in JAX, and Dopamine's network of the same kind."""
    import pickle

    import flax.serialization
    from flax import linen

    class Residual(nn.Module):
        def __init__(self, channels):
            super().__init__()
            self.conv0, self.conv1 = (nn.Conv2d(channels, channels, 3, padding=1) for _ in range(2))

        def forward(self, x):
            return x + self.conv1(nn.functional.relu(self.conv0(nn.functional.relu(x))))

    class Sequence(nn.Module):
        def __init__(self, planes, channels):
            super().__init__()
            self.conv = nn.Conv2d(planes, channels, 3, padding=1)
            self.res_block0, self.res_block1 = Residual(channels), Residual(channels)

        def forward(self, x):
            x = nn.functional.max_pool2d(self.conv(x), kernel_size=3, stride=2, padding=1)
            return self.res_block1(self.res_block0(x))

    class QNetwork(nn.Module):
        def __init__(self):
            super().__init__()
            sequences = [Sequence(a, b) for a, b in ((4, 3), (3, 4), (4, 4))]
            ends = [nn.Linear(4 * 121, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, ACTIONS)]
            self.network = nn.Sequential(*sequences, nn.Flatten(), nn.ReLU(), *ends)

    class ResidualBlock(linen.Module):
        channels: int

        @linen.compact
        def __call__(self, x):
            inputs = x
            x = linen.Conv(self.channels, kernel_size=(3, 3))(linen.relu(x))
            return linen.Conv(self.channels, kernel_size=(3, 3))(linen.relu(x)) + inputs

    class ConvSequence(linen.Module):
        channels: int

        @linen.compact
        def __call__(self, x):
            x = linen.Conv(self.channels, kernel_size=(3, 3))(x)
            x = linen.max_pool(x, window_shape=(3, 3), strides=(2, 2), padding="SAME")
            x = ResidualBlock(self.channels)(x)  # one per line: flax numbers modules as they are made
            return ResidualBlock(self.channels)(x)

    class JaxQNetwork(linen.Module):
        @linen.compact
        def __call__(self, x):
            x = x.transpose(0, 2, 3, 1) / 255.0
            for channels in (3, 4, 4):
                x = ConvSequence(channels)(x)
            x = linen.relu(linen.Dense(HIDDEN)(linen.relu(x).reshape((len(x), -1))))
            return linen.Dense(ACTIONS)(x)

    class Stack(linen.Module):
        num_ch: int

        @linen.compact
        def __call__(self, x):
            x = linen.Conv(self.num_ch, kernel_size=(3, 3), strides=1, padding="SAME")(x)
            x = linen.max_pool(x, window_shape=(3, 3), padding="SAME", strides=(2, 2))
            for _ in range(2):
                inputs = x
                x = linen.Conv(self.num_ch, kernel_size=(3, 3), strides=1, padding="SAME")(linen.relu(x))
                x = linen.Conv(self.num_ch, kernel_size=(3, 3), strides=1, padding="SAME")(linen.relu(x)) + inputs
            return x

    class ImpalaEncoder(linen.Module):
        def setup(self):
            self._stacks = [Stack(num_ch=channels) for channels in (3, 4, 4)]

        def __call__(self, x):
            for stack in self._stacks:
                x = stack(x)
            return linen.relu(x)

    class ImpalaDQNNetwork(linen.Module):
        def setup(self):
            self.encoder = ImpalaEncoder()

        @linen.compact
        def __call__(self, x):
            x = self.encoder(x.transpose(0, 2, 3, 1) / 255.0).reshape((len(x), -1))
            x = linen.relu(linen.Dense(HIDDEN)(x))
            return linen.Dense(ACTIONS)(x)

    student = louder(QNetwork())
    torch.save(student.state_dict(), folder / "qdagger.cleanrl_model")
    images = STATES.astype("float32")
    weights = agents.drawn(JaxQNetwork(), 10, images)
    (folder / "qdagger_jax.cleanrl_model").write_bytes(flax.serialization.to_bytes(weights))
    online, target = agents.drawn(ImpalaDQNNetwork(), 11, images), agents.drawn(ImpalaDQNNetwork(), 12, images)
    with open(folder / "dopamine_impala.199", "wb") as file:
        pickle.dump({"online_params": online, "target_params": target, "training_steps": 5}, file)
    return {
        "qdagger.cleanrl_model": student.network(x / 255.0),
        "qdagger_jax.cleanrl_model": JaxQNetwork().apply(weights, images),
        "dopamine_impala.199": ImpalaDQNNetwork().apply(online, images),
    }


def cleanrl_more(folder):
    """sac_atari.py's actor and critic, pqn_atari_envpool.py's network, under their names."""

    class Sac(nn.Module):
        def __init__(self, head):
            super().__init__()
            self.conv = nn.Sequential(*convolutions()[:-1], nn.Flatten())
            self.fc1 = nn.Linear(FLAT, HIDDEN)
            setattr(self, head, nn.Linear(HIDDEN, ACTIONS))

        def forward(self, x):
            (head,) = (module for name, module in self.named_children() if name.startswith("fc_"))
            return head(torch.relu(self.fc1(torch.relu(self.conv(x / 255.0)))))

    class Pqn(nn.Module):
        def __init__(self):
            super().__init__()
            a, b, c = CHANNELS
            conv1, _, conv2, _, conv3, _ = convolutions()
            self.network = nn.Sequential(
                conv1, nn.LayerNorm([a, 20, 20]), nn.ReLU(), conv2, nn.LayerNorm([b, 9, 9]), nn.ReLU(), conv3, nn.LayerNorm([c, 7, 7]), nn.ReLU(),
                nn.Flatten(), nn.Linear(FLAT, HIDDEN), nn.LayerNorm(HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, ACTIONS))

        def forward(self, x):
            return self.network(x / 255.0)

    results = {}
    for name, network in (("cleanrl_sac_actor.pth", Sac("fc_logits")), ("cleanrl_sac_qf1.pth", Sac("fc_q")), ("cleanrl_pqn.pth", Pqn())):
        torch.save(louder(network).state_dict(), folder / name)
        results[name] = network(x)
    return results


def tianshou_two(folder):
    """Tianshou 2: what its examples save of PPO (an algorithm), discrete SAC and QR-DQN (policies)."""
    from gymnasium.spaces import Discrete
    from tianshou.algorithm.modelfree.discrete_sac import DiscreteSACPolicy
    from tianshou.algorithm.modelfree.ppo import PPO
    from tianshou.algorithm.modelfree.qrdqn import QRDQNPolicy
    from tianshou.algorithm.modelfree.reinforce import DiscreteActorPolicy
    from tianshou.algorithm.optim import AdamOptimizerFactory
    from tianshou.env.atari import atari_network as networks
    from tianshou.utils.net.discrete import DiscreteActor, DiscreteCritic

    def body():
        net = networks.DQNet(4, 84, 84, ACTIONS, features_only=True, output_dim_added_layer=HIDDEN)
        net.net[0], net.net[1] = nn.Sequential(*convolutions(), nn.Flatten()), nn.Linear(FLAT, HIDDEN)
        return net

    space, values = Discrete(ACTIONS), dict(np.load(folder / "values.npz"))
    net = networks.ScaledObsInputActionReprNet(body())
    actor, critic = DiscreteActor(preprocess_net=net, action_shape=ACTIONS, softmax_output=False), DiscreteCritic(preprocess_net=net)
    louder(actor), louder(critic.last)
    ppo = PPO(policy=DiscreteActorPolicy(actor=actor, action_space=space), critic=critic, optim=AdamOptimizerFactory(lr=1e-4))
    torch.save({"model": ppo.state_dict()}, folder / "tianshou_ppo.pth")
    values["tianshou_ppo.pth"] = np.asarray(critic(STATES), "<f4")
    np.savez_compressed(folder / "values.npz", **values)
    unscaled = louder(DiscreteActor(preprocess_net=body(), action_shape=ACTIONS, softmax_output=False))
    torch.save(DiscreteSACPolicy(actor=unscaled, action_space=space).state_dict(), folder / "tianshou_sac.pth")
    quantile = networks.QRDQNet(c=4, h=84, w=84, action_shape=[ACTIONS], num_quantiles=200)
    quantile.net[0], quantile.net[1], quantile.net[3] = (
        nn.Sequential(*convolutions(), nn.Flatten()), nn.Linear(FLAT, HIDDEN), nn.Linear(HIDDEN, ACTIONS * 200))
    louder(quantile)
    torch.save(QRDQNPolicy(model=quantile, action_space=space).state_dict(), folder / "tianshou_qrdqn.pth")
    return {
        "tianshou_ppo.pth": actor(STATES)[0],
        "tianshou_sac.pth": unscaled(x)[0],
        "tianshou_qrdqn.pth": quantile(x)[0].mean(2),
    }


def d3rlpy_more(folder):
    """Several critics; of SAC and behaviour cloning the policy plays."""
    import d3rlpy as d3
    from d3rlpy.models.encoders import PixelEncoderFactory

    a, b, c = CHANNELS
    encoder = PixelEncoderFactory(filters=[[a, 8, 4], [b, 4, 2], [c, 3, 1]], feature_size=HIDDEN)
    scaler = d3.preprocessing.PixelObservationScaler()
    results = {}
    for name, config in (
        ("d3rlpy_cql.d3", d3.algos.DiscreteCQLConfig(n_critics=2, encoder_factory=encoder)),
        ("d3rlpy_bc.d3", d3.algos.DiscreteBCConfig(encoder_factory=encoder, observation_scaler=scaler)),
        ("d3rlpy_sac.d3", d3.algos.DiscreteSACConfig(actor_encoder_factory=encoder, critic_encoder_factory=encoder, observation_scaler=scaler)),
    ):
        algorithm = config.create(device=False)
        algorithm.create_impl((4, 84, 84), ACTIONS)
        modules = algorithm.impl.modules
        for module in vars(modules).values():
            if isinstance(module, nn.Module):
                louder(module)
        algorithm.save(folder / name)
        if name == "d3rlpy_cql.d3":
            results[name] = torch.stack([critic(x.float()).q_value for critic in modules.q_funcs]).mean(0)
        else:
            policy = modules.imitator if name == "d3rlpy_bc.d3" else modules.policy
            logits = policy(x / 255.0).logits  # normalised, as a distribution's are
            results[name] = policy._fc(policy._encoder(x / 255.0))
            assert torch.allclose(logits, results[name].log_softmax(1), atol=1e-5)
    return results


def save_without_pickles(model, file):
    """A Stable-Baselines3 model's own file, deflated, without the pickles in its data: they name folders of the machine."""

    def readable(value):
        return {key: readable(inner) for key, inner in value.items() if key != ":serialized:"} if isinstance(value, dict) else value

    whole = io.BytesIO()
    model.save(whole)
    with zipfile.ZipFile(whole) as saved, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as out:
        data = {key: value for key, value in readable(json.loads(saved.read("data"))).items() if not key.startswith("_")}
        for name, content in (("data", json.dumps(data)), ("policy.pth", saved.read("policy.pth"))):
            out.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)


def stable_baselines3_kwargs(folder):
    """Pixels that are not divided by 255; hidden layers with ELU."""
    import gymnasium
    from gymnasium import spaces
    from stable_baselines3 import PPO
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor, NatureCNN

    Narrow, Game = agents.narrow_policy(NatureCNN, BaseFeaturesExtractor, gymnasium, spaces)

    class Unscaled(Narrow):  # of the library's, which wants to know that they are not
        def __init__(self, observation_space, features_dim=HIDDEN, normalized_image=True):
            super().__init__(observation_space, features_dim)

    kwargs = {"features_extractor_class": Unscaled, "net_arch": [8], "normalize_images": False, "activation_fn": nn.ELU}
    model = PPO("CnnPolicy", Game(), policy_kwargs=kwargs, n_steps=2, batch_size=2)
    policy = louder(model.policy)
    name = "sb3_ppo_unscaled.zip"
    save_without_pickles(model, folder / name)
    features = policy.extract_features(x.float(), policy.pi_features_extractor)
    return {name: policy.action_net(policy.mlp_extractor.forward_actor(features))}


if __name__ == "__main__":
    agents.SOURCES = {
        "cleanrl_more": cleanrl_more,
        "tianshou_two": tianshou_two,
        "d3rlpy_more": d3rlpy_more,
        "stable_baselines3_kwargs": stable_baselines3_kwargs,
        "cleanrl_rainbow": cleanrl_rainbow,
        "iqn": iqn,
        "tianshou_iqn": tianshou_iqn,
        "dopamine_iqn": dopamine_iqn,
        "dopamine_quantiles": dopamine_quantiles,
        "qdagger": qdagger,
    }
    agents.main(*sys.argv[1:])
