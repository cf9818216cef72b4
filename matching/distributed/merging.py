"""The answers of all shards as one."""

import itertools
from collections.abc import Sequence

from matching.distributed.wire import Answer
from matching.interfaces import SearchResult


def merged(answers: Sequence[Answer], *, limit: int) -> SearchResult:
    """The best of all shards. A candidate from beyond the least shard's row is left out: its row is not in `seq`."""
    seq = min(answer.standing.seq for answer in answers)
    found = itertools.chain.from_iterable(
        (c for c in answer.candidates if answer.added.get(c.id, 0) <= seq) for answer in answers
    )
    held = [(a.codes_per_eye, a.standing.size) for a in answers if a.codes_per_eye is not None]
    size = sum(weight for _, weight in held)
    enrolled = sum(answer.standing.size for answer in answers)
    searched = [answer.searched for answer in answers if answer.searched is not None]
    return SearchResult(
        candidates=tuple(sorted(found, key=lambda c: (c.score, c.id))[:limit]),
        seq=seq,
        gallery_size=sum(searched) if searched else enrolled,
        codes_per_eye=sum(codes * weight for codes, weight in held) / size if size else None,
        enrolled=enrolled if searched else None,
    )
