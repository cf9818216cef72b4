"""Recall and precision of name comparison on the committed pairs of each language.

Half of the pairs ("tuned") were looked at while the rules were written; the other half ("held out") was not. Which
half a pair is in follows from a hash of it. Both are printed: the second is what to expect elsewhere.
"""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from registry.names.rules import Grade, covers, grade
from registry.names.tokens import KEY_BYTES, NameMarks

LANGUAGES = {"fa": "Persian", "prs": "Dari", "ps": "Pashto", "ar": "Arabic", "ur": "Urdu"}
PAIRS = Path(__file__).parent / "pairs"


@dataclass(frozen=True, slots=True)
class Pair:
    one: str
    other: str
    same: bool

    @property
    def held_out(self) -> bool:
        return hashlib.sha256(f"{self.one}\0{self.other}".encode()).digest()[0] % 2 == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Counts at one grade: what was called alike, rightly and wrongly."""

    same: int
    different: int
    found: int
    wrongly: int

    @property
    def recall(self) -> float:
        return self.found / self.same

    @property
    def precision(self) -> float:
        called = self.found + self.wrongly
        return self.found / called if called else 1.0


def pairs(language: str) -> tuple[Pair, ...]:
    """The committed pairs, in the file's order: the first spelling with each other, every two of the different."""
    return tuple(_read((PAIRS / f"{language}.txt").read_text(encoding="utf-8")))


def _read(text: str) -> Iterator[Pair]:
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        if "!=" in line:
            names = [name.strip() for name in line.split("!=")]
            yield from (Pair(one, other, same=False) for one, other in combinations(names, 2))
        else:
            first, *others = [name.strip() for name in line.split("|")]
            yield from (Pair(first, other, same=True) for other in others)


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    same: Figures
    """Called one name."""
    near: Figures
    """Called one name, or worth a look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    tuned: Half
    held_out: Half
    reached: float
    """The share of spellings that a search finds: their marks bring them, and a comparison does not drop them again."""


def evaluate(language: str) -> Evaluation:
    of = pairs(language)
    spellings = [pair for pair in of if pair.same]
    marks = NameMarks(bytes(KEY_BYTES))
    return Evaluation(
        tuned=_half([pair for pair in of if not pair.held_out]),
        held_out=_half([pair for pair in of if pair.held_out]),
        reached=sum(_reached(pair, marks) for pair in spellings) / len(spellings),
    )


def _half(of: Sequence[Pair]) -> Half:
    grades = [(pair, grade(pair.one, pair.other)) for pair in of]
    return Half(same=_figures(grades, Grade.SAME), near=_figures(grades, Grade.NEAR))


def _figures(grades: Sequence[tuple[Pair, Grade]], least: Grade) -> Figures:
    return Figures(
        same=sum(pair.same for pair, _ in grades),
        different=sum(not pair.same for pair, _ in grades),
        found=sum(pair.same and found >= least for pair, found in grades),
        wrongly=sum(not pair.same and found >= least for pair, found in grades),
    )


def _reached(pair: Pair, marks: NameMarks) -> bool:
    stored = marks.stored(pair.one)
    brought = any(all(stored & part.near for part in way) for way in marks.asked(pair.other))
    return brought and covers(pair.other, [pair.one]) > Grade.OTHER
