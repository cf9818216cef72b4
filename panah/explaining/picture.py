"""The small picture of a decision: how often a stranger comes how close, the thresholds, and who was found where.

Strangers are either reckoned (the calibration's law times the trials of this search) or, where the probe's template is
at hand, counted: its own scores against people who are drawn for it.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import numpy as np

from matching.calibration import Calibration
from matching.comparison import score_matrix
from matching.decision import Decision
from matching.population import Crowd
from matching.template import Template

_LOWEST, _HIGHEST, _STEP = 0.0, 0.5, 0.02
_DECADES = 6
_WIDTH = 36
DRAWN = 2000
"""Strangers that a probe is held against."""


@dataclass(frozen=True, slots=True)
class Bin:
    """strangers: how many of them are expected in this search with a score in this bin."""

    low: float
    strangers: float


@dataclass(frozen=True, slots=True)
class Mark:
    score: float
    what: str


@dataclass(frozen=True, slots=True)
class Picture:
    bins: tuple[Bin, ...]
    thresholds: tuple[Mark, ...]
    candidates: tuple[Mark, ...]
    source: str
    """Where the strangers come from, in words."""


def picture_of(
    decision: Decision, *, calibration: Calibration, probe: Template | None = None, seed: int = 0
) -> Picture:
    """probe: the template that was searched for, if it is still there."""
    t, kind = decision.thresholds, decision.facts.kind
    lows = np.arange(_LOWEST, _HIGHEST, _STEP)
    if probe is None:
        under = 10 ** calibration.of(kind).impostors.log10_share_under(np.append(lows, _HIGHEST))
        strangers = np.maximum(np.diff(under), 0) * t.trials
        source = f"strangers by the calibration {calibration.version} (upper bound)"
    else:
        scores = score_matrix([probe], list(Crowd(np.random.default_rng(seed)).people(DRAWN)))[0]
        counted = np.histogram(scores[np.isfinite(scores)], np.append(lows, _HIGHEST))[0]
        strangers = counted / DRAWN * t.trials
        source = f"this probe's own scores against {DRAWN} drawn strangers"
    return Picture(
        bins=tuple(Bin(round(float(low), 3), float(n)) for low, n in zip(lows, strangers, strict=True)),
        thresholds=(Mark(t.known(kind), "known"), Mark(t.review(kind), "review")),
        candidates=tuple(Mark(c.score, str(c.identity)) for c in decision.facts.candidates[:5]),
        source=source,
    )


def in_characters(picture: Picture) -> str:
    """For a terminal: a line a bin, bars by the logarithm of the strangers expected."""
    lines = [f"score       strangers expected in this search (a bar's step: tenfold); {picture.source}"]
    for one in picture.bins:
        high = one.low + _STEP
        bar = "█" * round(_height(one.strangers) * _WIDTH)
        told = [f"◄ {mark.what} {mark.score:.3f}" for mark in picture.thresholds if one.low <= mark.score < high]
        told += [
            f"● record {mark.what} {mark.score:.3f}" for mark in picture.candidates if one.low <= mark.score < high
        ]
        lines.append(f"{one.low:.2f}–{high:.2f} {_count(one.strangers):>8s} {bar} {' '.join(told)}".rstrip())
    return "\n".join(lines)


def in_svg(picture: Picture) -> str:
    """A picture of its own, 640 × 260; nothing is loaded from elsewhere."""
    left, top, wide, high = 50, 20, 560, 170
    parts = [
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 260" font-family="sans-serif" font-size="11">',
        f"<title>{escape(picture.source)}</title>",
        '<rect width="640" height="260" fill="#ffffff"/>',
    ]

    def x(score: float) -> float:
        return left + wide * (score - _LOWEST) / (_HIGHEST - _LOWEST)

    for one in picture.bins:
        tall = high * _height(one.strangers)
        parts.append(
            f'<rect x="{x(one.low):.1f}" y="{top + high - tall:.1f}" width="{wide * _STEP / _HIGHEST - 1:.1f}" '
            f'height="{tall:.1f}" fill="#9aa7b1"/>'
        )
    parts += _axes(x, top + high)
    for k, mark in enumerate(picture.thresholds):
        parts.append(_stroke(x(mark.score), top, top + high, "#b3261e", mark.what, 12 * (k + 1)))
    for k, mark in enumerate(picture.candidates):
        y = top + high - 10 - 14 * k
        parts.append(f'<circle cx="{x(mark.score):.1f}" cy="{y}" r="4" fill="#0b57d0"/>')
        parts.append(f'<text x="{x(mark.score) + 7:.1f}" y="{y + 4}">{escape(mark.what)}</text>')
    parts.append(f'<text x="{left}" y="250">{escape(picture.source)}</text></svg>')
    return "\n".join(parts) + "\n"


def _axes(x: Callable[[float], float], bottom: float) -> list[str]:
    marks = [
        f'<text x="{x(score):.1f}" y="{bottom + 14:.1f}" text-anchor="middle">{score:.1f}</text>'
        for score in (0.0, 0.1, 0.2, 0.3, 0.4, 0.5)
    ]
    line = f'<line x1="{x(0):.1f}" x2="{x(0.5):.1f}" y1="{bottom}" y2="{bottom}" stroke="#444"/>'
    return [line, *marks]


def _stroke(at: float, top: float, bottom: float, colour: str, what: str, down: float) -> str:
    return (
        f'<line x1="{at:.1f}" x2="{at:.1f}" y1="{top}" y2="{bottom}" stroke="{colour}" stroke-dasharray="4 3"/>'
        f'<text x="{at - 4:.1f}" y="{top + down}" text-anchor="end" fill="{colour}">{escape(what)}</text>'
    )


def _height(strangers: float) -> float:
    """0 for one in a million searches and less, 1 for a million strangers."""
    if strangers <= 0:
        return 0.0
    return min(max((math.log10(strangers) + _DECADES) / (2 * _DECADES), 0.0), 1.0)


def _count(strangers: float) -> str:
    return "" if strangers < 1e-9 else f"{strangers:.2g}"
