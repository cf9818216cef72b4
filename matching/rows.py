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

    def add(self, codes: NDArray[np.uint64], slot: int) -> tuple[int, ...]:
        """Store codes, uint64 (codes, 2, 32), for `slot`; the numbers of their rows."""
        places = tuple(self._place() for _ in range(len(codes)))
        for row, words in zip(places, codes, strict=True):
            block, index = divmod(row, self._block)
            self._words[block][index] = words
            self._owners[block][index] = slot
        return places

    def clear(self, places: tuple[int, ...]) -> None:
        """Overwrite rows with zeros at once: an empty mask scores nothing, and the child's code is gone."""
        for row in places:
            block, index = divmod(row, self._block)
            self._words[block][index] = 0
            self._owners[block][index] = FREE
        self._free.extend(places)

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

    def fill(self, owners: NDArray[np.int64], words: NDArray[np.uint64]) -> dict[int, tuple[int, ...]]:
        """Take the rows of a snapshot into empty rows; the numbers of each slot's rows."""
        count = len(owners)
        for start in range(0, count, self._block):
            size = min(self._block, count - start)
            block, owner = self._new_block()
            block[:size], owner[:size] = words[start : start + size], owners[start : start + size]
        self._used = count
        places: dict[int, tuple[int, ...]] = {}
        for row, slot in enumerate(owners.tolist()):
            places[slot] = (*places.get(slot, ()), row)
        return places

    def _new_block(self) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
        self._words.append(np.zeros((self._block, 2, WORDS), np.uint64))
        self._owners.append(np.full(self._block, FREE, np.int64))
        return self._words[-1], self._owners[-1]
