"""One shard's gallery and its own place in the log: what runs in an actor. Knows nothing of Ray."""

import uuid
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numba

from matching.distributed.layout import Layout
from matching.distributed.wire import Advanced, Answer, Ask, NotReady, Standing
from matching.errors import SnapshotDamaged, SnapshotOutOfPlace, SnapshotVersionUnknown
from matching.gallery import Gallery
from matching.interfaces import GalleryChange
from matching.ready import warm_up
from matching.screening import effective

_LATELY = 4096


class Shard:
    """Begins empty at log row 0. One call at a time: an actor of one thread makes every answer of one state.

    Nothing that a restarted shard says can pass for complete: it knows its own `seq`, and both a search and an
    advance name the row that they build on.
    """

    def __init__(self, *, threads: int, threshold: float | None) -> None:
        numba.set_num_threads(min(threads, numba.config.NUMBA_NUM_THREADS))
        warm_up()
        self._threshold = threshold
        self._gallery, self._seq, self._life = Gallery(), 0, uuid.uuid4().hex
        self._added: OrderedDict[int, int] = OrderedDict()
        self._unusable: str | None = None

    def standing(self) -> Standing:
        return Standing(
            life=self._life,
            seq=self._seq,
            size=len(self._gallery),
            encoder=self._gallery.encoder,
            unusable=self._unusable,
        )

    def advance(self, after: int, until: int, rows: Sequence[GalleryChange]) -> Advanced:
        """Take over this shard's part of the log rows after `after` up to `until`: its templates and all removals.

        Rows seen before are skipped. A shard that has not reached `after` changes nothing.
        """
        if after > self._seq:
            return Advanced(standing=self.standing())
        for row in rows:
            if row.seq <= self._seq:
                continue
            if row.op == "add" and row.template is not None and row.template_id in self._gallery:
                self._seq = row.seq - 1
                return Advanced(standing=self.standing(), exists=row.template_id)
            self._apply(row)
            self._seq = row.seq
        self._seq = max(self._seq, until)
        return Advanced(standing=self.standing())

    def search(self, ask: Ask) -> Answer | NotReady:
        if self._seq < ask.at_least:
            return NotReady(standing=self.standing())
        threshold = effective(self._threshold, ask.within)
        found = self._gallery.identify(ask.probe, ask.limit, threshold, rotations=ask.rotations, among=ask.among)
        return Answer(
            standing=self.standing(),
            candidates=tuple(found),
            added={c.id: self._added[c.id] for c in found if c.id in self._added},
            codes_per_eye=self._gallery.codes_per_eye,
            searched=None if ask.among is None else self._gallery.count(ask.among),
        )

    def save(self, path: Path, key: bytes | None, number: int, layout: Layout) -> int:
        """A snapshot of shard `number` on this node's disk; the log row that it stands for."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._gallery.save(path, seq=self._seq, key=key, name=layout.name(number, self._seq))
        return self._seq

    def resume(self, path: Path, key: bytes | None, number: int, layout: Layout, most: int | None) -> Standing:
        """Begin with the snapshot of this node's disk, if there is one that belongs here and is at most at `most`.

        One that cannot be used is left lying and said in the standing: the rows then come from the gallery log.
        """
        try:
            gallery, seq = Gallery.load_with_seq(path, key=key, named=lambda at: layout.name(number, at))
        except FileNotFoundError:
            return self.standing()
        except (SnapshotDamaged, SnapshotVersionUnknown, SnapshotOutOfPlace) as unusable:
            return self._without_snapshot(str(unusable))
        if most is not None and seq > most:
            return self._without_snapshot(f"The snapshot {path} is at row {seq}, the log at {most}.")
        if seq > self._seq:
            self._gallery, self._seq = gallery, seq
        return self.standing()

    def _without_snapshot(self, why: str) -> Standing:
        self._unusable = why
        return self.standing()

    def _apply(self, row: GalleryChange) -> None:
        if row.op == "remove":
            if row.template_id in self._gallery:
                self._gallery.remove(row.template_id)
            self._added.pop(row.template_id, None)
        elif row.template is not None:
            self._gallery.add(row.template_id, row.template)
            self._added[row.template_id] = row.seq
            if len(self._added) > _LATELY:
                self._added.popitem(last=False)
