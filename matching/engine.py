"""The engine of one machine: a gallery in this process that follows the registry's gallery log."""

import threading
from collections.abc import Collection, Iterable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from matching.comparison import compare_many
from matching.dispatcher import DISPATCHER
from matching.errors import GapInLog, SnapshotOutOfPlace
from matching.gallery import DEFAULT_THRESHOLD, Gallery, Named, ids_of
from matching.interfaces import Candidate, GalleryChange, SearchResult
from matching.rotations import USUAL, Rotations
from matching.screening import effective
from matching.template import Template

_IN_A_ROW = 8
"""Probes of a batch that are searched for before somebody else's turn comes."""


class LocalEngine:
    """`interfaces.Engine` in one process. Always complete: it never raises EngineIncomplete.

    The process's dispatcher runs the searches; one lock makes a search and the `seq` it reports belong together,
    another one a snapshot and the changes it stands for: searches go on while it is written.
    """

    def __init__(
        self, gallery: Gallery | None = None, *, seq: int = 0, threshold: float | None = DEFAULT_THRESHOLD
    ) -> None:
        self._gallery = Gallery() if gallery is None else gallery
        self._seq, self._threshold = seq, threshold
        self._lock, self._changing = threading.Lock(), threading.Lock()

    @property
    def seq(self) -> int:
        return self._seq

    @property
    def size(self) -> int:
        return len(self._gallery)

    @property
    def codes_per_eye(self) -> float | None:
        return self._gallery.codes_per_eye

    def apply(self, changes: Iterable[GalleryChange]) -> None:
        """Errors: GapInLog, TemplateVersionUnknown; the rows before the failing one are applied."""
        with self._changing, self._lock:
            for change in changes:
                if change.seq <= self._seq:
                    continue
                if change.seq != self._seq + 1:
                    raise GapInLog(self._seq + 1, change.seq)
                self._apply(change)
                self._seq = change.seq

    def search(
        self,
        probe: Template,
        *,
        limit: int = 10,
        rotations: Rotations = USUAL,
        within: float | None = None,
        among: Collection[int] | None = None,
    ) -> SearchResult:
        ids = None if among is None else ids_of(among)
        return DISPATCHER.run(lambda: self._search(probe, limit, rotations, within, ids))

    def search_many(
        self,
        probes: Sequence[Template],
        *,
        limit: int = 10,
        rotations: Rotations = USUAL,
        within: float | None = None,
        among: Collection[int] | None = None,
    ) -> tuple[SearchResult, ...]:
        ids = None if among is None else ids_of(among)

        def some(part: Sequence[Template]) -> list[SearchResult]:
            return [self._search(probe, limit, rotations, within, ids) for probe in part]

        parts = [probes[k : k + _IN_A_ROW] for k in range(0, len(probes), _IN_A_ROW)]
        return tuple(result for part in parts for result in DISPATCHER.run(partial(some, part)))

    def compare(self, probe: Template, others: Sequence[tuple[int, Template]]) -> tuple[Candidate, ...]:
        return compare_many(probe, others)

    def save(self, path: Path | str, *, key: bytes | None = None, named: Named = lambda _seq: "") -> int:
        """A snapshot with the log's number that it stands for, which is returned; `key`: 32 bytes that seal it;
        `named`: the name that a snapshot of a log number gets."""
        with self._changing:
            self._gallery.save(path, seq=self._seq, key=key, name=named(self._seq))
            return self._seq

    @classmethod
    def load(cls, path: Path | str, *, key: bytes | None = None, log: tuple[int, int] | None = None) -> "LocalEngine":
        """`log`: the first and the last row that the log still has; a snapshot must join it.

        Errors: SnapshotDamaged, SnapshotKeyWrong, SnapshotVersionUnknown, SnapshotOutOfPlace: begin with an empty
        engine and the whole log instead.
        """
        gallery, seq = Gallery.load_with_seq(path, key=key)
        if log is not None and not log[0] - 1 <= seq <= log[1]:
            raise SnapshotOutOfPlace(Path(path), f"log row {seq}", f"one between {log[0] - 1} and {log[1]}")
        return cls(gallery, seq=seq)

    def _search(
        self, probe: Template, limit: int, rotations: Rotations, within: float | None, among: NDArray[np.int64] | None
    ) -> SearchResult:
        """In the dispatcher's thread."""
        threshold = effective(self._threshold, within)
        with self._lock:
            found = self._gallery.identify(probe, limit, threshold, rotations=rotations, among=among)
            size = len(self._gallery)
            return SearchResult(
                candidates=tuple(found),
                seq=self._seq,
                gallery_size=size if among is None else self._gallery.count(among),
                codes_per_eye=self._gallery.codes_per_eye,
                enrolled=None if among is None else size,
            )

    def _apply(self, change: GalleryChange) -> None:
        if change.op == "remove":
            if change.template_id in self._gallery:
                self._gallery.remove(change.template_id)
        elif change.template is not None:
            self._gallery.add(change.template_id, change.template)
