"""A gallery on disk: a header and blocks, each with a digest. It only makes starting fast; the database is the truth.

    magic "PNHGAL", version u16, then blocks of: length u64, payload, SHA-256 of (header digest, number, payload)

Block 0 is the header (JSON: encoder, seq, counts); then ids and confidences; then rows of the left and of the
right eye, at most BLOCK rows each. The header's digest in every block keeps blocks of two snapshots apart. The
codes are not encrypted here: the file belongs on an encrypted disk, readable by the registry alone.
"""

import hashlib
import json
import os
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from matching.errors import SnapshotDamaged, SnapshotVersionUnknown
from matching.rows import BLOCK
from matching.template import WORDS

VERSION = 1
_MAGIC = b"PNHGAL"
_PREFIX = struct.Struct("<6sH")
_LENGTH = struct.Struct("<Q")
_ROW_BYTES = 8 + 2 * WORDS * 8
_SLOT_BYTES = 8 + 2 * 8
_MAX_PAYLOAD = 1 << 36

Rows = tuple[NDArray[np.int64], NDArray[np.uint64]]
"""Owners, int64 (rows,), and codes with masks, uint64 (rows, 2, 32)."""


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The live slots of a gallery, numbered from 0: ids int64 (slots,), confidence float64 (slots, 2)."""

    encoder: str
    seq: int
    ids: NDArray[np.int64]
    confidence: NDArray[np.float64]
    left: Rows
    right: Rows


def write_snapshot(path: Path, snapshot: Snapshot) -> None:
    """Write beside `path`, sync, then rename over it: a reader finds the old snapshot or the new one, whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            _write(file, snapshot)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_snapshot(path: Path) -> Snapshot:
    """Errors: SnapshotDamaged (with the block), SnapshotVersionUnknown, FileNotFoundError."""
    with path.open("rb") as file:
        prefix = file.read(_PREFIX.size)
        if len(prefix) < _PREFIX.size or prefix[: len(_MAGIC)] != _MAGIC:
            raise SnapshotDamaged(path, 0)
        version = _PREFIX.unpack(prefix)[1]
        if version != VERSION:
            raise SnapshotVersionUnknown(path, version, VERSION)
        return _read(_Blocks(path, file))


def _write(file: BinaryIO, snapshot: Snapshot) -> None:
    file.write(_PREFIX.pack(_MAGIC, VERSION))
    header = {
        "encoder": snapshot.encoder,
        "seq": snapshot.seq,
        "slots": len(snapshot.ids),
        "left": len(snapshot.left[0]),
        "right": len(snapshot.right[0]),
    }
    chain = b""
    for number, payload in enumerate(_payloads(json.dumps(header, sort_keys=True).encode(), snapshot)):
        digest = _digest(chain, number, payload)
        chain = chain or digest
        file.write(_LENGTH.pack(len(payload)))
        file.write(payload)
        file.write(digest)


def _payloads(header: bytes, snapshot: Snapshot) -> Iterator[bytes]:
    yield header
    yield snapshot.ids.astype("<i8").tobytes() + snapshot.confidence.astype("<f8").tobytes()
    for owners, words in (snapshot.left, snapshot.right):
        for start in range(0, len(owners), BLOCK):
            part = slice(start, start + BLOCK)
            yield owners[part].astype("<i8").tobytes() + words[part].astype("<u8").tobytes()


def _digest(chain: bytes, number: int, payload: bytes) -> bytes:
    return hashlib.sha256(chain + _LENGTH.pack(number) + payload).digest()


class _Blocks:
    """Reads one block after the other and refuses the first that does not carry its digest."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path, self._file = path, file
        self._chain, self.number = b"", -1
        self._left = path.stat().st_size

    def next(self, size: int | None = None) -> bytes:
        self.number += 1
        raw = self._file.read(_LENGTH.size)
        length = _LENGTH.unpack(raw)[0] if len(raw) == _LENGTH.size else -1
        if not 0 <= length <= min(self._left, _MAX_PAYLOAD) or (size is not None and length != size):
            raise SnapshotDamaged(self.path, self.number)
        payload, digest = self._file.read(length), self._file.read(32)
        if digest != _digest(self._chain, self.number, payload):
            raise SnapshotDamaged(self.path, self.number)
        self._chain = self._chain or digest
        return payload

    def end(self) -> None:
        if self._file.read(1):
            raise SnapshotDamaged(self.path, self.number + 1)


def _read(blocks: _Blocks) -> Snapshot:
    header = json.loads(blocks.next())
    slots = header["slots"]
    payload = blocks.next(slots * _SLOT_BYTES)
    ids = np.frombuffer(payload, "<i8", slots).astype(np.int64)
    confidence = np.frombuffer(payload, "<f8", offset=slots * 8).astype(np.float64).reshape(slots, 2)
    left, right = _read_rows(blocks, header["left"]), _read_rows(blocks, header["right"])
    blocks.end()
    return Snapshot(header["encoder"], header["seq"], ids, confidence, left, right)


def _read_rows(blocks: _Blocks, count: int) -> Rows:
    owners, words = np.empty(count, np.int64), np.empty((count, 2, WORDS), np.uint64)
    for start in range(0, count, BLOCK):
        size = min(BLOCK, count - start)
        payload = blocks.next(size * _ROW_BYTES)
        owners[start : start + size] = np.frombuffer(payload, "<i8", size)
        words[start : start + size] = np.frombuffer(payload, "<u8", offset=size * 8).reshape(size, 2, WORDS)
    return owners, words
