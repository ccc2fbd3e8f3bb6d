"""Files of tests/golden/agents as Keras itself saves them, of narrow networks, and HDF5 files of every kind that the reader knows.
What the networks say is in keras.npz, what the HDF5 files hold in hdf5.npz.

usage: keras_agents.py FOLDER      (packages: requirements-keras-agents.txt)
"""

import gzip
import os
import sys
from pathlib import Path

os.environ["KERAS_BACKEND"], os.environ["JAX_PLATFORMS"] = "jax", "cpu"

import h5py
import keras
import numpy as np
from keras import layers, ops

ACTIONS = 6
STATES = np.load(Path(__file__).resolve().parents[2] / "tests/golden/checkpoints/known_input.npz")["x"]
LAST = np.ascontiguousarray(STATES.transpose(0, 2, 3, 1)).astype(np.float32)
NARROW = ((2, 8, 4), (2, 4, 2), (3, 3, 1))


def inputs(*shape):
    return keras.Input(shape or (84, 84, 4))


def shaken(model, seed):
    """Weights that no initialiser makes: biases and running averages are not their defaults."""
    random = np.random.default_rng(seed)
    model.set_weights([w + random.uniform(0.01, 0.1, w.shape).astype(np.float32) for w in model.get_weights()])
    return model


def nature(x, activation="relu", name=None):
    for filters, kernel, stride in NARROW:
        x = layers.Conv2D(filters, kernel, strides=stride, activation=activation)(x)
    return layers.Dense(5, activation=activation, name=name)(layers.Flatten()(x))


def functional():
    """The head is made first, so that the user's names and the file's differ."""
    head = layers.Dense(ACTIONS, name="dense")
    i = inputs()
    return keras.Model(i, head(nature(layers.Rescaling(1 / 255)(i), name="dense_1")))


def sequential():
    convolutions = [layers.Conv2D(f, k, strides=s, padding="same", activation="relu") for f, k, s in NARROW]
    return keras.Sequential([inputs(), *convolutions, layers.Flatten(), layers.Dense(8, activation="elu"), layers.Dense(ACTIONS)])


def dueling():
    i = inputs()
    x = nature(i / 255.0)
    value, advantages = layers.Dense(1)(x), layers.Dense(ACTIONS)(x)
    return keras.Model(i, value + advantages - ops.mean(advantages, axis=1, keepdims=True))


def actor_critic():
    i = inputs(4, 84, 84)
    x = nature(layers.Rescaling(1 / 127.5, offset=-1)(layers.Permute((2, 3, 1))(i)), activation="tanh")
    return keras.Model(i, [layers.Dense(ACTIONS, name="logits")(x), layers.Dense(1, name="value")(x)])


def kinds():
    i = inputs()
    x = layers.Rescaling(1 / 255)(i)
    x = layers.BatchNormalization()(layers.Conv2D(3, 8, strides=4, use_bias=False)(x))
    x = layers.MaxPooling2D(2, padding="same")(layers.LeakyReLU(0.1)(x))
    x = layers.AveragePooling2D(3, strides=2)(layers.Activation("silu")(layers.Conv2D(4, 3, padding="same")(x)))
    x = layers.Concatenate()([layers.Dense(8)(layers.Flatten()(x)), layers.GlobalMaxPooling2D()(x)])
    x = layers.LayerNormalization()(layers.Dense(8)(layers.Dropout(0.5)(x)))
    y = layers.BatchNormalization(scale=False)(layers.Dense(8, activation="gelu")(x))
    x = layers.Concatenate()([layers.Add()([x, y]), y])
    return keras.Model(i, layers.Dense(ACTIONS, activation="softmax")(x))


def example():
    """The network of keras.io's "Deep Q-Learning for Atari Breakout"."""
    convolutions = [layers.Conv2D(f, k, strides=s, activation="relu") for f, k, s in NARROW]
    turn = layers.Lambda(lambda t: ops.transpose(t, [0, 2, 3, 1]), output_shape=(84, 84, 4))
    return keras.Sequential([inputs(4, 84, 84), turn, *convolutions, layers.Flatten(), layers.Dense(8, activation="relu"), layers.Dense(ACTIONS)])


def pack(file):
    """HDF5 leaves much room between its parts."""
    file.write_bytes(gzip.compress(file.read_bytes(), mtime=0))


def networks(folder):
    made = {"keras_functional.keras": (functional, LAST), "keras_functional.h5": (functional, LAST), "keras_sequential.h5": (sequential, LAST), "keras_dueling.keras": (dueling, LAST), "keras_kinds.keras": (kinds, LAST),
            "keras_actor_critic.keras": (actor_critic, STATES.astype(np.float32)),
            "keras_example.keras": (example, STATES.astype(np.float32)), "keras_nature.weights.h5": (functional, LAST)}
    said = {}
    for seed, (name, (make, states)) in enumerate(made.items()):
        keras.backend.clear_session()
        model = shaken(make(), seed)
        (model.save_weights if ".weights" in name else model.save)(folder / name)
        if name != "keras_functional.keras":
            pack(folder / name)
        output = model(states)
        said[name] = np.asarray(output[0] if isinstance(output, list) else output)
        if isinstance(output, list):
            said[name + " value"] = np.asarray(output[1])
    np.savez_compressed(folder / "keras.npz", **said)


def hdf5_files(folder):
    random = np.random.default_rng(3)
    arrays = {"float32": random.normal(size=(5, 7)).astype(np.float32), "float16": random.normal(size=(9,)).astype(np.float16),
              "float64": random.normal(size=(2, 3, 4)), "packed": random.integers(0, 4, (33, 21)).astype(np.float32),
              "chunks": random.normal(size=(10, 5, 3)).astype(np.float32), "compact": random.normal(size=(6,)).astype(np.float32)}
    for name, version in (("earliest", "earliest"), ("v108", "v108"), ("latest", "latest")):
        with h5py.File(folder / f"hdf5_{name}.h5", "w", libver=version) as file:
            file.attrs["note"] = "a text"
            for key in ("float32", "float16", "float64"):
                file[f"plain/{key}"] = arrays[key]
            packed = file.create_group("packed")
            packed.create_dataset("one", data=arrays["packed"], chunks=(33, 21), compression="gzip", shuffle=True)
            packed.create_dataset("several", data=arrays["packed"], chunks=(8, 8), compression="gzip", shuffle=True)
            packed.create_dataset("unpacked", data=arrays["chunks"], chunks=(4, 2, 3))
            properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
            properties.set_layout(h5py.h5d.COMPACT)
            space = h5py.h5s.create_simple(arrays["compact"].shape)
            h5py.h5d.create(file.id, b"compact", h5py.h5t.IEEE_F32LE, space, properties).write(space, space, arrays["compact"])
            file["whole"] = np.arange(3)
            for i in range(60 if version == "earliest" else 7):
                file[f"many/array_{i}"] = np.full(2, i, np.float32)
        pack(folder / f"hdf5_{name}.h5")
    np.savez_compressed(folder / "hdf5.npz", **{key: array.astype(np.float32) if key == "float16" else array for key, array in arrays.items()})


if __name__ == "__main__":
    networks(Path(sys.argv[1]))
    hdf5_files(Path(sys.argv[1]))
