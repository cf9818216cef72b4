"""What may be attached, what a file is, and who reads it. Pure.

A file is what its first bytes say and what opens; its name and what the sender calls it decide nothing, and where they
say something else the file is refused: whoever looks for a picture must not be handed a paper, or worse.
"""

import mimetypes
import re
from collections.abc import Collection
from enum import StrEnum
from urllib.parse import quote

from registry.access.rules import Role
from registry.attachments.media import MOST_BYTES, Media, Refusal
from registry.cases.rules.table import CASEWORK, HEALTH_READERS
from registry.children.rules import READS_RECORD

ON_CASES = CASEWORK
ON_CHILDREN = READS_RECORD
READS = ON_CASES | ON_CHILDREN


class Kind(StrEnum):
    """What a paper is of. There is none for a picture of the child."""

    IDENTITY = "identity"
    COURT = "court"
    HEALTH = "health"
    SCHOOL = "school"
    LETTER_ANSWER = "letter_answer"
    CONSENT = "consent"
    DRAWING = "drawing"
    """The child's own."""
    OTHER = "other"


_STARTS = ((b"\xff\xd8\xff", Media.JPEG), (b"\x89PNG\r\n\x1a\n", Media.PNG), (b"%PDF-", Media.PDF))
_KNOWN = mimetypes.MimeTypes(filenames=())  # the same on every machine: the system's own list is not asked
_NO_CLAIM = frozenset({"", "application/octet-stream"})
_NOT_IN_A_NAME = re.compile(r'[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069<>:"/\\|?*]+')
_LONGEST_NAME = 120


def sniffed(data: bytes) -> Media | None:
    """By its first bytes."""
    return next((media for start, media in _STARTS if data.startswith(start)), None)


def why_not_take(data: bytes, *, name: str, claimed: str) -> Refusal | None:
    """Before anything opens it. `claimed` is the Content-Type that came with it."""
    if not data:
        return Refusal.EMPTY
    if len(data) > MOST_BYTES:
        return Refusal.TOO_LARGE
    media = sniffed(data)
    if media is None:
        return Refusal.NOT_ACCEPTED
    said = (claimed.partition(";")[0].strip().lower(), _KNOWN.guess_type(name.lower())[0] or "")
    lies = any(one not in _NO_CLAIM and not one.startswith(media.family) for one in said)
    return Refusal.NOT_WHAT_IT_SAYS if lies else None


def kept_name(name: str, media: Media) -> str:
    """Without folders and whatever a file system or a reader could trip over, and with the ending of what it is."""
    last = re.split(r"[/\\]", name)[-1]
    stem = last.rpartition(".")[0] if _KNOWN.guess_type(last.lower())[0] else last
    plain = _NOT_IN_A_NAME.sub(" ", stem).strip(" .")[:_LONGEST_NAME].strip(" .")
    return (plain or "attachment") + media.ending


def disposition(attachment_id: int, name: str, media: Media) -> str:
    """Always to be saved, never opened in our own site. Nothing that a person typed stands in it unescaped."""
    return f"attachment; filename=\"attachment-{attachment_id}{media.ending}\"; filename*=UTF-8''{quote(name, safe='')}"


def readers_of(kind: str) -> frozenset[Role]:
    """What is of health is read by those who read the health assessment."""
    return HEALTH_READERS if kind == Kind.HEALTH else READS


def is_sealed(kind: str) -> bool:
    """Whether not everybody who works on the case reads it."""
    return readers_of(kind) != READS


def may_read(kind: str, roles: Collection[Role]) -> bool:
    return bool(readers_of(kind) & frozenset(roles))


def why_not_attach(roles: Collection[Role], account_id: int, *, owner: int | None) -> Refusal | None:
    """A case manager on their own cases, other roles on all of the centre's."""
    mine = frozenset(roles) & READS
    anothers = mine == {Role.CASE_MANAGER} and owner is not None and owner != account_id
    return Refusal.NOT_YOUR_CASE if anothers else None
