"""Simulated irises: codes with the statistics of real ones, as many as a test or a bench wants, from a seed.

A code is the sign of a smooth Gaussian field over 128 columns × 16 bits (8 radii × 2 phases). Two strangers'
fields are independent; the smoothing is chosen so that strangers' scores come close as seldom as real ones do (MMU1
and MMU2, by the default calibration): unmasked codes spread like 290 fair coins. A capture is the same field with
noise of the same smoothness; bits near the field's zero are fragile and masked, and an upper and a lower lid cover
the outer radii over an arc of columns.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from matching.template import BITS_PER_COLUMN, COLUMNS, MAX_CODES_PER_EYE, WORDS, EyeCode, Template

Fields = NDArray[np.float32]
"""(irises, 128, 16), unit variance."""

Value = TypeVar("Value", np.float32, np.bool_)

RADII = 8
_COLUMN_SMOOTHNESS = 2.0
_RADIUS_SMOOTHNESS = 1.1
_CHUNK = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """How well a capture went. `noise`: the distance, 0..0.5, expected of two such captures before masking."""

    noise: float = 0.22
    noise_spread: float = 0.05
    """Standard deviation of `noise` between captures of eyes."""
    fragile: float = 0.15
    """Share of bits masked because the field is near zero there."""
    lids: float = 0.30
    """Mean share of the code that lids cover."""
    turn: int = 3
    """Largest turn of the head, columns either way."""
    failures: float = 0.0
    """Share of captures whose boundary fit went wrong: the code is a stranger's, the confidence is low."""


@dataclass(frozen=True, slots=True, eq=False)
class Codes:
    """Captured codes: words uint64 (captures, 2, 32), confidence float (captures,)."""

    words: NDArray[np.uint64]
    confidence: NDArray[np.float64]

    def eye(self, k: int) -> EyeCode:
        confidence = float(self.confidence[k])
        return EyeCode(self.words[k, 0], self.words[k, 1], quality=confidence, confidence=confidence)


def simulate_irises(rng: np.random.Generator, count: int) -> Fields:
    """Fields of `count` eyes that have nothing in common."""
    white = rng.standard_normal((count, COLUMNS, BITS_PER_COLUMN), np.float32)
    along = np.fft.irfft(np.fft.rfft(white, axis=1) * _response(), n=COLUMNS, axis=1).astype(np.float32)
    phases = along.reshape(count, COLUMNS, RADII, 2)
    across = np.einsum("ncrp,rs->ncsp", phases, _radius_mixing(), optimize=True)
    return np.ascontiguousarray(across.reshape(count, COLUMNS, BITS_PER_COLUMN), np.float32)


def capture(rng: np.random.Generator, irises: Fields, how: Capture, *, turns: NDArray[np.int64] | None = None) -> Codes:
    """One code of every iris; `turns`: columns that each is turned by, drawn if not given."""
    count = len(irises)
    noise = np.clip(rng.normal(how.noise, how.noise_spread, count), 0.01, 0.45)
    failed = rng.random(count) < how.failures
    kept = np.where(failed, 0.0, np.sqrt(np.cos(np.pi * noise))).astype(np.float32)[:, None, None]
    seen = (kept * irises + np.sqrt(1 - kept**2) * simulate_irises(rng, count)).astype(np.float32)
    valid = (np.abs(seen) > _fragile_limit(how.fragile)) & _open(rng, count, how.lids)
    turns = rng.integers(-how.turn, how.turn + 1, count) if turns is None else turns
    seen, valid = _turn(seen, turns), _turn(valid, turns)
    confidence = np.where(failed, rng.uniform(0.05, 0.5, count), np.clip(1.2 - 1.5 * noise, 0.3, 1.0))
    words = np.stack((_pack((seen > 0) & valid), _pack(valid)), axis=1)
    return Codes(words, confidence)


def simulate_templates(
    rng: np.random.Generator, people: int, *, how: Capture, captures: int = 1, codes: int = 1
) -> Iterator[tuple[Template, ...]]:
    """Two-eyed people one after the other: `captures` templates each, of `codes` codes an eye."""
    if not 1 <= codes <= MAX_CODES_PER_EYE:
        raise ValueError(f"1 to {MAX_CODES_PER_EYE} codes an eye, not {codes}")
    for start in range(0, people, _CHUNK):
        size = min(_CHUNK, people - start)
        irises = simulate_irises(rng, 2 * size)
        taken = []
        for _ in range(captures):
            head = np.repeat(rng.integers(-how.turn, how.turn + 1, size), 2)
            taken.append([capture(rng, irises, how, turns=head) for _ in range(codes)])
        for k in range(size):
            yield tuple(_template(shots, 2 * k) for shots in taken)


def degrees_of_freedom(words: NDArray[np.uint64]) -> float:
    """Of unmasked strangers' codes, uint64 (codes, 2, 32): 0.25 over the variance of the distance of neighbours."""
    apart = np.bitwise_count(words[:-1, 0] ^ words[1:, 0]).sum(axis=1, dtype=np.int64) / (COLUMNS * BITS_PER_COLUMN)
    return float(0.25 / np.mean((apart - 0.5) ** 2))


def _template(shots: list[Codes], k: int) -> Template:
    return Template(tuple(s.eye(k) for s in shots), tuple(s.eye(k + 1) for s in shots))


def _response() -> NDArray[np.float32]:
    """Gaussian smoothing along the columns, in frequencies, of unit power."""
    frequency = np.fft.rfftfreq(COLUMNS)
    gain = np.exp(-2 * (np.pi * frequency * _COLUMN_SMOOTHNESS) ** 2)
    full = np.concatenate((gain, gain[1:-1]))
    return np.asarray(gain / np.sqrt(np.mean(full**2)), np.float32)[:, None]


def _radius_mixing() -> NDArray[np.float32]:
    apart = np.arange(RADII)[:, None] - np.arange(RADII)[None, :]
    mixing = np.exp(-0.5 * (apart / _RADIUS_SMOOTHNESS) ** 2)
    return np.asarray(mixing / np.sqrt((mixing**2).sum(axis=0, keepdims=True)), np.float32)


def _turn(fields: NDArray[Value], turns: NDArray[np.int64]) -> NDArray[Value]:
    sources = (np.arange(COLUMNS)[None, :] - turns[:, None]) % COLUMNS
    return np.take_along_axis(fields, sources[:, :, None], axis=1)


def _fragile_limit(share: float) -> float:
    """|x| under which `share` of a unit Gaussian lies, near zero: share / (2·φ(0))."""
    return share * float(np.sqrt(2 * np.pi)) / 2


def _open(rng: np.random.Generator, count: int, lids: float) -> NDArray[np.bool_]:
    """False where a lid covers: two arcs around columns 32 and 96, wider at outer radii."""
    columns = np.arange(COLUMNS)[None, :, None]
    outward = np.linspace(0.2, 1.8, RADII)[None, None, :]
    covered = np.zeros((count, COLUMNS, RADII), bool)
    for middle, share in ((32, 0.65), (96, 0.35)):
        half = rng.gamma(4.0, lids * share * COLUMNS / 8, (count, 1, 1)) * outward
        covered |= np.abs(columns - middle) < half
    return np.repeat(~covered, 2, axis=2)


def _pack(bits: NDArray[np.bool_]) -> NDArray[np.uint64]:
    packed = np.packbits(bits.reshape(len(bits), -1), axis=1, bitorder="little")
    return packed.view(np.uint64).reshape(len(bits), WORDS)
