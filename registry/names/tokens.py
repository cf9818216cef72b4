"""Names as they are looked up: keyed marks of what they sound like, never the names themselves.

The tables that are searched hold these marks and nothing readable, so that names may be kept encrypted without the
look-up being made again. Equal marks still tell that two names sound alike, and how common a name is, to whoever reads
the table; without the key nobody can go from a name to its mark.
"""

import hmac
from collections.abc import Sequence
from dataclasses import dataclass

from registry.names.rules import asked_words, divisions, kept_runs
from registry.names.slips import slips
from registry.names.sounds import sound

KEY_BYTES = 32
_BYTES = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """One part of a searched name. `alike`: the mark of names that sound so; `slips`: of those one letter away
    that a comparison calls worth a look."""

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
        return frozenset(self._mark(sound("".join(run))) for run in kept_runs(name))

    def asked(self, typed: str) -> list[tuple[Asked, ...]]:
        """The ways to read what was typed: each is a row of parts, all of which a child's names must have."""
        ways = [way for way in divisions(asked_words(typed)) if way]
        runs_asked = {run: self._asked(run) for run in {run for way in ways for run in way}}
        return [tuple(runs_asked[run] for run in way) for way in ways]

    def _asked(self, run: Sequence[str]) -> Asked:
        heard = sound("".join(run))
        return Asked(alike=frozenset({self._mark(heard)}), slips=frozenset(self._mark(one) for one in slips(heard)))

    def _mark(self, heard: str) -> int:
        digest = hmac.digest(self.key, heard.encode(), "sha256")
        return int.from_bytes(digest[:_BYTES], "big", signed=True)
