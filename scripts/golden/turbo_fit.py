"""The coefficients of src/picture/turbo.cpp: Chebyshev polynomials of degree 16 that come within 1 of 255 of the colours
of Turbo as matplotlib has them.

usage: turbo_fit.py      (packages: numpy, matplotlib; prints red, green and blue, lowest degree first)
"""

import matplotlib
import numpy as np
from numpy.polynomial import chebyshev

DEGREE = 16
ROUNDS = 200


def nearly_minimax(x, y):
    """Least squares whose weights grow where the error is large."""
    weights = np.ones_like(y)
    for _ in range(ROUNDS):
        coefficients = chebyshev.chebfit(x, y, DEGREE, w=np.sqrt(weights))
        error = np.abs(chebyshev.chebval(x, coefficients) - y) * 255
        weights *= 0.2 + error
        weights /= weights.mean()
    return np.round(coefficients, 4)


colors = np.asarray(matplotlib.colormaps["turbo"].colors)
x = np.linspace(-1, 1, len(colors))
for channel in range(3):
    coefficients = nearly_minimax(x, colors[:, channel])
    error = np.abs(np.rint(255 * np.clip(chebyshev.chebval(x, coefficients), 0, 1)) - np.rint(255 * colors[:, channel]))
    assert error.max() <= 1, error.max()
    print("{" + ", ".join(f"{value:.4f}" for value in coefficients) + "}")
