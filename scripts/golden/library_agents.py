"""Still more checkpoints of tests/golden/agents, of networks made by the libraries' own classes: Dopamine's implicit
quantile network in TensorFlow.

As agents.py writes its own, into the same table of outputs. Where a class fixes its widths, the network is the
library's, narrowed by layers of fewer channels in their places. The quantiles are those at the midpoints.

usage: library_agents.py FOLDER [NAME ...]      (packages: requirements-library-agents.txt)
"""

import os
import sys

import agents
import numpy as np
from agents import ACTIONS, CHANNELS, HIDDEN, STATES

MIDPOINTS, COSINES = 32, 16


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


if __name__ == "__main__":
    agents.SOURCES = {"dopamine_tf_iqn": dopamine_tf_iqn}
    agents.main(*sys.argv[1:])
