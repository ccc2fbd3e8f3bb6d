"""Networks of libraries whose widths stand in their code, made narrow for golden files: their own classes, with fewer features a layer."""

import jax
import numpy as np


class NarrowLayers:
    """Stands for the module flax.linen in a library's module: its Conv and Dense have `widths[features]` features, where that is said."""

    def __init__(self, linen, widths):
        self._linen, self._widths = linen, widths

    def __getattr__(self, name):
        layer = getattr(self._linen, name)
        if name not in ("Conv", "Dense"):
            return layer
        return lambda features, *arguments, **options: layer(self._widths.get(features, features), *arguments, **options)


def shaken(parameters, seed, by=0.1):
    """The parameters with a little added: no bias is zero, as those of a trained network."""
    random = np.random.default_rng(seed)
    return jax.tree_util.tree_map(lambda a: np.asarray(a) + random.uniform(by / 10, by, a.shape).astype(np.float32), parameters)
