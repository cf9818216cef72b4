"""The gallery log in batches, and the part of a batch that is one shard's."""

from collections.abc import Callable, Iterable, Iterator, Sequence

from matching.distributed.layout import Layout
from matching.errors import GapInLog, MatchingError
from matching.interfaces import GalleryChange

Refuse = Callable[[GalleryChange], MatchingError | None]


def nothing_refused(_change: GalleryChange) -> None:
    return None


def batches(
    changes: Iterable[GalleryChange], *, after: int, size: int, refuse: Refuse = nothing_refused
) -> Iterator[tuple[list[GalleryChange], MatchingError | None]]:
    """Rows beyond `after`, without a gap, `size` at a time; the last batch comes with what ended it, if anything."""
    batch: list[GalleryChange] = []
    reached = after
    for change in changes:
        if change.seq <= reached:
            continue
        problem = GapInLog(reached + 1, change.seq) if change.seq != reached + 1 else refuse(change)
        if problem is not None:
            yield batch, problem
            return
        batch.append(change)
        reached = change.seq
        if len(batch) == size:
            yield batch, None
            batch = []
    if batch:
        yield batch, None


def part_of(batch: Sequence[GalleryChange], shard: int, layout: Layout) -> list[GalleryChange]:
    """The additions that belong to `shard`, and every removal: only the shard that holds the template heeds it."""
    return [
        row
        for row in batch
        if row.op == "remove" or (row.template is not None and layout.shard_of(row.template_id, row.seq) == shard)
    ]
