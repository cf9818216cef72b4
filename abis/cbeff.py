"""CBEFF XML (ISO/IEC 19785-3, MOSIP's profile) → the iris records in it.

Read with expat as a stream. A document type declaration is refused, so there are no entities to expand or to fetch.
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from xml.parsers import expat

from abis.codes import Failure
from abis.errors import Refused
from matching.template import Eye

_MAX_DEPTH = 32
_KEPT = {("BDBInfo", "Type"), ("BDBInfo", "Subtype"), ("BDB",)}
_SIDES: dict[str, Eye] = {"left": "left", "right": "right"}
_SPACE = re.compile(rb"\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class IrisBlock:
    """One BIR of type Iris: its side by the Subtype, None where that names none or both, and its ISO record."""

    eye: Eye | None
    record: bytes


@dataclass(slots=True)
class _Bir:
    """Of each wanted element the pieces of its text, as expat hands them out."""

    texts: dict[tuple[str, ...], list[list[str]]] = field(default_factory=dict)

    def text(self, *path: str) -> str:
        """The texts of all elements of this path, a space between them."""
        return " ".join("".join(pieces) for pieces in self.texts.get(path, []))


def iris_blocks(document: bytes) -> tuple[IrisBlock, ...]:
    """The iris records that hold data, in the document's order.

    Errors: Refused, 16 for what is no CBEFF XML and 11 for CBEFF without an iris that has data.
    """
    birs = _Reader().read(document)
    irises = [bir for bir in birs if "iris" in bir.text("BDBInfo", "Type").lower().split()]
    blocks = [IrisBlock(eye=_eye(bir), record=record) for bir in irises if (record := _record(bir))]
    if not blocks:
        raise Refused(Failure.NO_DATA, f"{len(birs)} records, none of an iris with data")
    return tuple(blocks)


def _eye(bir: _Bir) -> Eye | None:
    named = {_SIDES[word] for word in bir.text("BDBInfo", "Subtype").lower().split() if word in _SIDES}
    return named.pop() if len(named) == 1 else None


def _record(bir: _Bir) -> bytes:
    """Base64 of either alphabet, with or without padding and line ends; empty for an eye that was excepted."""
    text = _SPACE.sub(b"", bir.text("BDB").encode("utf-8")).rstrip(b"=")
    try:
        return base64.b64decode(text.translate(_STANDARD) + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as exc:
        raise Refused(Failure.INVALID_CBEFF, "a BDB is not base64") from exc


_STANDARD = bytes.maketrans(b"-_", b"+/")


class _Reader:
    """Collects the wanted texts of each innermost BIR."""

    def __init__(self) -> None:
        self._path: list[str] = []
        self._open: list[_Bir] = []
        self._done: list[_Bir] = []

    def read(self, document: bytes) -> list[_Bir]:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        parser.StartDoctypeDeclHandler = self._doctype
        try:
            parser.Parse(document, True)
        except (expat.ExpatError, ValueError, LookupError) as exc:
            raise Refused(Failure.INVALID_CBEFF, f"not XML: {exc}") from exc
        return self._done

    def _start(self, name: str, _attributes: dict[str, str]) -> None:
        local = name.rpartition(" ")[2]
        if not self._path and local != "BIR":
            raise Refused(Failure.INVALID_CBEFF, "the document's root is no BIR")
        if len(self._path) >= _MAX_DEPTH:
            raise Refused(Failure.INVALID_CBEFF, "nested too deep")
        self._path.append(local)
        if local == "BIR":
            self._open.append(_Bir())
        elif (within := self._within()) in _KEPT:
            self._open[-1].texts.setdefault(within, []).append([])

    def _text(self, text: str) -> None:
        texts = self._open[-1].texts.get(self._within()) if self._open else None
        if texts:
            texts[-1].append(text)

    def _end(self, _name: str) -> None:
        if self._path.pop() == "BIR":
            bir = self._open.pop()
            if bir.texts:
                self._done.append(bir)

    def _within(self) -> tuple[str, ...]:
        """The path from the innermost BIR down."""
        start = len(self._path) - self._path[::-1].index("BIR")
        return tuple(self._path[start:])

    def _doctype(self, *_declared: object) -> None:
        raise Refused(Failure.INVALID_CBEFF, "a document type declaration is not accepted")
