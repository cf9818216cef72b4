"""How shards are run and how long they are waited for."""

from dataclasses import dataclass, field
from pathlib import Path

from matching.gallery import DEFAULT_THRESHOLD


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """Seconds are of waiting, none of them loses an answer: what is not there in time makes the search incomplete."""

    replicas: int = 1
    """Actors that hold the same shard."""
    threads: int = 1
    """Kernel threads of an actor."""
    cpus: float = 1.0
    """Processors that Ray keeps for an actor."""
    memory: int = 0
    """Bytes that Ray keeps for an actor; it places none where they are not free."""
    zones: bool = False
    """Replica r only on nodes that offer the resource `panah_zone_<r>`: two replicas never share a zone."""
    patience_s: float = 10.0
    """How long a search or an apply waits for shards that are restarting."""
    answer_s: float = 2.0
    """After this an unanswered question also goes to another replica, and the silent one is looked at."""
    start_s: float = 120.0
    """How long an actor may take to come up; one that is silent for longer is ended and started again."""
    batch: int = 500
    """Log rows a message, about 1 MB."""
    threshold: float | None = DEFAULT_THRESHOLD
    snapshots: Path | None = None
    """A folder on each node's own disk; None: a restarted shard reads the whole log."""
    key: bytes | None = field(default=None, repr=False)
    """32 bytes that seal the snapshots. It travels with each call and is not kept by Ray's head node."""

    def __post_init__(self) -> None:
        if min(self.replicas, self.threads, self.batch) < 1:
            raise ValueError("replicas, threads and batch must be 1 or more")
        if not 0 < self.answer_s <= self.patience_s:
            raise ValueError("answer_s must be over 0 and at most patience_s")
