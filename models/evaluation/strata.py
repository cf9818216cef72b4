"""The same threshold for different kinds of pairs: over time, across sensors, at other pupils, ages and sessions."""

from __future__ import annotations

import datetime
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow
from models.evaluation import metrics
from models.evaluation.comparisons import Comparisons, Labels
from models.evaluation.extraction import Record

_FEW = 12
"""Sensors or sessions beyond so many kinds of pairs are told only as "same" and "different"."""
_DAYS = ((1, "same day"), (31, "up to a month"), (366, "up to a year"), (731, "one to two years"))
_RATIO = (0.05, 0.1, 0.15, 0.25)
_BITS = (600, 900, 1200)
_YEARS = ((7, "under 7"), (13, "7 to 12"), (18, "13 to 17"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Stratum:
    """Pairs of one kind at the threshold of all."""

    name: str
    genuine_pairs: int
    people: int
    missed: int
    fnmr: float | None
    resolved: bool
    """Ten missed pairs or more."""
    genuine_median: float | None
    impostor_pairs: int
    matched: int
    fmr: float | None
    """Wrong matches at that threshold, among strangers of this kind."""


Key = Callable[[NDArray[np.int32], NDArray[np.int32]], NDArray[np.intp]]
"""Numbers of the kinds of pairs of pictures; -1 for a pair of none."""


def build(
    rows: Sequence[ManifestRow],
    records: Sequence[Record],
    labels: Labels,
    genuine: Comparisons,
    impostor: Comparisons,
    threshold: float | None,
) -> dict[str, list[Stratum]]:
    """By subject; only those that the manifest has columns for."""
    if threshold is None:
        return {}
    kinds: dict[str, tuple[list[str], Key] | None] = {
        "pupil": _pupils(records),
        "bits": _bits(records),
        "time": _times(_column(rows, "time")),
        "sensor": _pairs_of(_column(rows, "device")),
        "session": _sameness(_column(rows, "session"), "session"),
        "age": _ages(_column(rows, "age")),
    }
    return {
        subject: told
        for subject, kind in kinds.items()
        if kind is not None and (told := _strata(*kind, labels, genuine, impostor, threshold))
    }


def _strata(
    names: list[str], key: Key, labels: Labels, genuine: Comparisons, impostor: Comparisons, threshold: float
) -> list[Stratum]:
    own, other = key(genuine.first, genuine.second), key(impostor.first, impostor.second)
    found = []
    for number, name in enumerate(names):
        mine, strange = genuine.where(own == number), impostor.where(other == number)
        if not len(mine):
            continue
        count = metrics.missed(mine.scores, threshold)
        matched = int(np.searchsorted(strange.scores, np.float32(threshold), "left"))
        finite = mine.scores[np.isfinite(mine.scores)]
        found.append(
            Stratum(
                name=name,
                genuine_pairs=len(mine),
                people=len(np.unique(labels.person[mine.first])),
                missed=count,
                fnmr=count / len(mine),
                resolved=count >= metrics.ENOUGH,
                genuine_median=float(np.median(finite)) if len(finite) else None,
                impostor_pairs=len(strange),
                matched=matched,
                fmr=matched / len(strange) if len(strange) else None,
            )
        )
    return found


def _column(rows: Sequence[ManifestRow], name: str) -> list[str]:
    return [row.more.get(name, "").strip() for row in rows]


def _pupils(records: Sequence[Record]) -> tuple[list[str], Key]:
    ratio = np.array([r.pupil_ratio if r.template is not None else np.nan for r in records])

    def key(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.intp]:
        apart = np.abs(ratio[first] - ratio[second])
        return np.where(np.isnan(apart), -1, np.searchsorted(_RATIO, np.nan_to_num(apart), "right"))

    edges = (0.0, *_RATIO)
    names = [f"{low:g} to {high:g}" for low, high in itertools.pairwise(edges)]
    return [*names, f"over {_RATIO[-1]:g}"], key


def _bits(records: Sequence[Record]) -> tuple[list[str], Key]:
    """By the fewer valid bits of both pictures' preferred codes: a score that minds them would show it here."""
    bits = np.array([r.valid_bits if r.template is not None else -1 for r in records])

    def key(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.intp]:
        fewer = np.minimum(bits[first], bits[second])
        return np.where(fewer < 0, -1, np.searchsorted(_BITS, fewer, "right"))

    between = [f"{low} to {high - 1}" for low, high in itertools.pairwise(_BITS)]
    return [f"under {_BITS[0]}", *between, f"{_BITS[-1]} and more"], key


def _times(texts: list[str]) -> tuple[list[str], Key] | None:
    days = np.array([_day(text) for text in texts])
    if np.isnan(days).all():
        return None
    limits = [limit for limit, _ in _DAYS]

    def key(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.intp]:
        apart = np.abs(days[first] - days[second])
        return np.where(np.isnan(apart), -1, np.searchsorted(limits, np.nan_to_num(apart), "right"))

    return [*(name for _, name in _DAYS), "over two years"], key


def _day(text: str) -> float:
    """Days since some day; NaN for what is no ISO date or time."""
    try:
        moment = datetime.datetime.fromisoformat(text)
    except ValueError:
        return float("nan")
    aware = moment if moment.tzinfo else moment.replace(tzinfo=datetime.UTC)
    return aware.timestamp() / 86400


def _pairs_of(values: list[str]) -> tuple[list[str], Key] | None:
    """Each two sensors; where there are many, "same" and "different"."""
    names, number = np.unique(values, return_inverse=True)
    if len(names) < 2:
        return None
    if len(names) * (len(names) + 1) // 2 > _FEW:
        return _sameness(values, "sensor")
    known = [[k, j] for k in range(len(names)) for j in range(k, len(names))]
    table = np.full((len(names), len(names)), -1, np.intp)
    for place, (k, j) in enumerate(known):
        table[k, j] = table[j, k] = place
    told = [name or "not told" for name in names]
    return [told[k] if k == j else f"{told[k]} with {told[j]}" for k, j in known], (
        lambda first, second: table[number[first], number[second]]
    )


def _sameness(values: list[str], what: str) -> tuple[list[str], Key] | None:
    _, number = np.unique(values, return_inverse=True)
    told = np.array([bool(value) for value in values])
    if len(np.unique(number)) < 2:
        return None

    def key(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.intp]:
        different = (number[first] != number[second]).astype(np.intp)
        return np.where(told[first] & told[second], different, -1)

    return [f"same {what}", f"different {what}s"], key


def _ages(texts: list[str]) -> tuple[list[str], Key] | None:
    """By the younger of the two pictures' ages in years."""
    ages = np.array([_number(text) for text in texts])
    if np.isnan(ages).all():
        return None
    limits = [limit for limit, _ in _YEARS]

    def key(first: NDArray[np.int32], second: NDArray[np.int32]) -> NDArray[np.intp]:
        younger = np.minimum(ages[first], ages[second])
        return np.where(np.isnan(younger), -1, np.searchsorted(limits, np.nan_to_num(younger), "right"))

    return [*(name for _, name in _YEARS), "18 and over"], key


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return float("nan")
