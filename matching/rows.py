"""The enrolled codes of one eye, packed for the kernel: fixed blocks, so that growing never moves a row."""

import numpy as np
from numpy.typing import NDArray

from matching.template import WORDS

BLOCK = 8192
"""Rows a block: 4 MB of codes and masks."""
FREE = -1


class EyeRows:
    """Rows of 512 bytes with the slot of the template that each belongs to. Not thread-safe: its gallery locks."""

    def __init__(self, block: int = BLOCK) -> None:
        self._block = block
        self._words: list[NDArray[np.uint64]] = []
        self._owners: list[NDArray[np.int64]] = []
        self._used = 0
        self._free: list[int] = []
        self._first = np.zeros(block, np.int64)
        self._codes = np.zeros(block, np.int8)
        self.eyes = 0
        """Slots with a code."""

    @property
    def codes(self) -> int:
        """Rows in use."""
        return self._used - len(self._free)

    def add(self, codes: NDArray[np.uint64], slot: int) -> None:
        """Store codes, uint64 (codes, 2, 32), for `slot`, which has none yet."""
        while slot >= len(self._first):
            self._first = np.concatenate((self._first, np.zeros_like(self._first)))
            self._codes = np.concatenate((self._codes, np.zeros_like(self._codes)))
        for k, words in enumerate(codes):
            row = self._place()
            block, index = divmod(row, self._block)
            self._words[block][index] = words
            self._owners[block][index] = slot
            if k == 0:
                self._first[slot] = row
        self._codes[slot] = len(codes)
        self.eyes += len(codes) > 0

    def clear(self, slot: int) -> None:
        """Overwrite the slot's rows with zeros at once: an empty mask scores nothing, and the child's code is gone."""
        self.eyes -= bool(self._codes[slot])
        for row in self._rows_of(slot):
            block, index = divmod(row, self._block)
            self._words[block][index] = 0
            self._owners[block][index] = FREE
            self._free.append(row)
        self._codes[slot] = 0

    def blocks(self) -> list[tuple[NDArray[np.uint64], NDArray[np.int64]]]:
        """Codes, uint64 (rows, 2, 32), and owners, int64 (rows,), of every block, as far as it is used."""
        sizes = [min(self._block, self._used - k * self._block) for k in range(len(self._words))]
        return [(w[:n], o[:n]) for w, o, n in zip(self._words, self._owners, sizes, strict=True)]

    def _place(self) -> int:
        if self._free:
            return self._free.pop()
        if self._used == len(self._words) * self._block:
            self._new_block()
        self._used += 1
        return self._used - 1

    def compact(self, number_of: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.uint64]]:
        """Copies of the rows in use, each owner renumbered by `number_of[slot]`: what a snapshot stores."""
        kept = [(o[o != FREE], w[o != FREE]) for w, o in self.blocks()]
        owners = np.concatenate([np.zeros(0, np.int64), *(o for o, _ in kept)])
        words = np.concatenate([np.zeros((0, 2, WORDS), np.uint64), *(w for _, w in kept)])
        return number_of[owners], words

    def fill(self, owners: NDArray[np.int64], words: NDArray[np.uint64], *, slots: int) -> None:
        """Take the rows of a snapshot into empty rows; whole blocks are taken over, not copied."""
        count = len(owners)
        for start in range(0, count, self._block):
            size = min(self._block, count - start)
            if size == self._block:
                self._words.append(words[start : start + size])
                self._owners.append(owners[start : start + size])
            else:
                block, owner = self._new_block()
                block[:size], owner[:size] = words[start:], owners[start:]
        self._used = count
        room = max(self._block, slots)
        self._first, self._codes = np.zeros(room, np.int64), np.zeros(room, np.int8)
        self._first[owners[::-1]] = np.arange(count - 1, -1, -1)
        self._codes[:slots] = np.bincount(owners, minlength=slots)
        self.eyes = int(np.count_nonzero(self._codes))

    def _rows_of(self, slot: int) -> list[int]:
        """Where a slot's rows are: a row number and a count a slot cost 9 bytes, a tuple would cost 100.

        The first is known; further ones mostly follow it, so the blocks after it are read first.
        """
        wanted, found = int(self._codes[slot]), list[int]()
        first = int(self._first[slot]) // self._block if wanted else 0
        for number in (*range(first, len(self._owners)), *range(first)):
            if len(found) == wanted:
                break
            found += (np.flatnonzero(self._owners[number] == slot) + number * self._block).tolist()
        return found

    def _new_block(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        self._words.append(np.zeros((self._block, 2, WORDS), np.uint64))
        self._owners.append(np.full(self._block, FREE, np.int64))
        return self._words[-1], self._owners[-1]
