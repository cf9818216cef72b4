"""What codes are like, in numbers: measured the same way on real codes and on drawn ones.

The real ones' lie beside this file (`real_codes.json`), made by `panah match facts`. They are means over all captures:
no eye and no capture can be told from them.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import FiniteFloat

from matching.calibration.captures import LabelledCapture
from matching.calibration.models import Strict
from matching.comparison import compare_many, score_matrix
from matching.errors import CalibrationInvalid
from matching.interfaces import EyeScore
from matching.rotations import packed
from matching.scoring import DEFAULT_NORMALISATION
from matching.template import BITS, BITS_PER_COLUMN, COLUMNS, EyeCode, Template

Array = NDArray[np.float64]

LAGS = 25
"""Columns apart, from 0, at which bits are compared with each other."""
MASK_LAGS = (0, 2, 4, 8, 12, 16, 24, 32)
"""The same for masks, which change slowly."""
PLACES = 32
"""Stretches of four columns: means by place are kept as fine as this."""
LEVELS = tuple(float(level) for level in np.round(np.linspace(0, 1, 41), 3))
"""Shares at which a distribution is kept."""
REAL_CODES = Path(__file__).with_name("real_codes.json")
_LEAST = 200
_SHRINK = 40


class Facts(Strict):
    """Means and distributions of one eye's codes. Correlations and shares are in thousandths."""

    format: int = 1
    encoder: str
    source: str
    captures: int
    eyes: int
    correlation: tuple[int, ...]
    """(LAGS, 16, 16): of bit i at a column with bit j `lag` columns on, both valid, less the mean at their places."""
    mean: tuple[int, ...]
    """(PLACES, 16): of valid bits, as -1 and 1."""
    valid: tuple[int, ...]
    """(PLACES, 16): the share of captures in which a bit is valid."""
    mask_covariance: tuple[int, ...]
    """(MASK_LAGS, 16, 16): of masks, in ten-thousandths."""
    same_eye_mask: FiniteFloat
    """Covariance of a mask bit in two captures of one eye, at their best rotation."""
    valid_bits: tuple[FiniteFloat, ...]
    """Distributions by LEVELS from here on: valid bits of a capture."""
    unaligned: tuple[FiniteFloat, ...]
    """Raw distance of two strangers at one rotation."""
    strangers: tuple[FiniteFloat, ...]
    """Score of two strangers, the best of all rotations."""
    own_distance: tuple[FiniteFloat, ...]
    """Raw distance of two captures of one eye at their best rotation."""
    own: tuple[FiniteFloat, ...]
    own_bits: tuple[FiniteFloat, ...]
    """Common valid bits of two captures of one eye."""
    confidence: tuple[FiniteFloat, ...]

    def by_lag(self) -> Array:
        return np.array(self.correlation, float).reshape(LAGS, BITS_PER_COLUMN, BITS_PER_COLUMN) / 1000

    def masks_by_lag(self) -> Array:
        """(MASK_LAGS, 16, 16)."""
        return np.array(self.mask_covariance, float).reshape(-1, BITS_PER_COLUMN, BITS_PER_COLUMN) / 10_000


@lru_cache(maxsize=1)
def real_codes() -> Facts:
    """Of the two public sets of real irises; how they were made stands in `source`."""
    return Facts.model_validate_json(REAL_CODES.read_text(encoding="utf-8"))


def write(facts: Facts, path: Path) -> None:
    """One line a quantity, so that a change can be read."""
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in facts.model_dump().items()]
    path.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


def measure(captures: Sequence[LabelledCapture], *, source: str) -> Facts:
    """captures: of one eye each, one code of it counts. Errors: CalibrationInvalid for too few."""
    looked = _Looked.at(captures)
    unaligned, strangers = _strangers(looked)
    own = _own(looked)
    return Facts(
        encoder=captures[0].template.encoder,
        source=source,
        captures=len(captures),
        eyes=len(set(looked.eyes)),
        correlation=_whole(looked.correlation() * 1000),
        mean=_whole(looked.mean * 1000),
        valid=_whole(looked.valid * 1000),
        mask_covariance=_whole(looked.mask_covariance() * 10_000),
        same_eye_mask=round(float(np.mean([looked.shared_mask(pair) for pair in own])), 4),
        valid_bits=_levels(looked.masks.sum(axis=(1, 2))),
        unaligned=_levels(unaligned),
        strangers=_levels(strangers),
        own_distance=_levels([pair.found.distance for pair in own]),
        own=_levels([pair.found.score for pair in own]),
        own_bits=_levels([pair.found.common_bits for pair in own]),
        confidence=_levels([code.confidence for code in looked.codes]),
    )


@dataclass(frozen=True, slots=True, eq=False)
class _Pair:
    first: int
    second: int
    found: EyeScore


@dataclass(frozen=True, slots=True, eq=False)
class _Looked:
    """bits, masks: bool (captures, 128, 16); mean, valid: (PLACES, 16); eyes, people: one name a capture."""

    codes: list[EyeCode]
    templates: list[Template]
    bits: NDArray[np.bool_]
    masks: NDArray[np.bool_]
    mean: Array
    valid: Array
    eyes: list[str]
    people: list[str]

    @classmethod
    def at(cls, captures: Sequence[LabelledCapture]) -> "_Looked":
        codes = [(c.template.left or c.template.right)[0] for c in captures]
        sides = ["left" if c.template.left else "right" for c in captures]
        eyes = [f"{c.person} {side}" for c, side in zip(captures, sides, strict=True)]
        if len(set(eyes)) < _LEAST // 2 or len(captures) < _LEAST:
            raise CalibrationInvalid(f"{len(captures)} captures of {len(set(eyes))} eyes; {_LEAST} are the least")
        words = packed(tuple(codes)).view(np.uint8)
        unpacked = np.unpackbits(words, axis=-1, bitorder="little").astype(bool)
        bits, masks = (unpacked[:, k].reshape(len(codes), COLUMNS, BITS_PER_COLUMN) for k in (0, 1))
        counted = masks.sum(axis=0).reshape(PLACES, -1, BITS_PER_COLUMN).sum(axis=1)
        signed = np.where(masks, np.where(bits, 1.0, -1.0), 0.0)
        mean = signed.sum(axis=0).reshape(PLACES, -1, BITS_PER_COLUMN).sum(axis=1) / (counted + _SHRINK)
        valid = counted / (len(codes) * COLUMNS / PLACES)
        left = [Template(left=(code,), encoder=c.template.encoder) for code, c in zip(codes, captures, strict=True)]
        return cls(codes, left, bits, masks, mean, valid, eyes, [c.person for c in captures])

    def correlation(self) -> Array:
        mean = np.repeat(self.mean, COLUMNS // PLACES, axis=0)
        told = np.where(self.masks, (np.where(self.bits, 1.0, -1.0) - mean) / np.sqrt(1 - mean**2), 0.0)
        return (_by_lag(told) / np.maximum(_by_lag(self.masks.astype(float)), 1))[:LAGS]

    def mask_covariance(self) -> Array:
        found = _by_lag(self.masks - self._expected()) / (len(self.masks) * COLUMNS)
        return found[list(MASK_LAGS)]

    def shared_mask(self, pair: _Pair) -> float:
        expected = self._expected()
        first = np.roll(self.masks[pair.first] - expected, pair.found.rotation, axis=0)
        return float(np.mean(first * (self.masks[pair.second] - expected)))

    def _expected(self) -> Array:
        return np.repeat(self.valid, COLUMNS // PLACES, axis=0)


def _by_lag(signals: Array) -> Array:
    """Sums over captures and columns of bit i times bit j `lag` columns on: (128, 16, 16)."""
    there = np.fft.rfft(signals, axis=1).transpose(1, 2, 0)
    spectrum = there.conj() @ there.transpose(0, 2, 1)
    return np.fft.irfft(spectrum, n=COLUMNS, axis=0)


def _strangers(looked: _Looked) -> tuple[Array, Array]:
    """Raw distances at one rotation, and scores of searches."""
    people = np.array(looked.people)
    apart = people[:, None] < people[None, :]
    signed = np.where(looked.masks, np.where(looked.bits, 1, -1), 0).reshape(-1, BITS).astype(np.float32)
    masks = looked.masks.reshape(-1, BITS).astype(np.float32)
    common = (masks @ masks.T)[apart]
    enough = common >= DEFAULT_NORMALISATION.floor
    distance = 0.5 - 0.5 * (signed @ signed.T)[apart][enough] / common[enough]
    scores = score_matrix(looked.templates).astype(float)[apart]
    return distance.astype(float), scores[np.isfinite(scores)]


def _own(looked: _Looked) -> list[_Pair]:
    by_eye: dict[str, list[int]] = {}
    for k, eye in enumerate(looked.eyes):
        by_eye.setdefault(eye, []).append(k)
    return [
        _Pair(k, candidate.id, candidate.left)
        for mine in by_eye.values()
        for place, k in enumerate(mine)
        for candidate in compare_many(looked.templates[k], [(m, looked.templates[m]) for m in mine[place + 1 :]])
        if candidate.left is not None
    ]


def _levels(values: Sequence[float] | NDArray[np.generic]) -> tuple[float, ...]:
    found = np.quantile(np.asarray(values, float), LEVELS)
    return tuple(float(np.round(v, 4)) for v in found)


def _whole(values: Array) -> tuple[int, ...]:
    return tuple(int(v) for v in np.rint(values).ravel())
