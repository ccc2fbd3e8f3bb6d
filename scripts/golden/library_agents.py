"""Still more checkpoints of tests/golden/agents, of networks made by the libraries' own classes: Dopamine's implicit
quantile network in TensorFlow, PFRL's networks.

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
        """Of examples/atari/train_dqn_ale.py."""

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


if __name__ == "__main__":
    agents.SOURCES = {"dopamine_tf_iqn": dopamine_tf_iqn, "pfrl": pfrl}
    agents.main(*sys.argv[1:])
