"""The law of the least of several normal scores, in logarithms: how often does a stranger come as close as this?

F(s) = 1 - (1 - Φ((s - 0.5) / sigma)) ^ rotations
"""

import math

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def log_share_under(score: Array, sigma: Array, rotations: Array) -> Array:
    """ln F(score), broadcast over the arguments."""
    z = np.atleast_1d((score - 0.5) / sigma)
    normal = np.array([0.5 * math.erfc(-v / math.sqrt(2)) for v in z.ravel()]).reshape(z.shape)
    share = -np.expm1(rotations * np.log1p(-np.minimum(normal, 1 - 1e-16)))
    return np.asarray(np.log(np.maximum(share, 1e-300)))
