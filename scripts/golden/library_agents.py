"""Still more checkpoints of tests/golden/agents, of networks made by the libraries' own classes: Dopamine's implicit
quantile network in TensorFlow, PFRL's networks, Sample Factory's, RLlib's
RLModules.

As agents.py writes its own, into the same table of outputs. Where a class fixes its widths, the network is the
library's, narrowed by layers of fewer channels in their places. The quantiles are those at the midpoints.

usage: library_agents.py FOLDER [NAME ...]      (packages: requirements-library-agents.txt)
"""

import os
import sys

import agents
import numpy as np
import torch
from agents import ACTIONS, ATOMS, CHANNELS, HIDDEN, STATES, convolutions, louder, x
from torch import nn

MIDPOINTS, COSINES = 32, 16
FLAT = CHANNELS[2] * 49


def dopamine_tf_iqn(folder):
    """Dopamine's ImplicitQuantileNetwork, online and target, as its agent makes and stores them (Keras 2: tf-keras)."""
    import types

    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    # Its modules import these for other classes than the one used here.
    for name in ("baselines", "baselines.common", "gym", "gym.spaces", "gym.wrappers", "gym.wrappers.time_limit"):
        sys.modules.setdefault(name, types.ModuleType(name))
    sys.modules["baselines.common"].atari_wrappers = None
    sys.modules["gym.wrappers.time_limit"].TimeLimit = object
    import tensorflow as tf
    from dopamine.discrete_domains.atari_lib import ImplicitQuantileNetwork

    tf1, layers = tf.compat.v1, tf.keras.layers
    tf1.disable_v2_behavior()
    taus = ((np.arange(MIDPOINTS) + 0.5) / MIDPOINTS).astype("float32")[:, None]
    tf.random.uniform = lambda *_, **__: tf.constant(taus)

    def narrow(name):
        network = ImplicitQuantileNetwork(ACTIONS, COSINES, name=name)
        for layer, channels in zip((network.conv1, network.conv2, network.conv3), (3, 4, 4)):
            layer.filters = channels
        network.dense1.units = HIDDEN
        return network

    random = np.random.default_rng(31)
    with tf1.Graph().as_default(), tf1.Session() as session:
        state = tf1.placeholder(tf.uint8, (1, 84, 84, 4))
        online, target = narrow("Online"), narrow("Target")
        values = tf.reduce_mean(online(state, MIDPOINTS).quantile_values, axis=0)
        online(state, MIDPOINTS)  # the agent does so, too: for acting and for learning
        target(state, MIDPOINTS)
        tf1.get_variable("global_step", initializer=np.int64(250000), trainable=False)
        session.run(tf1.global_variables_initializer())
        for variable in online.trainable_variables:
            session.run(variable.assign(random.normal(0, 0.1, variable.shape)))
        name = "dopamine_tf_iqn"
        tf1.train.Saver().save(session, str(folder / name), write_meta_graph=False, write_state=False)
        rows = [session.run(values, {state: one.transpose(1, 2, 0)[None]}) for one in STATES]
    return {f"{name}.index": np.stack(rows)}


def add_values(folder, values):
    """What the critics say, in the table of agents.py."""
    table = folder / "values.npz"
    known = dict(np.load(table)) | {name: np.asarray(value, "<f4") for name, value in values.items()}
    np.savez_compressed(table, **known)


def pfrl(folder):
    """The networks of PFRL's examples, saved as its agents save them (model.pt)."""
    import pfrl
    from pfrl import nn as pnn
    from pfrl.agents.iqn import CosineBasisLinear, ImplicitQuantileQFunction
    from pfrl.nn.mlp import MLP
    from pfrl.policies import SoftmaxCategoricalHead
    from pfrl.q_functions import (
        DiscreteActionValueHead,
        DistributionalDuelingDQN,
        DistributionalFCStateQFunctionWithDiscreteAction,
        DuelingDQN,
    )

    def body(Cnn, layers, flat):
        network = Cnn(n_output_channels=HIDDEN)
        network.layers = nn.ModuleList(layer for layer in layers if isinstance(layer, nn.Conv2d))
        network.output = nn.Linear(flat, HIDDEN)
        return network

    class SingleSharedBias(nn.Module):
        """From examples/atari/train_dqn_ale.py."""

        def __init__(self):
            super().__init__()
            self.bias = nn.Parameter(torch.zeros([1]))

        def forward(self, x):
            return x + self.bias.expand_as(x)

    def save(name, network):
        torch.save(louder(network).state_dict(), folder / name)
        return network

    inputs, results, values = x / 255.0, {}, {}
    large = lambda: body(pnn.LargeAtariCNN, convolutions(), FLAT)

    network = save("pfrl_dqn.pt", nn.Sequential(large(), nn.Linear(HIDDEN, ACTIONS), DiscreteActionValueHead()))
    results["pfrl_dqn.pt"] = network(inputs).q_values

    small = body(pnn.SmallAtariCNN, convolutions()[:4], CHANNELS[1] * 81)
    head = [nn.Linear(HIDDEN, ACTIONS, bias=False), SingleSharedBias(), DiscreteActionValueHead()]
    network = save("pfrl_small.pt", nn.Sequential(small, *head))
    results["pfrl_small.pt"] = network(inputs).q_values

    c51 = DistributionalFCStateQFunctionWithDiscreteAction(HIDDEN, ACTIONS, ATOMS, -3, 5, 0, 0)
    network = save("pfrl_c51.pt", nn.Sequential(large(), c51))
    results["pfrl_c51.pt"] = network(inputs).q_values

    def narrow(network):
        network.conv_layers = nn.ModuleList(layer for layer in convolutions() if isinstance(layer, nn.Conv2d))
        return network

    network = narrow(DuelingDQN(ACTIONS))
    network.a_stream, network.v_stream = MLP(FLAT, ACTIONS, [HIDDEN]), MLP(FLAT, 1, [HIDDEN])
    results["pfrl_dueling.pt"] = save("pfrl_dueling.pt", network)(inputs).q_values

    network = narrow(DistributionalDuelingDQN(ACTIONS, ATOMS, -10, 10))
    network.main_stream = nn.Linear(FLAT, 2 * HIDDEN)
    network.a_stream, network.v_stream = nn.Linear(HIDDEN, ACTIONS * ATOMS), nn.Linear(HIDDEN, ATOMS)
    pnn.to_factorized_noisy(network, sigma_scale=0.5)
    save("pfrl_rainbow.pt", network)
    for module in network.modules():  # the mean weights
        if isinstance(module, pnn.FactorizedNoisyLinear):
            module.sigma.weight.zero_(), module.sigma.bias.zero_()
    results["pfrl_rainbow.pt"] = network(inputs).q_values

    network = save("pfrl_iqn.pt", ImplicitQuantileQFunction(
        psi=nn.Sequential(*convolutions(), nn.Flatten()),
        phi=nn.Sequential(CosineBasisLinear(COSINES, FLAT), nn.ReLU()),
        f=nn.Sequential(nn.Linear(FLAT, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, ACTIONS)),
    ))
    taus = ((torch.arange(MIDPOINTS) + 0.5) / MIDPOINTS).expand(len(x), MIDPOINTS)
    results["pfrl_iqn.pt"] = network(inputs)(taus).q_values

    for name, layers, flat in (("pfrl_a3c.pt", convolutions()[:4], CHANNELS[1] * 81), ("pfrl_ppo.pt", convolutions(), FLAT)):
        actor = nn.Sequential(nn.Linear(HIDDEN, ACTIONS), SoftmaxCategoricalHead())
        branched = pnn.Branched(actor, nn.Linear(HIDDEN, 1))
        network = save(name, nn.Sequential(*layers, nn.Flatten(), nn.Linear(flat, HIDDEN), nn.ReLU(), branched))
        _, values[name] = network(inputs)
        # The distribution's logits are normalised; the network's own are not.
        results[name] = actor[0](network[:-1](inputs))
    add_values(folder, values)
    return results


def sample_factory(folder):
    """Sample Factory's actor-critic with its Atari settings, saved as its learner does; fewer channels, and in the
    residual one pixels that are not standardised."""
    import gymnasium
    from sample_factory.cfg.arguments import parse_full_cfg, parse_sf_args
    from sample_factory.model.actor_critic import create_actor_critic
    from sample_factory.model.encoder import ConvEncoderImpl, ResBlock
    from sample_factory.model.model_utils import create_mlp
    from sf_examples.atari.atari_params import atari_override_defaults

    results, values = {}, {}
    space = gymnasium.spaces.Dict({"obs": gymnasium.spaces.Box(0, 255, (4, 84, 84), np.uint8)})
    for name, extra in (("sample_factory.pth", []), ("sample_factory_residual.pth", ["residual"])):
        arguments = ["--env=atari_pong", "--experiment=x", f"--encoder_conv_mlp_layers={HIDDEN}"]
        if extra:
            arguments += ["--encoder_conv_architecture=resnet_impala", "--normalize_input=False", "--decoder_mlp_layers", "12"]
        parser, _ = parse_sf_args(argv=arguments)
        atari_override_defaults("atari_pong", parser)
        settings = parse_full_cfg(parser, argv=arguments)
        network = create_actor_critic(settings, space, gymnasium.spaces.Discrete(ACTIONS))
        if not extra:
            a, b, c = CHANNELS
            filters = [[4, a, 8, 4], [a, b, 4, 2], [b, c, 3, 1]]
            network.encoder.encoders["obs"].enc = ConvEncoderImpl((4, 84, 84), filters, [HIDDEN], nn.ReLU())
            # Some pixels never changed in training; squares, so that the file packs well.
            c, h, w = torch.meshgrid(torch.arange(4), torch.arange(84) // 6, torch.arange(84) // 6, indexing="ij")
            statistics = network.obs_normalizer.running_mean_std.running_mean_std["obs"]
            statistics.running_mean.copy_(0.4 + 0.1 * ((c + 2 * h + w) % 3))
            statistics.running_var.copy_(torch.tensor([0.0, 1e-3, 0.02, 0.5])[(c + h + w) % 4])
            statistics.count.fill_(1000)
        else:
            encoder = network.encoder.encoders["obs"]
            layers = []
            for planes, channels in ((4, 3), (3, 4), (4, 4)):
                layers += [nn.Conv2d(planes, channels, 3, padding=1), nn.MaxPool2d(3, 2, padding=1)]
                layers += [ResBlock(settings, channels, channels) for _ in range(2)]
            encoder.conv_head, encoder.conv_head_out_size = nn.Sequential(*layers, nn.ReLU()), 4 * 121
            encoder.mlp_layers = create_mlp([HIDDEN], encoder.conv_head_out_size, nn.ReLU())
        louder(network).eval()
        best = np.mean(np.array([3.0, 4.0]))  # a number of NumPy's, as its runner hands it over
        optimizer = torch.optim.Adam(network.parameters()).state_dict()
        state = {"train_step": 7, "env_steps": 1000, "best_performance": best, "model": network.state_dict(),
                 "optimizer": optimizer, "curr_lr": 1e-4}
        torch.save(state, folder / name)
        normalised = network.normalize_obs({"obs": x})
        outputs = network(normalised, torch.zeros(len(x), 1))
        results[name], values[name] = outputs["action_logits"], outputs["values"][:, None]
        inside = normalised["obs"].abs() < 5
        print(f"{name}: {inside.float().mean():.3f} of the pixels within the limit")
    add_values(folder, values)
    return results


def rllib_module(folder):
    """RLlib's RLModules of PPO and DQN with stacks of its own kernels and strides, fewer channels, as
    save_to_path() writes their state (a pickle called module_state.pt or, in other versions, module_state.pkl)."""
    import dataclasses
    import shutil
    import tempfile
    from pathlib import Path

    import gymnasium
    from ray.rllib.algorithms.dqn.dqn_rainbow_catalog import DQNRainbowCatalog
    from ray.rllib.algorithms.dqn.torch.dqn_rainbow_torch_rl_module import DQNRainbowTorchRLModule
    from ray.rllib.algorithms.ppo.ppo_catalog import PPOCatalog
    from ray.rllib.algorithms.ppo.torch.ppo_torch_rl_module import PPOTorchRLModule
    from ray.rllib.core.rl_module.default_model_config import DefaultModelConfig

    space, actions = gymnasium.spaces.Box(-1, 1, (84, 84, 4), np.float32), gymnasium.spaces.Discrete(ACTIONS)
    images = x.permute(0, 2, 3, 1).float() / 128.0 - 1.0  # its NormalizedImageEnv
    a, b, c = CHANNELS
    stacks = {
        "default": [[a, [8, 8], 4], [b, [4, 4], 2], [c, [11, 11], 1]],
        "nature": [[a, 8, 4], [b, 4, 2], [c, 3, 1]],
        "halves": [[a, 4, 2], [b, 4, 2], [b, 4, 2], [c, 4, 2]],
    }
    results, values = {}, {}

    def settings(stack, **others):
        return dataclasses.asdict(DefaultModelConfig(conv_filters=stacks[stack], **others))

    def save(name, module):
        louder(module)
        with tempfile.TemporaryDirectory() as folder_of_module:
            module.save_to_path(folder_of_module)
            shutil.copyfile(Path(folder_of_module) / "module_state.pt", folder / name)  # a pickle, for all its name
        return module

    for name, stack, others in (
        ("rllib_module_ppo.pkl", "default", {"vf_share_layers": True}),
        ("rllib_module_hidden.pkl", "halves", {"vf_share_layers": True, "head_fcnet_hiddens": [HIDDEN]}),
        ("rllib_module_separate.pkl", "halves", {"vf_share_layers": False, "head_fcnet_hiddens": [HIDDEN]}),
    ):
        module = save(name, PPOTorchRLModule(
            observation_space=space, action_space=actions, model_config=settings(stack, **others), catalog_class=PPOCatalog))
        results[name] = module._forward_inference({"obs": images})["action_dist_inputs"]
        if others["vf_share_layers"]:
            values[name] = module.compute_values({"obs": images})[:, None]
    for name, dueling, noisy in (("rllib_module_dqn.pkl", True, False), ("rllib_module_plain.pkl", False, False), ("rllib_module_noisy.pkl", True, True)):
        others = {"dueling": dueling, "double_q": True, "noisy": noisy, "num_atoms": 1, "v_min": -10, "v_max": 10,
                  "epsilon": [(0, 1.0)], "std_init": 0.1}
        model = settings("nature", head_fcnet_hiddens=[8]) | others
        module = DQNRainbowTorchRLModule(observation_space=space, action_space=actions, model_config=model, catalog_class=DQNRainbowCatalog)
        if not noisy:
            module.make_target_networks()
        module = save(name, module).eval()
        results[name] = module._qf_forward_helper({"obs": images}, module.encoder, {"af": module.af, "vf": module.vf} if dueling else module.af)["qf_preds"]
    add_values(folder, values)
    return results


if __name__ == "__main__":
    agents.SOURCES = {"dopamine_tf_iqn": dopamine_tf_iqn, "pfrl": pfrl, "sample_factory": sample_factory, "rllib_module": rllib_module}
    agents.main(*sys.argv[1:])
