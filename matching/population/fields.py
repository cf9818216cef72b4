"""Correlated Gaussian fields over 128 columns × 16 bits, with the correlations that codes and masks were found to have.

A code bit is the sign of a field, and the fifth of the bits that lie nearest to the sign's change are fragile and
masked, as the encoder masks them. Signs that are not near zero hang together more than the field does: a correlation of
bits becomes the field's through `field_correlation`. What was measured on different bits need not fit together; the
nearest spectrum that can exist is taken.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from matching.population.facts import MASK_LAGS, Facts
from matching.template import BITS_PER_COLUMN, COLUMNS

Array = NDArray[np.float64]
Fields = NDArray[np.float32]
"""(fields, 128, 16), unit variance."""

FRAGILE = 0.2
"""Share of bits masked because their field is near the sign's change: the encoder's setting."""
NEAR = NormalDist().inv_cdf(0.5 + FRAGILE / 2)
_SURE_LAGS = 8
_MEND = 60
_ROUND = 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Texture:
    """mixing: complex64 (65, 16, 16), by frequency along the columns; (white, mixed)."""

    mixing: NDArray[np.complex64]

    def draw(self, rng: np.random.Generator, count: int) -> Fields:
        white = np.fft.rfft(rng.standard_normal((count, COLUMNS, BITS_PER_COLUMN), np.float32), axis=1)
        by_frequency = np.ascontiguousarray(white.transpose(1, 0, 2), np.complex64)
        mixed = np.ascontiguousarray((by_frequency @ self.mixing).transpose(1, 0, 2))
        return np.fft.irfft(mixed, n=COLUMNS, axis=1).astype(np.float32)


def code_texture(facts: Facts) -> Texture:
    return _texture(field_correlation(facts.by_lag()))


def mask_texture(facts: Facts, opened: Array) -> Texture:
    """opened: (128, 16), the share in which a bit is not covered (it may be fragile still)."""
    limit = quantile(opened)
    density = np.exp(-(limit**2) / 2) / math.sqrt(2 * math.pi)
    covariance = facts.masks_by_lag() / (1 - FRAGILE) ** 2
    correlation = np.empty_like(covariance)
    for k, lag in enumerate(MASK_LAGS):
        on = np.roll(density, -lag, axis=0), np.roll(limit, -lag, axis=0)
        first = density.T @ on[0] / COLUMNS
        second = (density * limit).T @ (on[0] * on[1]) / COLUMNS
        correlation[k] = tetrachoric(covariance[k], first, second)
    return _texture(_without_fragile(_every_lag(correlation)))


def field_correlation(bits: Array) -> Array:
    """Of the fields whose not fragile signs are so correlated; odd, elementwise."""
    fields, signs = _sign_correlations()
    return np.asarray(np.sign(bits) * np.interp(np.abs(bits), signs, fields))


def quantile(shares: Array) -> Array:
    """The standard normal's."""
    return np.asarray(np.vectorize(NormalDist().inv_cdf)(shares), float)


@lru_cache(maxsize=1)
def _sign_correlations() -> tuple[Array, Array]:
    """Field correlations from 0 to 1, and the mean product of the signs where neither is fragile."""
    at = np.linspace(NEAR, 8, 2001)
    weight = np.exp(-(at**2) / 2)
    fields = np.linspace(0, 1, 81)
    return fields, np.array([*(_signs(float(r), at, weight) for r in fields[:-1]), 1.0])


def _signs(correlation: float, at: Array, weight: Array) -> float:
    spread = math.sqrt(1 - correlation**2)
    alike = _upper((NEAR - correlation * at) / spread) @ weight
    unlike = _upper((NEAR + correlation * at) / spread) @ weight
    return float((alike - unlike) / (alike + unlike))


def _upper(z: Array) -> Array:
    return np.asarray(np.vectorize(math.erfc)(z / math.sqrt(2)), float) / 2


def tetrachoric(covariance: Array, first: Array, second: Array) -> Array:
    """The correlation r with first·r + second·r²/2 = covariance: two terms of the tetrachoric series."""
    half = second / 2
    root = np.sqrt(np.maximum(first**2 + 4 * half * covariance, 0))
    found = 2 * covariance / np.maximum(first + root, 1e-9)
    return np.clip(found, -0.97, 0.97)


def _every_lag(correlation: Array) -> Array:
    """(33, 16, 16) from those of MASK_LAGS, in straight lines."""
    out = np.empty((MASK_LAGS[-1] + 1, BITS_PER_COLUMN, BITS_PER_COLUMN))
    for i, j in np.ndindex(BITS_PER_COLUMN, BITS_PER_COLUMN):
        out[:, i, j] = np.interp(np.arange(len(out)), MASK_LAGS, correlation[:, i, j])
    return out


def _without_fragile(correlation: Array) -> Array:
    """Up to four columns apart the fragile bits hang together too: there the covered ones go on from farther."""
    out = correlation.copy()
    same = np.arange(BITS_PER_COLUMN)
    for lag in range(4):
        out[lag] = correlation[4]
        out[lag][same, same] = 1 - (1 - correlation[4][same, same]) * lag / 4
    return out


def _texture(correlation: Array) -> Texture:
    """correlation: (lags, 16, 16)."""
    wanted = _both_ways(correlation)
    wanted[0][np.diag_indices(BITS_PER_COLUMN)] = 1
    mended = wanted.copy()
    for _ in range(_MEND):
        possible = _possible(mended)
        mended = possible + _ROUND * (wanted - possible)
        mended[0][np.diag_indices(BITS_PER_COLUMN)] = 1
    powers, ways = _spectrum(mended)
    mixing = ways * np.sqrt(powers)[:, None, :]
    variance = np.einsum("fik,fik->i", mixing, mixing.conj()).real / COLUMNS
    scaled = mixing / np.sqrt(variance)[None, :, None]
    half = np.swapaxes(scaled[: COLUMNS // 2 + 1].conj(), 1, 2)
    return Texture(np.ascontiguousarray(half, np.complex64))


def _both_ways(correlation: Array) -> Array:
    """(128, 16, 16), fading out towards the last lag."""
    lags = len(correlation)
    fading = np.ones(lags)
    beyond = np.arange(_SURE_LAGS, lags)
    fading[beyond] = np.cos(np.pi * (beyond - _SURE_LAGS) / (2 * (lags - _SURE_LAGS))) ** 2
    out = np.zeros((COLUMNS, BITS_PER_COLUMN, BITS_PER_COLUMN))
    out[:lags] = correlation * fading[:, None, None]
    out[-lags + 1 :] = np.swapaxes(out[1:lags], 1, 2)[::-1]
    return out


def _spectrum(correlation: Array) -> tuple[Array, NDArray[np.complex128]]:
    spectrum = np.fft.fft(correlation, axis=0)
    powers, ways = np.linalg.eigh((spectrum + np.conj(np.swapaxes(spectrum, 1, 2))) / 2)
    return np.maximum(powers, 0), ways


def _possible(correlation: Array) -> Array:
    powers, ways = _spectrum(correlation)
    product = (ways * powers[:, None, :]) @ np.conj(np.swapaxes(ways, 1, 2))
    return np.fft.ifft(product, axis=0).real
