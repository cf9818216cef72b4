"""Fill a replica that was started or restarted, until it stands where the others do."""

import itertools
import logging
import threading
import time
from collections.abc import Iterable
from typing import Any, Protocol

import ray
from ray.exceptions import GetTimeoutError

from matching.distributed.actors import Actor
from matching.distributed.layout import Layout
from matching.distributed.log import batches, part_of
from matching.distributed.options import Options
from matching.distributed.wire import Standing
from matching.errors import MatchingError
from matching.interfaces import GalleryChange

_STEP_S = 0.2
_log = logging.getLogger(__name__)


class Rebuild(Protocol):
    """Where a shard's content comes from: the gallery log, which the database keeps."""

    def __call__(self, shard: int, after: int) -> Iterable[GalleryChange]:
        """The log's rows after `after`, in order and without a gap.

        Rows of other shards (`Layout.shard_of`) may come without their templates: only their numbers are needed.
        Called from the engine's own threads, several at once. What it raises is logged, and it is asked again.
        """
        ...


class RebuildShort(MatchingError):
    """The log gave fewer rows than the engine has applied before: a copy of the database that lags, or a cut log."""

    def __init__(self, shard: int, reached: int, wanted: int) -> None:
        super().__init__(
            f"The log brought shard {shard} to row {reached} of {wanted}; "
            "it stays out of service until the log gives the rest."
        )
        self.shard, self.reached, self.wanted = shard, reached, wanted


class EngineClosed(MatchingError):
    """The engine was closed while a replica was being filled."""


class Healing:
    """The steps of one replica. Each is safe to repeat, whatever died in between."""

    def __init__(self, *, rebuild: Rebuild, options: Options, closed: threading.Event) -> None:
        self._rebuild, self._options, self._closed = rebuild, options, closed

    def bring_up(self, shard: int, actor: Actor, *, goal: int, most: int | None, layout: Layout) -> Standing:
        """To log row `goal`, from the actor's own state, its snapshot, then the log.

        `most`: a snapshot beyond this row is not of this log. Errors: RayError, RebuildShort, GapInLog, and
        whatever `rebuild` raises.
        """
        standing = self._wait(actor.standing.remote())
        folder = self._options.snapshots
        if standing.seq == 0 and folder is not None:
            path = folder / f"shard-{shard}.gallery"
            standing = self._wait(actor.resume.remote(path, self._options.key, shard, layout, most))
            if standing.unusable is not None:
                _log.warning("shard %d is filled from the log: %s", shard, standing.unusable)
        begins = layout.begins(shard)
        if standing.seq < begins:
            standing = self._wait(actor.advance.remote(0, begins, [])).standing
        return self._read_log(shard, actor, standing, goal, layout) if standing.seq < goal else standing

    def _read_log(self, shard: int, actor: Actor, standing: Standing, goal: int, layout: Layout) -> Standing:
        rows = self._rebuild(shard, standing.seq)
        wanted = itertools.takewhile(lambda row: row.seq <= goal, rows)
        for batch, problem in batches(wanted, after=standing.seq, size=self._options.batch):
            if batch:
                part = part_of(batch, shard, layout)
                standing = self._wait(actor.advance.remote(standing.seq, batch[-1].seq, part)).standing
                if standing.seq < batch[-1].seq:
                    break
            if problem is not None:
                raise problem
        if standing.seq < goal:
            raise RebuildShort(shard, standing.seq, goal)
        return standing

    def _wait(self, reference: object) -> Any:
        """In short steps: a thread that still waits when Ray ends would be ended with it, in the middle of anything."""
        deadline = time.monotonic() + self._options.start_s
        while not ray.wait([reference], timeout=_STEP_S)[0]:
            if self._closed.is_set():
                raise EngineClosed
            if time.monotonic() > deadline:
                raise GetTimeoutError
        return ray.get(reference)
