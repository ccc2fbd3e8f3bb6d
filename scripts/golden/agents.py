"""Checkpoints of tests/golden/agents, saved by the libraries whose formats they are, and what those networks
say about tests/golden/checkpoints/known_input.npz.

Each network is the library's own class with fewer channels, so that the files stay small: saved, not trained.
CleanRL, Kaixhin's Rainbow and Dopamine are no packages; their networks are written down here with the names
that their sources use, and saved as those sources save them.

usage: agents.py FOLDER [NAME ...]      (packages: requirements-agents.txt)
"""

import io
import pickle
import sys
import zipfile
from pathlib import Path

import numpy as np
import torch
from torch import nn

ROOT = Path(__file__).resolve().parents[2]
STATES = np.load(ROOT / "tests/golden/checkpoints/known_input.npz")["x"]
CHANNELS, HIDDEN, ACTIONS, ATOMS = (4, 8, 8), 16, 6, 7
x = torch.from_numpy(STATES)


def convolutions(planes=4):
    a, b, c = CHANNELS
    return [nn.Conv2d(planes, a, 8, 4), nn.ReLU(), nn.Conv2d(a, b, 4, 2), nn.ReLU(), nn.Conv2d(b, c, 3, 1), nn.ReLU()]


def louder(module):
    """Weights that leave a mark on the outputs; biases that are not zero."""
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.requires_grad:
                parameter.copy_(torch.randn(parameter.shape) * 0.1)
    return module


def narrow_policy(NatureCNN, BaseFeaturesExtractor, gymnasium, spaces):
    class Narrow(NatureCNN):
        def __init__(self, observation_space, features_dim=HIDDEN):
            BaseFeaturesExtractor.__init__(self, observation_space, features_dim)
            self.cnn = nn.Sequential(*convolutions(), nn.Flatten())
            self.linear = nn.Sequential(nn.Linear(CHANNELS[2] * 49, features_dim), nn.ReLU())

    class Game(gymnasium.Env):
        observation_space, action_space = spaces.Box(0, 255, (4, 84, 84), np.uint8), spaces.Discrete(ACTIONS)

        def reset(self, **_):
            return self.observation_space.sample(), {}

    return Narrow, Game


def stable_baselines3(folder):
    import gymnasium
    from gymnasium import spaces
    from sb3_contrib import QRDQN
    from stable_baselines3 import A2C, DQN, PPO
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor, NatureCNN

    Narrow, Game = narrow_policy(NatureCNN, BaseFeaturesExtractor, gymnasium, spaces)

    def save(name, algorithm, outputs, policy=None, **settings):
        kwargs = {"features_extractor_class": Narrow, "net_arch": []} | (policy or {})
        model = algorithm("CnnPolicy", Game(), policy_kwargs=kwargs, **settings)
        louder(model.policy)
        buffer = io.BytesIO()
        model.save(buffer)
        # The same members, deflated: the observation space alone is 160 kB of base64.
        with zipfile.ZipFile(buffer) as stored, zipfile.ZipFile(folder / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as out:
            for member in stored.namelist():
                out.writestr(zipfile.ZipInfo(member), stored.read(member), zipfile.ZIP_DEFLATED)
        return outputs(model.policy)

    def logits(policy):
        return policy.get_distribution(x).distribution.logits

    # A distribution's logits are normalised; the network's own are not.
    def raw(policy):
        features = policy.extract_features(x, policy.pi_features_extractor)
        return policy.action_net(policy.mlp_extractor.forward_actor(features))

    return {
        "sb3_dqn.zip": save("sb3_dqn", DQN, lambda p: p.q_net(x), buffer_size=2),
        "sb3_dqn_deep.zip": save("sb3_dqn_deep", DQN, lambda p: p.q_net(x), {"net_arch": [10, 9]}, buffer_size=2),
        "sb3_qrdqn.zip": save("sb3_qrdqn", QRDQN, lambda p: p.quantile_net(x).mean(1), {"n_quantiles": 5}, buffer_size=2),
        "sb3_ppo.zip": save("sb3_ppo", PPO, raw, n_steps=2, batch_size=2),
        "sb3_a2c.zip": save("sb3_a2c", A2C, raw, {"net_arch": [12]}, n_steps=2),
    }


def cleanrl(folder):
    class Network(nn.Module):
        def __init__(self, outputs):
            super().__init__()
            layers = convolutions() + [nn.Flatten(), nn.Linear(CHANNELS[2] * 49, HIDDEN), nn.ReLU()]
            self.network = nn.Sequential(*layers, *([nn.Linear(HIDDEN, outputs)] if outputs else []))

    dqn = louder(Network(ACTIONS))
    torch.save(dqn.state_dict(), folder / "cleanrl_dqn.cleanrl_model")
    c51 = louder(Network(ACTIONS * ATOMS))
    c51.register_buffer("atoms", torch.linspace(-3, 5, ATOMS))
    args = {"env_id": "PongNoFrameskip-v4", "n_atoms": ATOMS, "v_min": -3, "v_max": 5, "seed": 1}
    torch.save({"model_weights": c51.state_dict(), "args": args}, folder / "cleanrl_c51.cleanrl_model")
    ppo = louder(Network(0))
    ppo.actor, ppo.critic = louder(nn.Linear(HIDDEN, ACTIONS)), louder(nn.Linear(HIDDEN, 1))
    torch.save(ppo.state_dict(), folder / "cleanrl_ppo.cleanrl_model")
    probabilities = c51.network(x / 255.0).view(len(x), ACTIONS, ATOMS).softmax(2)
    return {
        "cleanrl_dqn.cleanrl_model": dqn.network(x / 255.0),
        "cleanrl_c51.cleanrl_model": (probabilities * c51.atoms).sum(2),
        "cleanrl_ppo.cleanrl_model": ppo.actor(ppo.network(x / 255.0)),
    }


def flax_networks(padding):
    import flax.linen as linen

    class Features(linen.Module):
        @linen.compact
        def __call__(self, x):
            x = x.transpose(0, 2, 3, 1) / 255.0
            for channels, kernel, stride in zip(CHANNELS, (8, 4, 3), (4, 2, 1)):
                x = linen.relu(linen.Conv(channels, (kernel, kernel), (stride, stride), padding=padding)(x))
            return linen.relu(linen.Dense(HIDDEN)(x.reshape(len(x), -1)))

    class Network(linen.Module):
        outputs: int

        @linen.compact
        def __call__(self, x):
            x = x.transpose(0, 2, 3, 1) / 255.0
            for channels, kernel, stride in zip(CHANNELS, (8, 4, 3), (4, 2, 1)):
                x = linen.relu(linen.Conv(channels, (kernel, kernel), (stride, stride), padding=padding)(x))
            x = linen.relu(linen.Dense(HIDDEN)(x.reshape(len(x), -1)))
            return linen.Dense(self.outputs)(x)

    return Features(), Network, linen


def drawn(module, key, sample):
    """Parameters with biases that are not zero."""
    import jax

    leaves, tree = jax.tree.flatten(module.init(jax.random.PRNGKey(key), sample))
    random = np.random.default_rng(key)
    return jax.tree.unflatten(tree, [jax.numpy.asarray(random.normal(0, 0.1, a.shape), "float32") for a in leaves])


def expectation(logits, low, high):
    import jax

    support = np.linspace(low, high, ATOMS)
    return (jax.nn.softmax(logits.reshape(len(STATES), ACTIONS, ATOMS)) * support).sum(2)


def cleanrl_jax(folder):
    import flax.serialization

    features, Network, linen = flax_networks("VALID")
    images = STATES.astype("float32")

    def write(name, content):
        (folder / name).write_bytes(flax.serialization.to_bytes(content))

    dqn, c51 = Network(ACTIONS), Network(ACTIONS * ATOMS)
    weights, atoms = drawn(dqn, 1, images), drawn(c51, 2, images)
    write("cleanrl_jax_dqn.cleanrl_model", weights)
    args = {"env_id": "PongNoFrameskip-v4", "n_atoms": ATOMS, "v_min": -3.0, "v_max": 5.0, "track": False}
    write("cleanrl_jax_c51.cleanrl_model", {"model_weights": atoms, "args": args})
    body = drawn(features, 3, images)
    hidden = features.apply(body, images)
    class Actor(linen.Module):
        outputs: int

        @linen.compact
        def __call__(self, x):
            return linen.Dense(self.outputs)(x)

    actor, critic = Actor(ACTIONS), Actor(1)
    heads = [drawn(actor, 4, hidden), drawn(critic, 5, hidden)]
    write("cleanrl_jax_ppo.cleanrl_model", [{"env_id": "Pong-v5", "seed": 1}, [body, *heads]])
    return {
        "cleanrl_jax_dqn.cleanrl_model": dqn.apply(weights, images),
        "cleanrl_jax_c51.cleanrl_model": expectation(c51.apply(atoms, images), -3, 5),
        "cleanrl_jax_ppo.cleanrl_model": actor.apply(heads[0], hidden),
    }


def dopamine(folder):
    import flax.core
    import optax

    _, Network, _ = flax_networks("SAME")
    images = STATES.astype("float32")
    dqn, weights = Network(ACTIONS), drawn(Network(ACTIONS), 6, images)
    other = drawn(dqn, 7, images)
    bundle = {
        "state": np.zeros((1, 84, 84, 4), "uint8"),
        "training_steps": 250000,
        "online_params": weights,
        "optimizer_state": optax.adam(1e-4).init(weights),
        "target_params": other,
        "current_iteration": 199,
        "logs": {},
    }
    with open(folder / "dopamine_dqn.199", "wb") as file:
        pickle.dump(bundle, file)
    frozen = {"online_params": flax.core.freeze(weights), "training_steps": 1}
    with open(folder / "dopamine_frozen.1", "wb") as file:
        pickle.dump(frozen, file)
    values = dqn.apply(weights, images)
    return {"dopamine_dqn.199": values, "dopamine_frozen.1": values}


def dopamine_c51(folder):
    """RainbowNetwork as rainbow.gin and c51.gin have it: 51 atoms from -10 to 10, one layer of logits."""
    import jax

    _, Network, _ = flax_networks("SAME")
    images = STATES.astype("float32")
    network = Network(ACTIONS * 51)
    weights = drawn(network, 8, images)
    with open(folder / "dopamine_c51.199", "wb") as file:
        pickle.dump({"online_params": weights, "training_steps": 250000}, file)
    probabilities = jax.nn.softmax(network.apply(weights, images).reshape(len(STATES), ACTIONS, 51))
    return {"dopamine_c51.199": (probabilities * np.linspace(-10, 10, 51)).sum(2)}


def dopamine_tensorflow(folder):
    """Written by TensorFlow's Saver, with the names of slim's layers as Dopamine's agents have them."""
    import tensorflow as tf

    tf1 = tf.compat.v1
    tf1.disable_eager_execution()
    results = {}
    for name, outputs in (("dopamine_tf_dqn", ACTIONS), ("dopamine_tf_c51", ACTIONS * 51)):
        random = np.random.default_rng(outputs)
        with tf1.Graph().as_default(), tf1.Session() as session:
            images = tf1.placeholder(tf.uint8, (None, 84, 84, 4))

            def variable(layer, shape):
                weights = tf1.get_variable(layer, initializer=random.normal(0, 0.1, shape).astype("float32"))
                if outputs == ACTIONS:  # what RMSProp remembers is stored beside
                    tf1.get_variable(f"{layer}/RMSProp", initializer=np.ones(shape, "float32"))
                return weights

            for scope in ("Target", "Online") if outputs == ACTIONS else ("Online",):
                with tf1.variable_scope(scope):
                    y, planes = tf.cast(images, tf.float32) / 255.0, 4
                    for i, (channels, kernel, stride) in enumerate(zip(CHANNELS, (8, 4, 3), (4, 2, 1))):
                        layer = f"Conv_{i}" if i else "Conv"
                        weights = variable(f"{layer}/weights", (kernel, kernel, planes, channels))
                        y = tf.nn.conv2d(y, weights, strides=stride, padding="SAME") + variable(f"{layer}/biases", (channels,))
                        y, planes = tf.nn.relu(y), channels
                    y = tf.reshape(y, (-1, 11 * 11 * planes))
                    y = tf.nn.relu(y @ variable("fully_connected/weights", (y.shape[1], HIDDEN)) + variable("fully_connected/biases", (HIDDEN,)))
                    y = y @ variable("fully_connected_1/weights", (HIDDEN, outputs)) + variable("fully_connected_1/biases", (outputs,))
            tf1.get_variable("global_step", initializer=np.int64(250000), trainable=False)
            session.run(tf1.global_variables_initializer())
            tf1.train.Saver().save(session, str(folder / name), write_meta_graph=False, write_state=False)
            if outputs > ACTIONS:
                y = tf.reduce_sum(tf.nn.softmax(tf.reshape(y, (-1, ACTIONS, 51))) * np.linspace(-10, 10, 51).astype("float32"), 2)
            results[f"{name}.index"] = session.run(y, {images: STATES.transpose(0, 2, 3, 1)})
    return results


def rllib(folder):
    """RLlib's own VisionNetwork, fewer channels; its policies' state holds the weights as NumPy arrays."""
    import gymnasium
    from ray import cloudpickle
    from ray.rllib.models.catalog import MODEL_DEFAULTS
    from ray.rllib.models.torch.visionnet import VisionNetwork

    class Policy:
        """Something of the library's that the state refers to."""

    results = {}
    for name, shared in (("rllib_policy_state.pkl", True), ("rllib_separate.pkl", False)):
        a, b, c = CHANNELS
        settings = MODEL_DEFAULTS | {"conv_filters": [[a, [8, 8], 4], [b, [4, 4], 2], [c, [11, 11], 1]], "vf_share_layers": shared}
        space = gymnasium.spaces.Box(0, 255, (84, 84, 4), np.uint8)
        network = louder(VisionNetwork(space, gymnasium.spaces.Discrete(ACTIONS), ACTIONS, settings, "policy"))
        weights = {key: value.detach().numpy() for key, value in network.state_dict().items()}
        state = {"policy_spec": {"config": {}, "policy_class": Policy}, "weights": weights, "global_timestep": 1000,
                 "_optimizer_variables": [{"state": {0: {"exp_avg": np.zeros(3, "float32")}}}], "num_grad_updates": 7}
        with open(folder / name, "wb") as file:
            cloudpickle.dump(state, file)
        results[name] = network({"obs": x.permute(0, 2, 3, 1).float()}, [], None)[0]
    return results


def kaixhin(folder):
    class Noisy(nn.Module):
        def __init__(self, inputs, outputs):
            super().__init__()
            self.weight_mu, self.weight_sigma = nn.Parameter(torch.empty(outputs, inputs)), nn.Parameter(torch.empty(outputs, inputs))
            self.bias_mu, self.bias_sigma = nn.Parameter(torch.empty(outputs)), nn.Parameter(torch.empty(outputs))
            self.register_buffer("weight_epsilon", torch.randn(outputs, inputs))
            self.register_buffer("bias_epsilon", torch.randn(outputs))

        def forward(self, x):  # as in evaluation
            return nn.functional.linear(x, self.weight_mu, self.bias_mu)

    class Rainbow(nn.Module):
        def __init__(self, efficient):
            super().__init__()
            layers = convolutions()
            if efficient:
                layers = [nn.Conv2d(4, 4, 5, 5), nn.ReLU(), nn.Conv2d(4, 8, 5, 5), nn.ReLU()]
            self.convs = nn.Sequential(*layers)
            flat = 8 * (9 if efficient else 49)
            self.fc_h_v, self.fc_h_a = Noisy(flat, HIDDEN), Noisy(flat, HIDDEN)
            self.fc_z_v, self.fc_z_a = Noisy(HIDDEN, ATOMS), Noisy(HIDDEN, ACTIONS * ATOMS)

        def forward(self, x):
            flat = self.convs(x / 255.0).flatten(1)
            value = self.fc_z_v(torch.relu(self.fc_h_v(flat))).view(-1, 1, ATOMS)
            advantage = self.fc_z_a(torch.relu(self.fc_h_a(flat))).view(-1, ACTIONS, ATOMS)
            logits = value + advantage - advantage.mean(1, keepdim=True)
            return (logits.softmax(2) * torch.linspace(-10, 10, ATOMS)).sum(2)

    results = {}
    for name, efficient in (("rainbow.pth", False), ("rainbow_efficient.pth", True)):
        network = louder(Rainbow(efficient))
        torch.save(network.state_dict(), folder / name)
        results[name] = network(x)
    return results


def d3rlpy(folder):
    import d3rlpy as d3
    from d3rlpy.models.encoders import PixelEncoderFactory
    from d3rlpy.models.q_functions import QRQFunctionFactory

    a, b, c = CHANNELS
    encoder = PixelEncoderFactory(filters=[[a, 8, 4], [b, 4, 2], [c, 3, 1]], feature_size=HIDDEN)
    scaler = d3.preprocessing.PixelObservationScaler()
    results = {}
    for name, settings, scale in (
        ("d3rlpy_dqn.d3", {"observation_scaler": scaler}, 255.0),
        ("d3rlpy_qr.d3", {"q_func_factory": QRQFunctionFactory(n_quantiles=5)}, 1.0),
    ):
        algorithm = d3.algos.DQNConfig(encoder_factory=encoder, **settings).create(device=False)
        algorithm.create_impl((4, 84, 84), ACTIONS)
        network = algorithm.impl.modules.q_funcs
        louder(network)
        algorithm.save(folder / name)
        results[name] = network[0](x.float() / scale).q_value
    return results


def tianshou(folder):
    from tianshou.env.atari import atari_network as networks

    def narrow(network):
        """The library's network with fewer channels: its layers replaced where they stand."""
        plain = nn.Sequential(*convolutions(), nn.Flatten())
        if isinstance(network.net[0], nn.Sequential):
            network.net[0] = plain
            network.net[1] = nn.Linear(CHANNELS[2] * 49, HIDDEN)
            network.net[3] = nn.Linear(HIDDEN, network.net[3].out_features)
        else:
            network.net = plain
        return network

    class Policy(nn.Module):
        """Where tianshou's policies keep network and target network."""

        def __init__(self, network):
            super().__init__()
            self.model = network

    results = {}
    dqn = Policy(louder(narrow(networks.DQNet(4, 84, 84, ACTIONS))))
    torch.save(dqn.state_dict(), folder / "tianshou_dqn.pth")
    results["tianshou_dqn.pth"] = dqn.model(x)[0]
    scaled = Policy(louder(networks.ScaledObsInputActionReprNet(narrow(networks.DQNet(4, 84, 84, ACTIONS)))))
    torch.save(scaled.state_dict(), folder / "tianshou_scaled.pth")
    results["tianshou_scaled.pth"] = scaled.model(STATES)[0]
    c51 = Policy(louder(narrow(networks.C51Net(c=4, h=84, w=84, action_shape=[ACTIONS], num_atoms=ATOMS))))
    c51.support = nn.Parameter(torch.linspace(-3, 5, ATOMS), requires_grad=False)
    torch.save(c51.state_dict(), folder / "tianshou_c51.pth")
    results["tianshou_c51.pth"] = (c51.model(x)[0] * c51.support).sum(2)
    rainbow = networks.RainbowNet(c=4, h=84, w=84, action_shape=[ACTIONS], num_atoms=ATOMS)
    from tianshou.utils.net.discrete import NoisyLinear

    rainbow.net = nn.Sequential(*convolutions(), nn.Flatten())
    for stream, outputs in ((rainbow.Q, ACTIONS * ATOMS), (rainbow.V, ATOMS)):
        stream[0], stream[2] = NoisyLinear(CHANNELS[2] * 49, HIDDEN), NoisyLinear(HIDDEN, outputs)
    rainbow = Policy(louder(rainbow))
    rainbow.support = nn.Parameter(torch.linspace(-3, 5, ATOMS), requires_grad=False)
    rainbow.eval()
    torch.save(rainbow.state_dict(), folder / "tianshou_rainbow.pth")
    results["tianshou_rainbow.pth"] = (rainbow.model(x)[0] * rainbow.support).sum(2)
    return results


def plain(folder):
    from safetensors.torch import save_file

    class Mine(nn.Module):
        def __init__(self):
            super().__init__()
            a, b, c = CHANNELS
            self.first, self.second, self.third = nn.Conv2d(4, a, 8, 4), nn.Conv2d(a, b, 4, 2), nn.Conv2d(b, c, 3, 1)
            self.hidden, self.policy, self.value = nn.Linear(c * 49, HIDDEN), nn.Linear(HIDDEN, ACTIONS), nn.Linear(HIDDEN, 1)

        def forward(self, x):
            for layer in (self.first, self.second, self.third):
                x = torch.relu(layer(x))
            return self.policy(torch.relu(self.hidden(x.flatten(1))))

    network = louder(Mine())
    state = {f"agent.net.{key}": value for key, value in network.state_dict().items()}
    torch.save({"state_dict": state, "epoch": 3}, folder / "nature.pt")
    save_file(state, folder / "nature.safetensors")
    return {"nature.pt": network(x / 255.0), "nature.safetensors": network(x / 255.0)}


def forget_origin(file):
    """Without the exporter's stack traces, which name folders of the machine."""
    import onnx

    model = onnx.load(file)
    for part in [*model.graph.node, *model.graph.input, *model.graph.output, *model.graph.value_info, model.graph, model]:
        part.doc_string = ""
        del part.metadata_props[:]
    onnx.save(model, file)


def onnx(folder):
    """Exported by torch, and one with the operators that exporters of other libraries use."""
    import warnings

    warnings.simplefilter("ignore")

    class Dueling(nn.Module):
        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(
                nn.Conv2d(4, 4, 5, 2, padding=2), nn.BatchNorm2d(4), nn.SiLU(), nn.MaxPool2d(3, 2, padding=1),
                nn.Conv2d(4, 6, 3, 2), nn.ELU(), nn.AvgPool2d(2), nn.Conv2d(6, 6, 3, padding=1), nn.GELU(),
            )
            self.value, self.advantage = nn.Linear(12, 1), nn.Linear(12, ACTIONS)
            self.norm = nn.LayerNorm(12)

        def forward(self, x):
            y = self.body(x / 255.0)
            y = self.norm(torch.cat([y.mean((2, 3)), torch.tanh(y).mean((2, 3))], 1))
            advantage = self.advantage(y)
            return self.value(y) + (advantage - advantage.mean(1, keepdim=True))

    class Actor(nn.Module):
        """Returns an action and a value besides the logits; channels last."""

        def __init__(self):
            super().__init__()
            self.body = nn.Sequential(*convolutions(), nn.Flatten(), nn.Linear(CHANNELS[2] * 49, HIDDEN), nn.LeakyReLU(0.1))
            self.actor, self.critic = nn.Linear(HIDDEN, ACTIONS), nn.Linear(HIDDEN, 1)

        def forward(self, x):
            y = self.body(x.permute(0, 3, 1, 2) / 255.0)
            return self.critic(y), self.actor(y)

    results = {}
    dueling = louder(Dueling()).eval()
    dueling.body[1].running_mean.normal_()
    sample = x[:1].float()
    torch.onnx.export(dueling, (sample,), folder / "dueling.onnx", opset_version=17, dynamo=False, dynamic_axes={"x": {0: "n"}}, input_names=["x"])
    results["dueling.onnx"] = dueling(x.float())
    torch.onnx.export(dueling, (sample,), folder / "dueling_dynamo.onnx", opset_version=20, dynamo=True, external_data=False)
    forget_origin(folder / "dueling_dynamo.onnx")
    results["dueling_dynamo.onnx"] = dueling(x.float())
    actor = louder(Actor()).eval()
    torch.onnx.export(actor, (sample.permute(0, 2, 3, 1),), folder / "actor.onnx", opset_version=11, dynamo=False)
    results["actor.onnx"] = actor(x.float().permute(0, 2, 3, 1))[1]
    return results


def cleanrl_jax_critic(folder):
    """What flax says with the parameters in the file."""
    import flax.serialization

    _, Network, _ = flax_networks("VALID")
    parts = flax.serialization.msgpack_restore((folder / "cleanrl_jax_ppo.cleanrl_model").read_bytes())["1"]
    body, critic = parts["0"]["params"], parts["2"]["params"]
    return Network(1).apply({"params": body | {"Dense_1": critic["Dense_0"]}}, STATES.astype("float32"))


def critics(folder):
    """An actor-critic whose two halves share nothing, and what the critics of all of them say (values.npz)."""
    import gymnasium
    from gymnasium import spaces
    from stable_baselines3 import A2C, PPO
    from stable_baselines3.common.torch_layers import BaseFeaturesExtractor, NatureCNN

    Narrow, Game = narrow_policy(NatureCNN, BaseFeaturesExtractor, gymnasium, spaces)
    values, results = {}, {}

    def policy_of(algorithm, **policy):
        kwargs = {"features_extractor_class": Narrow, "net_arch": []} | policy
        return algorithm("CnnPolicy", Game(), policy_kwargs=kwargs, n_steps=64)

    for name, algorithm, policy in (("sb3_ppo.zip", PPO, {}), ("sb3_a2c.zip", A2C, {"net_arch": [12]})):
        model = policy_of(algorithm, **policy)
        with zipfile.ZipFile(folder / name) as file:
            model.policy.load_state_dict(torch.load(io.BytesIO(file.read("policy.pth")), weights_only=True))
        values[name] = model.policy.predict_values(x)

    name = "sb3_separate.zip"
    policy = louder(policy_of(A2C, net_arch={"pi": [], "vf": [9]}, share_features_extractor=False).policy)
    state = io.BytesIO()
    torch.save(policy.state_dict(), state)
    with zipfile.ZipFile(folder / name, "w", zipfile.ZIP_DEFLATED) as out:
        out.writestr(zipfile.ZipInfo("data"), "{}")
        out.writestr(zipfile.ZipInfo("policy.pth"), state.getvalue(), zipfile.ZIP_DEFLATED)
    values[name] = policy.predict_values(x)
    features, _ = policy.extract_features(x)
    results[name] = policy.action_net(policy.mlp_extractor.forward_actor(features))

    state = torch.load(folder / "cleanrl_ppo.cleanrl_model", weights_only=True)
    network = nn.Sequential(*convolutions(), nn.Flatten(), nn.Linear(CHANNELS[2] * 49, HIDDEN), nn.ReLU())
    network.load_state_dict({k.removeprefix("network."): v for k, v in state.items() if k.startswith("network.")})
    values["cleanrl_ppo.cleanrl_model"] = network(x / 255.0) @ state["critic.weight"].T + state["critic.bias"]
    values["cleanrl_jax_ppo.cleanrl_model"] = cleanrl_jax_critic(folder)

    import onnx
    from onnx.reference import ReferenceEvaluator

    model = ReferenceEvaluator(onnx.load(folder / "actor.onnx"))
    channels_last = np.transpose(STATES, (0, 2, 3, 1)).astype(np.float32)
    rows = [model.run(None, {model.input_names[0]: state[None]})[0] for state in channels_last]
    values["actor.onnx"] = np.concatenate(rows)

    np.savez_compressed(folder / "values.npz", **{k: np.asarray(v, "<f4") for k, v in values.items()})
    return results


def impala(folder):
    """IMPALA's residual network under CleanRL's names and under those of ports of OpenAI's baselines."""

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

    def sequences():
        return [Sequence(a, b) for a, b in ((4, 3), (3, 4), (4, 4))]

    class CleanRl(nn.Module):
        def __init__(self):
            super().__init__()
            self.network = nn.Sequential(*sequences(), nn.Flatten(), nn.ReLU(), nn.Linear(4 * 121, HIDDEN), nn.ReLU())
            self.actor, self.critic = nn.Linear(HIDDEN, ACTIONS), nn.Linear(HIDDEN, 1)

        def forward(self, x):
            y = self.network(x / 255.0)
            return self.actor(y), self.critic(y)

    class Port(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv_seqs = nn.ModuleList(sequences())
            self.hidden_fc, self.logits_fc, self.value_fc = (
                nn.Linear(4 * 121, HIDDEN), nn.Linear(HIDDEN, ACTIONS), nn.Linear(HIDDEN, 1))

        def forward(self, x):
            x = x / 255.0
            for sequence in self.conv_seqs:
                x = sequence(x)
            y = nn.functional.relu(self.hidden_fc(nn.functional.relu(torch.flatten(x, 1))))
            return self.logits_fc(y), self.value_fc(y)

    values = dict(np.load(folder / "values.npz"))
    results = {}
    for name, network in (("impala.cleanrl_model", louder(CleanRl())), ("impala.pt", louder(Port()))):
        torch.save(network.state_dict(), folder / name)
        results[name], critic = network(x)
        values[name] = np.asarray(critic, "<f4")
    np.savez_compressed(folder / "values.npz", **values)
    return results


SOURCES = {
    "stable_baselines3": stable_baselines3,
    "cleanrl": cleanrl,
    "cleanrl_jax": cleanrl_jax,
    "dopamine": dopamine,
    "dopamine_c51": dopamine_c51,
    "dopamine_tensorflow": dopamine_tensorflow,
    "rllib": rllib,
    "kaixhin": kaixhin,
    "d3rlpy": d3rlpy,
    "tianshou": tianshou,
    "plain": plain,
    "onnx": onnx,
    "critics": critics,
    "impala": impala,
}


def main(folder, *names):
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    table = folder / "expected.npz"
    expected = dict(np.load(table)) if table.exists() else {}
    for name in names or SOURCES:
        torch.manual_seed(sum(name.encode()))
        with torch.no_grad():
            for file, values in SOURCES[name](folder).items():
                expected[file] = np.asarray(values, dtype="<f4")
                print(f"{file:32} {(folder / file).stat().st_size:8}  {expected[file][0].round(3)}")
    np.savez_compressed(table, **expected)


if __name__ == "__main__":
    main(*sys.argv[1:])
