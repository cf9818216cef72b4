"""The sweep itself: step after step, each of which can be done again and finds the same.

The gallery is read in chunks. Some of them make a panel, which lies in memory; the templates of every chunk from the
panel's first on are searched for in it, each in those before it only, so that a pair is compared once.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Protocol

from matching.calibration.models import Strict
from matching.dispatcher import DISPATCHER
from matching.facts import EyeFact
from matching.gallery import Gallery
from matching.interfaces import Candidate, EyeScore
from matching.sweeping.thresholds import SweepThresholds
from matching.template import Template

Rows = Sequence[tuple[int, Template]]
_MOST = 1000
"""Pairs of one template: whoever is like so many is like nobody."""


class Source(Protocol):
    """The enrolled, always in the same order. A template removed meanwhile is left out."""

    @property
    def chunks(self) -> int: ...

    def read(self, chunk: int) -> Rows:
        """Ids with their templates; 0 is the first chunk."""
        ...


class Pair(Strict):
    """Two templates that came under a threshold."""

    one: int
    other: int
    score: float
    common_bits: int
    left: EyeFact | None
    right: EyeFact | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One chunk against one panel, done."""

    number: int
    """1 for the first."""
    of: int
    searched: int
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How many chunks there are, and how many of them make a panel: steps follow from it."""

    chunks: int
    panel: int

    def steps(self) -> list[tuple[int, int]]:
        """First chunk of the panel, and the chunk searched for in it."""
        firsts = range(0, self.chunks, self.panel)
        return [(first, chunk) for first in firsts for chunk in range(first, self.chunks)]


def run(source: Source, thresholds: SweepThresholds, *, panel: int, seed: int, first: int = 0) -> Iterator[Step]:
    """The steps from `first` on. `panel`: chunks that lie in memory together; `seed`: of the sweep, so that a step done
    again finds what it found. Whoever stores a step with its pairs at once can be killed at any moment.

    Errors: TemplateVersionUnknown for templates of different encoders.
    """
    steps = Layout(source.chunks, panel).steps()
    gallery, filled, begun = Gallery(seed=seed), 0, -1
    for number in range(first, len(steps)):
        start, chunk = steps[number]
        if start != begun:
            gallery, filled, begun = Gallery(seed=seed), start, start
        while filled < min(chunk, start + panel):
            for template_id, template in source.read(filled):
                gallery.add(template_id, template)
            filled += 1
        rows = source.read(chunk)
        inside = chunk < start + panel
        pairs = [pair for row in rows for pair in _pairs_of(gallery, row, thresholds, enrol=inside)]
        filled += inside
        yield Step(number=number + 1, of=len(steps), searched=len(rows), pairs=tuple(pairs))


def _pairs_of(gallery: Gallery, row: tuple[int, Template], thresholds: SweepThresholds, *, enrol: bool) -> list[Pair]:
    template_id, template = row
    found = DISPATCHER.run(lambda: gallery.identify(template, _MOST, thresholds.loosest)) if len(gallery) else []
    if enrol:
        gallery.add(template_id, template)
    return [_pair(template_id, candidate) for candidate in found if thresholds.reached(candidate)]


def _pair(template_id: int, candidate: Candidate) -> Pair:
    one, other = sorted((template_id, candidate.id))
    return Pair(
        one=one, other=other, score=candidate.score, common_bits=candidate.common_bits, left=_eye(candidate.left),
        right=_eye(candidate.right),
    )  # fmt: skip


def _eye(eye: EyeScore | None) -> EyeFact | None:
    return None if eye is None else EyeFact(**asdict(eye))
