"""Which template lies in which slot: an index of a few bytes an id, for tens of millions of them.

A table of slot numbers with open addressing; the ids themselves are read from the slots. At most two thirds full, it
takes 6 to 12 bytes an id, where a dictionary of Python's numbers takes about 150.
"""

from array import array
from dataclasses import dataclass, field

import numba
import numpy as np
from numba import types
from numpy.typing import NDArray

_GROW = 1024
_EMPTY = np.int32(-1)

_TABLE, _IDS = types.Array(types.int32, 1, "C"), types.Array(types.int64, 1, "C")


@numba.njit(inline="always")
def _home(number, mask):  # type: ignore[no-untyped-def]
    mixed = np.uint64(number) * np.uint64(0x9E3779B97F4A7C15)
    return np.int64((mixed ^ (mixed >> np.uint64(32))) & np.uint64(mask))


@numba.njit(types.int64(_TABLE, _IDS, types.int64), nogil=True, cache=True)
def _place_of(table, ids, number):  # type: ignore[no-untyped-def]
    """Where the table names the id's slot; minus one minus the free place where it would be named."""
    mask = table.shape[0] - 1
    at = _home(number, mask)
    while table[at] != _EMPTY:
        if ids[table[at]] == number:
            return at
        at = (at + 1) & mask
    return -1 - at


@numba.njit(types.void(_TABLE, _IDS, types.int64), nogil=True, cache=True)
def _take_out(table, ids, gap):  # type: ignore[no-untyped-def]
    """Empty a place and move up whoever was put beyond it because it was taken."""
    mask = table.shape[0] - 1
    at = (gap + 1) & mask
    while table[at] != _EMPTY:
        home = _home(ids[table[at]], mask)
        if ((at - home) & mask) >= ((at - gap) & mask):
            table[gap] = table[at]
            gap = at
        at = (at + 1) & mask
    table[gap] = _EMPTY


@numba.njit(types.void(_TABLE, _IDS, _IDS), nogil=True, cache=True)
def _put_all(table, ids, slots):  # type: ignore[no-untyped-def]
    mask = table.shape[0] - 1
    for slot in slots:
        at = _home(ids[slot], mask)
        while table[at] != _EMPTY:
            at = (at + 1) & mask
        table[at] = slot


@numba.njit(types.void(_TABLE, _IDS, _IDS, _IDS), nogil=True, cache=True)
def _find_all(table, ids, wanted, out):  # type: ignore[no-untyped-def]
    mask = table.shape[0] - 1
    for k in range(wanted.shape[0]):
        at = _home(wanted[k], mask)
        out[k] = -1
        while table[at] != _EMPTY:
            if ids[table[at]] == wanted[k]:
                out[k] = table[at]
                break
            at = (at + 1) & mask


@dataclass(slots=True, eq=False)
class Slots:
    """Ids and confidences by slot, slots by id. Not thread-safe: its gallery locks."""

    ids: NDArray[np.int64] = field(default_factory=lambda: np.zeros(_GROW, np.int64))
    confidence: NDArray[np.float64] = field(default_factory=lambda: np.zeros((_GROW, 2), np.float64))
    used: int = 0
    _free: "array[int]" = field(default_factory=lambda: array("i"))
    _table: NDArray[np.int32] = field(default_factory=lambda: np.full(2 * _GROW, _EMPTY, np.int32))

    def __len__(self) -> int:
        return self.used - len(self._free)

    def find(self, template_id: int) -> int | None:
        """The slot of an id; None for one that is not there."""
        at = _place_of(self._table, self.ids, template_id)
        return None if at < 0 else int(self._table[at])

    def find_all(self, template_ids: NDArray[np.int64]) -> NDArray[np.int64]:
        """The slots of those ids that are there, rising, each once."""
        out = np.empty(len(template_ids), np.int64)
        _find_all(self._table, self.ids, np.ascontiguousarray(template_ids, np.int64), out)
        return np.unique(out[out >= 0])

    def take(self, template_id: int) -> int | None:
        """A slot for a new id; None for one that has a slot."""
        at = _place_of(self._table, self.ids, template_id)
        if at >= 0:
            return None
        if self._free:
            slot = self._free.pop()
        else:
            slot, self.used = self.used, self.used + 1
            if slot == len(self.ids):
                self.ids = np.concatenate((self.ids, np.zeros_like(self.ids)))
                self.confidence = np.concatenate((self.confidence, np.zeros_like(self.confidence)))
        self.ids[slot], self._table[-1 - at] = template_id, slot
        if 3 * len(self) > 2 * len(self._table):
            self._index(len(self))
        return slot

    def give_back(self, template_id: int) -> int | None:
        """The slot that the id had, free from now on; None for an id that is not there."""
        at = _place_of(self._table, self.ids, template_id)
        if at < 0:
            return None
        slot = int(self._table[at])
        _take_out(self._table, self.ids, at)
        self.ids[slot], self.confidence[slot] = 0, 0
        self._free.append(slot)
        return slot

    def taken(self) -> NDArray[np.int64]:
        """The slots in use, rising."""
        there = np.ones(self.used, bool)
        there[np.frombuffer(self._free, np.int32) if self._free else []] = False
        return np.flatnonzero(there)

    @classmethod
    def with_room(cls, slots: int) -> "Slots":
        """None yet, and nothing has to be moved until there are so many."""
        found = cls(np.zeros(slots + _GROW, np.int64), np.zeros((slots + _GROW, 2)))
        found._index(slots)
        return found

    def restore(self, ids: NDArray[np.int64], confidence: NDArray[np.float64]) -> int:
        """Templates of a snapshot into the next slots, of which the first is returned; there is room for them, and no
        id is there yet."""
        first, self.used = self.used, self.used + len(ids)
        self.ids[first : self.used], self.confidence[first : self.used] = ids, confidence
        _put_all(self._table, self.ids, np.arange(first, self.used))
        return first

    @property
    def nbytes(self) -> int:
        return self.ids.nbytes + self.confidence.nbytes + self._table.nbytes

    def _index(self, ids: int) -> None:
        """The table anew, at most two thirds full with so many ids."""
        size = len(self._table)
        while 3 * ids > 2 * size:
            size *= 2
        self._table = np.full(size, _EMPTY, np.int32)
        _put_all(self._table, self.ids, self.taken())
