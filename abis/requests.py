"""A message becomes a request, or is refused with the code that says why. Names are case-sensitive.

What is asked first decides the code where several things are wrong: structure (4), id (14), version (13), requestId
(6), requesttime (9, then 15), and then what the operation itself needs.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NoReturn

from abis.codes import Failure
from abis.errors import Refused

VERSION = "1.1"
MAX_MESSAGE_BYTES = 8 << 20
"""Room for a gallery of some 100,000 reference ids."""
_MAX_ID = 256
_TIME = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?Z", re.ASCII)

Fields = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    id: str
    request_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Insert(Request):
    reference_id: str
    reference_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identify(Request):
    """reference_id goes before reference_url; one of them is there. gallery None: everybody."""

    reference_id: str | None
    reference_url: str | None
    max_results: int | None = None
    target_fpir: int | None = None
    """round(-10 · log10 FPIR): 30 is one in 1,000."""
    gallery: frozenset[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delete(Request):
    reference_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ping(Request):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class PendingJobs(Request):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferenceCount(Request):
    pass


Queued = Insert | Identify | Delete
"""What is served in the order of its coming."""
Immediate = Ping | PendingJobs | ReferenceCount
"""What is answered at once: how many wait could never be asked from the end of the same queue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Echo:
    """What an answer repeats, as far as it could be read."""

    id: str = ""
    request_id: str = ""


def fields_of(message: bytes) -> Fields:
    """The JSON object in a message. Errors: Refused (4)."""
    if len(message) > MAX_MESSAGE_BYTES:
        _malformed(f"{len(message)} bytes, {MAX_MESSAGE_BYTES} are allowed")
    try:
        found = json.loads(message.decode("utf-8-sig"), object_pairs_hook=_unique, parse_constant=_malformed)
    except (ValueError, RecursionError) as exc:
        raise Refused(Failure.INVALID_STRUCTURE, f"not JSON: {type(exc).__name__}") from exc
    if not isinstance(found, dict):
        _malformed("not a JSON object")
    return found


def echo_of(fields: Fields) -> Echo:
    return Echo(id=_echoed(fields.get("id")), request_id=_echoed(fields.get("requestId")))


def read(fields: Fields) -> Queued | Immediate:
    """Errors: Refused, with the code of the first thing that is wrong."""
    name = _text(fields, "id")
    reader = _READERS.get(name or "")
    if name is None or reader is None:
        raise Refused(Failure.INVALID_ID, "no operation of this name")
    if _text(fields, "version") != VERSION:
        raise Refused(Failure.INVALID_VERSION, f"only version {VERSION} is spoken here")
    request_id = _needed(fields, "requestId", Failure.MISSING_REQUEST_ID)
    _check_time(_needed(fields, "requesttime", Failure.MISSING_REQUEST_TIME))
    return reader(name, request_id, fields)


def _insert(name: str, request_id: str, fields: Fields) -> Insert:
    return Insert(
        id=name,
        request_id=request_id,
        reference_id=_reference(fields),
        reference_url=_needed(fields, "referenceURL", Failure.MISSING_REFERENCE_URL),
    )


def _identify(name: str, request_id: str, fields: Fields) -> Identify:
    reference, url = _text(fields, "referenceId"), _text(fields, "referenceURL")
    if reference is None and url is None:
        raise Refused(Failure.MISSING_REFERENCE_ID, "neither referenceId nor referenceURL")
    flags = _object(fields, "flags")
    return Identify(
        id=name,
        request_id=request_id,
        reference_id=None if reference is None else _reference(fields),
        reference_url=url,
        max_results=_number(flags, "maxResults", least=1, most=10**9),
        target_fpir=_number(flags, "targetFPIR", least=0, most=200),
        gallery=_gallery(fields),
    )


def _delete(name: str, request_id: str, fields: Fields) -> Delete:
    return Delete(id=name, request_id=request_id, reference_id=_reference(fields))


_READERS: dict[str, Callable[[str, str, Fields], Queued | Immediate]] = {
    "mosip.abis.insert": _insert,
    "mosip.abis.identify": _identify,
    "mosip.abis.delete": _delete,
    "mosip.abis.ping": lambda name, request_id, _: Ping(id=name, request_id=request_id),
    "mosip.abis.pendingJobs": lambda name, request_id, _: PendingJobs(id=name, request_id=request_id),
    "mosip.abis.referenceCount": lambda name, request_id, _: ReferenceCount(id=name, request_id=request_id),
}
OPERATIONS = tuple(_READERS)


def _gallery(fields: Fields) -> frozenset[str] | None:
    """The ids to search among; None (everybody) for no gallery and, as MOSIP's own mock has it, for an empty one."""
    listed = _object(fields, "gallery").get("referenceIds")
    if listed is None:
        return None
    if not isinstance(listed, list):
        _malformed("gallery.referenceIds is no list")
    return frozenset(_reference(_as_object(entry, "gallery.referenceIds")) for entry in listed) or None


def _reference(fields: Fields) -> str:
    value = _needed(fields, "referenceId", Failure.MISSING_REFERENCE_ID)
    if len(value) > _MAX_ID or not value.isprintable():
        _malformed(f"a referenceId has at most {_MAX_ID} printable characters")
    return value


def _needed(fields: Fields, name: str, missing: Failure) -> str:
    value = _text(fields, name)
    if value is None:
        raise Refused(missing, f"{name} is missing")
    return value


def _text(fields: Fields, name: str) -> str | None:
    """None for what is absent, null or empty."""
    value = fields.get(name)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        _malformed(f"{name} is no text")
    return value


def _number(flags: Fields, name: str, *, least: int, most: int) -> int | None:
    """A count written as text, as MOSIP does, or as a number."""
    value = flags.get(name)
    if value is None or value == "":
        return None
    if isinstance(value, bool) or not isinstance(value, int | str):
        _malformed(f"flags.{name} is no number")
    text = str(value)
    if not re.fullmatch(r"\d{1,10}", text, re.ASCII) or not least <= int(text) <= most:
        _malformed(f"flags.{name} is not between {least} and {most}")
    return int(text)


def _object(fields: Fields, name: str) -> Fields:
    value = fields.get(name)
    return {} if value is None else _as_object(value, name)


def _as_object(value: object, name: str) -> Fields:
    if not isinstance(value, dict):
        _malformed(f"{name} is no object")
    return value


def _check_time(text: str) -> None:
    if not _is_instant(text):
        raise Refused(Failure.INVALID_REQUEST_TIME, "requesttime is no instant like 2020-03-29T07:01:24.692Z")


def _is_instant(text: str) -> bool:
    found = _TIME.fullmatch(text)
    if found is None:
        return False
    try:
        datetime.fromisoformat(found[1])
    except ValueError:  # the 30th of February
        return False
    return True


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _malformed("a name stands twice in one object")
    return found


def _echoed(value: object) -> str:
    return value if isinstance(value, str) and len(value) <= _MAX_ID else ""


def _malformed(detail: str) -> NoReturn:
    raise Refused(Failure.INVALID_STRUCTURE, detail)
