"""A gallery on disk: a prefix and sealed blocks. It only makes starting fast; the database is the truth.

    magic "PNHGAL", version u16, sealed u16, file id 16 bytes, then blocks of: length u64, AES-256-GCM of the payload

Block 0 is the header (JSON: encoder, seq, name, counts), block 1 ids and confidences; then, by eye, the order of the
bits, the number of codes of each slot, and the codes, at most BLOCK rows a block. Every file has a key of its own
(HKDF-SHA256 of the key given, with the file's id), so the block's number can be the nonce; prefix and number are
authenticated with each block, so blocks cannot be moved, left out or taken from another snapshot. One that is cut at
a block's end lacks rows that the header counts.

Without a key the file's key comes from its id alone: damage is noticed, but whoever has the file can read it and
make another. With a key, an open file is refused.
"""

import json
import os
import struct
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from matching.errors import SnapshotDamaged, SnapshotKeyWrong, SnapshotVersionUnknown
from matching.template import BITS, WORDS

VERSION = 3
BLOCK = 8192
"""Rows a block: 4 MB of codes and masks."""
KEY_BYTES = 32
_MAGIC = b"PNHGAL"
_PREFIX = struct.Struct("<6sHH16s")
_LENGTH = struct.Struct("<Q")
_TAG = 16
_MAX_HEADER = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class SavedRows:
    """The codes of one eye.

    order: uint16 (2048,), the permutation of their bits; counts: int8 (slots,), how many each slot has; words: uint64
    (rows, 2, 32), in the order of the slots.
    """

    order: NDArray[np.uint16]
    counts: NDArray[np.int8]
    words: NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """The live slots of a gallery, numbered from 0: ids int64 (slots,), confidence float64 (slots, 2)."""

    encoder: str
    seq: int
    ids: NDArray[np.int64]
    confidence: NDArray[np.float64]
    left: SavedRows
    right: SavedRows
    name: str = ""
    """Whose gallery it is, for a reader that has several."""


def write_snapshot(path: Path, snapshot: Snapshot, *, key: bytes | None = None) -> None:
    """Write beside `path`, sync, then rename over it: a reader finds the old snapshot or the new one, whole.

    `key`: 32 bytes; None leaves the codes readable by whoever has the file. Errors: ValueError for another length.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            _write(file, snapshot, key)
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


def read_snapshot(path: Path, *, key: bytes | None = None) -> Snapshot:
    """Errors: SnapshotDamaged (with the block), SnapshotKeyWrong, SnapshotVersionUnknown, FileNotFoundError."""
    with path.open("rb") as file:
        prefix = file.read(_PREFIX.size)
        if len(prefix) < _PREFIX.size or prefix[: len(_MAGIC)] != _MAGIC:
            raise SnapshotDamaged(path, 0)
        version, sealed = _PREFIX.unpack(prefix)[1:3]
        if version != VERSION:
            raise SnapshotVersionUnknown(path, version, VERSION)
        if sealed != (key is not None):
            raise SnapshotKeyWrong(path)
        return _read(_Blocks(path, file, _Seal(prefix, key)), sealed=bool(sealed))


class _Seal:
    """The file's own key, and what is authenticated beside each block."""

    def __init__(self, prefix: bytes, key: bytes | None) -> None:
        if key is not None and len(key) != KEY_BYTES:
            raise ValueError(f"a snapshot's key has {KEY_BYTES} bytes, not {len(key)}")
        derived = HKDF(SHA256(), KEY_BYTES, salt=prefix[-16:], info=b"panah gallery snapshot").derive(key or b"open")
        self.cipher, self._prefix = AESGCM(derived), prefix

    def of(self, number: int) -> tuple[bytes, bytes]:
        """Nonce and additional data of block `number`."""
        return number.to_bytes(12, "big"), self._prefix + number.to_bytes(8, "big")


def _write(file: BinaryIO, snapshot: Snapshot, key: bytes | None) -> None:
    prefix = _PREFIX.pack(_MAGIC, VERSION, key is not None, os.urandom(16))
    seal = _Seal(prefix, key)
    file.write(prefix)
    for number, payload in enumerate(_payloads(snapshot)):
        nonce, beside = seal.of(number)
        file.write(_LENGTH.pack(len(payload)))
        file.write(seal.cipher.encrypt(nonce, payload, beside))


def _payloads(snapshot: Snapshot) -> Iterator[bytes]:
    header = {
        "encoder": snapshot.encoder,
        "seq": snapshot.seq,
        "name": snapshot.name,
        "slots": len(snapshot.ids),
        "left": len(snapshot.left.words),
        "right": len(snapshot.right.words),
    }
    yield json.dumps(header, sort_keys=True).encode()
    yield snapshot.ids.astype("<i8").tobytes() + snapshot.confidence.astype("<f8").tobytes()
    for rows in (snapshot.left, snapshot.right):
        yield from _rows_payloads(rows)


def _rows_payloads(rows: SavedRows) -> Iterator[bytes]:
    yield rows.order.astype("<u2").tobytes()
    yield rows.counts.astype("<i1").tobytes()
    for start in range(0, len(rows.words), BLOCK):
        yield rows.words[start : start + BLOCK].astype("<u8").tobytes()


class _Blocks:
    """Opens one block after the other and refuses the first that was not sealed in this place of this file."""

    def __init__(self, path: Path, file: BinaryIO, seal: _Seal) -> None:
        self.path, self._file, self._seal = path, file, seal
        self._number = 0
        self._buffer = bytearray(_MAX_HEADER)

    def header(self) -> bytes:
        length = self._length()
        if not 0 <= length <= _MAX_HEADER - _TAG:
            raise SnapshotDamaged(self.path, 0)
        out = bytearray(length)
        self._open(memoryview(out))
        return bytes(out)

    def into(self, out: NDArray[Any]) -> None:
        """The next block, which has exactly the size of `out`, straight into it."""
        if self._length() != out.nbytes:
            raise SnapshotDamaged(self.path, self._number)
        self._open(out.reshape(-1).view(np.uint8).data)

    def end(self) -> None:
        if self._file.read(1):
            raise SnapshotDamaged(self.path, self._number)

    def _length(self) -> int:
        raw = self._file.read(_LENGTH.size)
        return int(_LENGTH.unpack(raw)[0]) if len(raw) == _LENGTH.size else -1

    def _open(self, out: memoryview) -> None:
        size = len(out) + _TAG
        if len(self._buffer) < size:
            self._buffer = bytearray(size)
        sealed = memoryview(self._buffer)[:size]
        if self._file.readinto(sealed) != size:  # type: ignore[attr-defined]
            raise SnapshotDamaged(self.path, self._number)
        nonce, beside = self._seal.of(self._number)
        try:
            self._seal.cipher.decrypt_into(nonce, sealed, beside, out)
        except InvalidTag as error:
            raise SnapshotDamaged(self.path, self._number) from error
        self._number += 1


def _read(blocks: _Blocks, *, sealed: bool) -> Snapshot:
    try:
        header = json.loads(blocks.header())
    except SnapshotDamaged as error:
        raise (SnapshotKeyWrong(blocks.path) if sealed else error) from error
    slots = header["slots"]
    size = blocks.path.stat().st_size
    if 26 * slots + 16 * WORDS * (header["left"] + header["right"]) > size:
        raise SnapshotDamaged(blocks.path, 0)
    about = np.empty(3 * slots, np.int64)
    blocks.into(about)
    ids, confidence = about[:slots].copy(), about[slots:].view(np.float64).reshape(slots, 2).copy()
    left, right = _read_rows(blocks, slots, header["left"]), _read_rows(blocks, slots, header["right"])
    blocks.end()
    return Snapshot(header["encoder"], header["seq"], ids, confidence, left, right, header["name"])


def _read_rows(blocks: _Blocks, slots: int, count: int) -> SavedRows:
    order, counts = np.empty(BITS, np.uint16), np.empty(slots, np.int8)
    blocks.into(order)
    blocks.into(counts)
    if (counts < 0).any() or counts.sum(dtype=np.int64) != count or (np.sort(order) != np.arange(BITS)).any():
        raise SnapshotDamaged(blocks.path, 0)
    words = np.empty((count, 2, WORDS), np.uint64)
    for start in range(0, count, BLOCK):
        blocks.into(words[start : start + BLOCK])
    return SavedRows(order, counts, words)
