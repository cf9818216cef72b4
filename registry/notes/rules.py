"""Who writes and reads notes and flags, and whom a note calls. Pure.

A note is what its writer says: others answer with a note of their own, and only the writer puts it right, by a new note
that points at the old. A sealed note is there for its writer and the people named for it; nobody else learns of it.
"""

import re
from collections.abc import Collection
from enum import StrEnum

from registry.access.rules import Role
from registry.cases.rules.table import CASEWORK
from registry.children.rules import READS_RECORD

ON_CASES = CASEWORK
ON_CHILDREN = READS_RECORD
READS = ON_CASES | ON_CHILDREN
MOST_CALLED = 20
_CALLED = re.compile(r"(?<![\w.@])@([A-Za-z][A-Za-z0-9._-]{1,63})", re.ASCII)
_STOPS = ".-_"


class Refusal(StrEnum):
    """The catalogue's `notes.<word>` gives the reason."""

    NOT_YOUR_CASE = "not_your_case"
    NOT_YOUR_NOTE = "not_your_note"
    RESOLVED_ALREADY = "resolved_already"
    NOT_SEALED = "not_sealed"
    READERS_OF_AN_OPEN_NOTE = "readers_of_an_open_note"
    NO_SUCH_COLLEAGUE = "no_such_colleague"
    TOO_MANY_CALLED = "too_many_called"
    DATE_PASSED = "date_passed"


def called(text: str) -> tuple[str, ...]:
    """The names after an @, as accounts are named, each once and in order. An address with an @ inside calls nobody,
    nor does a full stop at the end of a sentence belong to a name."""
    found = (match[1].rstrip(_STOPS).lower() for match in _CALLED.finditer(text))
    return tuple(dict.fromkeys(name for name in found if len(name) > 1))


def why_not_write(roles: Collection[Role], account_id: int, *, owner: int | None, called_here: bool) -> Refusal | None:
    """A case manager writes on their own cases, and answers where a colleague has called them; other roles work on all
    of the centre's. As `cases.rules.writing.is_anothers_case`."""
    mine = set(roles) & READS
    anothers = mine == {Role.CASE_MANAGER} and owner is not None and owner != account_id
    return Refusal.NOT_YOUR_CASE if anothers and not called_here else None


def why_not_correct(writer: int, account_id: int) -> Refusal | None:
    return None if writer == account_id else Refusal.NOT_YOUR_NOTE


def why_not_read_by(*, sealed: bool, readers: Collection[int]) -> Refusal | None:
    """An open note has no list of readers: whoever names some means to seal it."""
    return Refusal.READERS_OF_AN_OPEN_NOTE if readers and not sealed else None
