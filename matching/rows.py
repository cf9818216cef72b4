"""The enrolled codes of one eye, packed for the kernels: fixed blocks, so that growing never moves a row."""

import numpy as np
from numpy.typing import NDArray

from matching.kernels import layout, screen
from matching.snapshot import BLOCK, SavedRows
from matching.template import WORDS


class EyeRows:
    """Rows of 512 bytes; those of a slot follow one another. Not thread-safe: its gallery locks.

    order: uint16 (2048,), the secret permutation of the bits; bit k of a row is bit `order[k]` of the code.
    """

    def __init__(self, order: NDArray[np.uint16], block: int = BLOCK) -> None:
        self.order = order
        self._block = block
        self._planes: list[layout.Plane] = []
        self._rests: list[layout.Rest] = []
        self._addresses = np.zeros((2, 0), np.int64)
        self._owners = np.zeros(block, np.int32)
        self._used = 0
        self._free: dict[int, list[int]] = {}
        self._first = np.zeros(block, np.int64)
        self._codes = np.zeros(block, np.int8)
        self.eyes = self.codes = 0
        """Slots with a code, and all their codes."""

    def add(self, codes: NDArray[np.uint64], slot: int) -> None:
        """Store codes, uint64 (codes, 2, 32), for `slot`, which has none yet."""
        self._make_room(slot + 1)
        if not len(codes):
            return
        row = self._place(len(codes))
        self._put(self.permuted(codes), row)
        self._owners[row : row + len(codes)] = slot
        self._first[slot], self._codes[slot] = row, len(codes)
        self.eyes += 1
        self.codes += len(codes)

    def clear(self, slot: int) -> None:
        """Overwrite the slot's rows with zeros at once: an empty mask scores nothing, and the child's code is gone."""
        count, row = int(self._codes[slot]), int(self._first[slot])
        if count:
            self._put(np.zeros((count, 2, WORDS), np.uint64), row)
            self._free.setdefault(count, []).append(row)
            self._codes[slot] = 0
            self.eyes -= 1
            self.codes -= count

    def permuted(self, words: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Codes and masks, uint64 (..., 2, 32), in the order of these rows."""
        out = np.empty(words.shape, np.uint64)
        layout.permute(np.ascontiguousarray(words).reshape(-1, 2, WORDS), self.order, out.reshape(-1, 2, WORDS))
        return out

    def counts(self, slots: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many codes each slot has."""
        return self._codes[slots].astype(np.int64)

    def take(self, slots: NDArray[np.int64]) -> NDArray[np.uint64]:
        """Copies of the permuted rows of slots, one after the other: uint64 (codes, 2, 32)."""
        rows = self._rows_of(slots)
        out = np.empty((len(rows), 2, WORDS), np.uint64)
        layout.take(rows, *self._addresses, self._block, out)
        return out

    def near(self, probes: NDArray[np.uint64], looks: screen.Looks) -> NDArray[np.int64]:
        """The slots that screening lets by at one rotation of one permuted code, ascending."""
        planes, rests = self._addresses
        rows = screen.near_rows(planes, rests, self._block, self._used, probes, looks)
        slots: NDArray[np.int64] = np.unique(self._owners[rows]).astype(np.int64)
        return slots

    def saved(self, slots: NDArray[np.int64]) -> SavedRows:
        """What a snapshot stores of these slots."""
        return SavedRows(self._codes[slots], self.take(slots))

    def restore(self, saved: SavedRows, slot: int) -> None:
        """Rows of a snapshot, which are permuted already, for slots from `slot` on, the next that are free."""
        counts = saved.counts.astype(np.int64)
        self._make_room(slot + len(counts))
        row, here = self._append(len(saved.words)), slice(slot, slot + len(counts))
        self._codes[here], self._first[here] = counts, row + np.cumsum(counts) - counts
        self._put(saved.words, row)
        self._owners[row : row + len(saved.words)] = np.repeat(np.arange(slot, slot + len(counts)), counts)
        self.eyes += int(np.count_nonzero(counts))
        self.codes += len(saved.words)

    def _rows_of(self, slots: NDArray[np.int64]) -> NDArray[np.int64]:
        counts = self.counts(slots)
        ends = np.cumsum(counts)
        rows: NDArray[np.int64] = np.arange(counts.sum()) + np.repeat(self._first[slots] - (ends - counts), counts)
        return rows

    def _make_room(self, slots: int) -> None:
        while slots > len(self._first):
            self._first = np.concatenate((self._first, np.zeros_like(self._first)))
            self._codes = np.concatenate((self._codes, np.zeros_like(self._codes)))

    def _place(self, count: int) -> int:
        free = self._free.get(count)
        return free.pop() if free else self._append(count)

    def _append(self, count: int) -> int:
        row, self._used = self._used, self._used + count
        while self._used > len(self._planes) * self._block:
            self._new_block()
        while self._used > len(self._owners):
            self._owners = np.concatenate((self._owners, np.zeros_like(self._owners)))
        return row

    def _put(self, words: NDArray[np.uint64], row: int) -> None:
        while len(words):
            block, at = divmod(row, self._block)
            here = min(len(words), self._block - at)
            layout.put(words[:here], at, self._planes[block], self._rests[block])
            words, row = words[here:], row + here

    def _new_block(self) -> None:
        plane, rest = layout.new_block(self._block)
        self._planes.append(plane)
        self._rests.append(rest)
        new = np.array([[plane.ctypes.data], [rest.ctypes.data]], np.int64)
        self._addresses = np.concatenate((self._addresses, new), axis=1)
