"""Names as they are looked up: keyed marks of what they sound like, never the names themselves.

The tables that are searched hold these marks and nothing readable, so that names may be kept encrypted without the
look-up being made again. Equal marks still tell that two names sound alike, and how common a name is, to whoever reads
the table; without the key nobody can go from a name to its mark.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from registry.names.rules import MOST_WORDS, asked_words, divisions, runs, without_titles
from registry.names.sounds import sound, words

KEY_BYTES = 32
_BYTES = 8
_LETTERS = "ابپتجچهخدرزژسشقفکگلمنوی"
_LEAST_FOR_SLIPS = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """One part of a searched name. `alike`: the mark of names that sound so; `slips`: of those one letter away."""

    alike: frozenset[int]
    slips: frozenset[int]

    @property
    def near(self) -> frozenset[int]:
        return self.alike | self.slips


@dataclass(frozen=True, slots=True, repr=False)
class NameMarks:
    """Makes marks with the registry's key for names."""

    key: bytes

    def stored(self, name: str) -> frozenset[int]:
        """Every mark under which a name is found: its words, and its neighbouring words as one."""
        found: set[int] = set()
        parts = words(name)[:MOST_WORDS]
        for way in {parts, without_titles(parts)} if parts else ():
            for run in runs(way):
                found.add(self._mark(sound("".join(run))))
        return frozenset(found)

    def asked(self, typed: str) -> list[tuple[Asked, ...]]:
        """The ways to read what was typed: each is a row of parts, all of which a child's names must have."""
        ways = [way for way in divisions(asked_words(typed)) if way]
        runs_asked = {run: self._asked(run) for run in {run for way in ways for run in way}}
        return [tuple(runs_asked[run] for run in way) for way in ways]

    def _asked(self, run: Sequence[str]) -> Asked:
        heard = sound("".join(run))
        return Asked(alike=frozenset({self._mark(heard)}), slips=frozenset(self._mark(one) for one in _slips(heard)))

    def _mark(self, heard: str) -> int:
        digest = hmac.digest(self.key, heard.encode(), "sha256")
        return int.from_bytes(digest[:_BYTES], "big", signed=True)


@lru_cache(maxsize=1024)
def _slips(heard: str) -> frozenset[str]:
    """All that one letter left out, put in, swapped with its neighbour or taken for another makes of a sound."""
    if len(heard) < _LEAST_FOR_SLIPS:
        return frozenset()
    cuts = [(heard[:at], heard[at:]) for at in range(len(heard) + 1)]
    left_out = {a + b[1:] for a, b in cuts if b}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    taken = {a + letter + b[1:] for a, b in cuts if b for letter in _LETTERS}
    put_in = {a + letter + b for a, b in cuts for letter in _LETTERS}
    return frozenset((left_out | swapped | taken | put_in) - {heard, ""})
