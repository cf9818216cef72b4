"""A gallery on disk: a prefix and sealed blocks. It only makes starting fast; the database is the truth.

    magic "PNHGAL", version u16, sealed u16, file id 16 bytes, then blocks of: length u64, AES-256-GCM of the payload

Block 0 is the header (JSON: encoder, seq, name, slots), block 1 the orders of the bits of left and right. Each further
block has BLOCK slots, the last one the rest: ids, confidences, codes of left and of right eyes, and how many of them
each slot has. So neither side ever holds more than a block beside the gallery itself.

Every file has a key of its own (HKDF-SHA256 of the key given, with the file's id), so the block's number can be the
nonce; prefix and number are authenticated with each block, so blocks cannot be moved, left out or taken from another
snapshot. One that is cut at a block's end lacks slots that the header counts.

Without a key the file's key comes from its id alone: damage is noticed, but whoever has the file can read it and
make another. With a key, an open file is refused.
"""

import json
import os
import struct
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from numpy.typing import NDArray

from matching.errors import SnapshotDamaged, SnapshotKeyWrong, SnapshotVersionUnknown
from matching.template import BITS, WORDS

VERSION = 4
BLOCK = 8192
"""Slots a block; in memory, rows."""
KEY_BYTES = 32
_MAGIC = b"PNHGAL"
_PREFIX = struct.Struct("<6sHH16s")
_LENGTH = struct.Struct("<Q")
_TAG = 16
_ABOUT, _ROW = 26, 2 * BITS // 8
"""Bytes of a slot without its codes, and of a code."""
_MAX_HEADER = 1 << 16


@dataclass(frozen=True, slots=True, eq=False)
class Head:
    """slots: how many follow; left, right: uint16 (2048,), the order of their bits; name: whose gallery it is, for a
    reader that has several."""

    encoder: str
    seq: int
    slots: int
    left: NDArray[np.uint16]
    right: NDArray[np.uint16]
    name: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class SavedRows:
    """The codes of one eye of some slots. counts: int8 (slots,), how many each has; words: uint64 (rows, 2, 32)."""

    counts: NDArray[np.int8]
    words: NDArray[np.uint64]


@dataclass(frozen=True, slots=True, eq=False)
class SavedSlots:
    """ids: int64 (slots,); confidence: float64 (slots, 2). What was read is overwritten by the next block."""

    ids: NDArray[np.int64]
    confidence: NDArray[np.float64]
    left: SavedRows
    right: SavedRows


def write_snapshot(path: Path, head: Head, blocks: Iterable[SavedSlots], *, key: bytes | None = None) -> None:
    """Write beside `path`, sync, then rename over it: a reader finds the old snapshot or the new one, whole.

    blocks: of BLOCK slots each, the last one of the rest. `key`: 32 bytes; None leaves the codes readable by whoever
    has the file. Errors: ValueError for another length, or for other slots than the head counts.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "wb") as file:
            _write(file, head, blocks, key)
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


@contextmanager
def reading(path: Path, *, key: bytes | None = None) -> Iterator[tuple[Head, Iterator[SavedSlots]]]:
    """The head and, one after the other, the blocks; the last step of the iterator finds out whether all are there.

    Errors, here and on the way: SnapshotDamaged (with the block), SnapshotKeyWrong, SnapshotVersionUnknown,
    FileNotFoundError.
    """
    with path.open("rb") as file:
        prefix = file.read(_PREFIX.size)
        if len(prefix) < _PREFIX.size or prefix[: len(_MAGIC)] != _MAGIC:
            raise SnapshotDamaged(path, 0)
        version, sealed = _PREFIX.unpack(prefix)[1:3]
        if version != VERSION:
            raise SnapshotVersionUnknown(path, version, VERSION)
        if sealed != (key is not None):
            raise SnapshotKeyWrong(path)
        blocks = _Blocks(path, file, _Seal(prefix, key))
        head = _read_head(blocks, sealed=bool(sealed))
        yield head, _read_slots(blocks, head.slots)


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


def _write(file: BinaryIO, head: Head, blocks: Iterable[SavedSlots], key: bytes | None) -> None:
    prefix = _PREFIX.pack(_MAGIC, VERSION, key is not None, os.urandom(16))
    seal = _Seal(prefix, key)
    file.write(prefix)
    for number, payload in enumerate(_payloads(head, blocks)):
        nonce, beside = seal.of(number)
        file.write(_LENGTH.pack(len(payload)))
        file.write(seal.cipher.encrypt(nonce, payload, beside))


def _payloads(head: Head, blocks: Iterable[SavedSlots]) -> Iterator[bytes]:
    told = {"encoder": head.encoder, "seq": head.seq, "name": head.name, "slots": head.slots}
    yield json.dumps(told, sort_keys=True).encode()
    yield np.concatenate((head.left, head.right)).astype("<u2").tobytes()
    for block in _checked(blocks, head.slots):
        yield _payload(block)


def _checked(blocks: Iterable[SavedSlots], slots: int) -> Iterator[SavedSlots]:
    left = slots
    for block in blocks:
        if len(block.ids) != min(BLOCK, left):
            raise ValueError(f"a block has {min(BLOCK, left)} slots here, not {len(block.ids)}")
        left -= len(block.ids)
        yield block
    if left:
        raise ValueError(f"{left} slots are missing of the {slots} that the head counts")


def _payload(block: SavedSlots) -> bytes:
    eyes = block.left, block.right
    words, counts = (rows.words.astype("<u8", copy=False) for rows in eyes), (rows.counts for rows in eyes)
    parts = block.ids.astype("<i8", copy=False), block.confidence.astype("<f8", copy=False), *words, *counts
    return b"".join(np.ascontiguousarray(part).data for part in parts)


class _Blocks:
    """Opens one block after the other and refuses the first that was not sealed in this place of this file."""

    def __init__(self, path: Path, file: BinaryIO, seal: _Seal) -> None:
        self.path, self._file, self._seal = path, file, seal
        self.number = 0
        self.rest = path.stat().st_size - _PREFIX.size
        self._sealed = self._opened = np.empty(0, np.uint64)

    def next(self, most: int | None = None) -> NDArray[np.uint8]:
        """The next block, of at most so many bytes; the one before is overwritten."""
        raw = self._file.read(_LENGTH.size)
        length = int(_LENGTH.unpack(raw)[0]) if len(raw) == _LENGTH.size else -1
        self.rest -= _LENGTH.size + length + _TAG
        if length < 0 or self.rest < 0 or (most is not None and length > most):
            raise self.damaged()
        if self._sealed.nbytes < length + _TAG:
            self._sealed, self._opened = (np.empty(-(-(length + _TAG) // 8), np.uint64) for _ in range(2))
        sealed, opened = self._sealed.view(np.uint8)[: length + _TAG], self._opened.view(np.uint8)[:length]
        if self._file.readinto(sealed.data) != len(sealed):  # type: ignore[attr-defined]
            raise self.damaged()
        nonce, beside = self._seal.of(self.number)
        try:
            self._seal.cipher.decrypt_into(nonce, sealed.data, beside, opened.data)
        except InvalidTag as error:
            raise self.damaged() from error
        self.number += 1
        return opened

    def end(self) -> None:
        if self.rest:
            raise self.damaged()

    def damaged(self) -> SnapshotDamaged:
        return SnapshotDamaged(self.path, self.number)


def _read_head(blocks: _Blocks, *, sealed: bool) -> Head:
    try:
        told = json.loads(blocks.next(_MAX_HEADER).tobytes())
    except SnapshotDamaged as error:
        raise (SnapshotKeyWrong(blocks.path) if sealed else error) from error
    orders = blocks.next(4 * BITS)
    if len(orders) != 4 * BITS or _ABOUT * told["slots"] > blocks.rest:
        raise blocks.damaged()
    left, right = orders.view("<u2").reshape(2, BITS).copy()
    if any((np.sort(order) != np.arange(BITS)).any() for order in (left, right)):
        raise blocks.damaged()
    return Head(told["encoder"], told["seq"], told["slots"], left, right, told["name"])


def _read_slots(blocks: _Blocks, slots: int) -> Iterator[SavedSlots]:
    for first in range(0, slots, BLOCK):
        yield _slots_of(blocks, blocks.next(), min(BLOCK, slots - first))
    blocks.end()


def _slots_of(blocks: _Blocks, payload: NDArray[np.uint8], slots: int) -> SavedSlots:
    if len(payload) < _ABOUT * slots:
        raise blocks.damaged()
    counts = payload[len(payload) - 2 * slots :].view(np.int8).reshape(2, slots)
    left, right = (int(n) for n in counts.sum(axis=1, dtype=np.int64))
    if (counts < 0).any() or _ABOUT * slots + _ROW * (left + right) != len(payload):
        raise blocks.damaged()
    ids, confidence = payload[: 8 * slots].view("<i8"), payload[8 * slots : 24 * slots].view("<f8").reshape(slots, 2)
    words = payload[24 * slots : len(payload) - 2 * slots].view("<u8").reshape(left + right, 2, WORDS)
    return SavedSlots(ids, confidence, SavedRows(counts[0], words[:left]), SavedRows(counts[1], words[left:]))
