"""Real actors in real processes, used by one engine after the other: a process takes seconds to start."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import ray

from matching import GalleryChange, Template
from matching.distributed import Layout, Options
from matching.distributed.actors import Actor, Actors
from matching.distributed.engine import RayEngine
from matching.distributed.healing import Rebuild
from matching.distributed.shard import Shard
from matching.simulation import Capture, simulate_templates

PEOPLE = list(simulate_templates(np.random.default_rng(29), 40, how=Capture(noise=0.15), captures=2))
QUICK = Options(cpus=0, patience_s=20, answer_s=2)


def added(seq: int, person: int) -> GalleryChange:
    return GalleryChange(seq=seq, op="add", template_id=100 + person, template=PEOPLE[person][0])


def removed(seq: int, person: int) -> GalleryChange:
    return GalleryChange(seq=seq, op="remove", template_id=100 + person)


def everybody() -> list[GalleryChange]:
    return [added(k + 1, k) for k in range(len(PEOPLE))]


def probe_of(person: int) -> Template:
    return PEOPLE[person][1]


@dataclass
class Log:
    """The gallery log as a list; remembers from which row it was read for which shard."""

    rows: list[GalleryChange] = field(default_factory=everybody)
    asked: list[tuple[int, int]] = field(default_factory=list)

    def __call__(self, shard: int, after: int) -> Sequence[GalleryChange]:
        self.asked.append((shard, after))
        return list(self.rows[after:])


class Recycled(Actors):
    """An actor that an engine ended goes to the next one, emptied by the constructor that a new process runs."""

    def __init__(self) -> None:
        super().__init__(QUICK)
        self._idle: list[Actor] = []

    def start(self, replica: int) -> Actor:
        while self._idle:
            actor = self._idle.pop()
            try:
                ray.get(actor.__ray_call__.remote(Shard.__init__, threads=1, threshold=QUICK.threshold))
            except ray.exceptions.RayError:
                continue
            return actor
        return super().start(replica)

    def stop(self, actor: Actor, *, restart: bool) -> None:  # type: ignore[override]
        if restart:
            super().stop(actor, restart=True)
        else:
            self._idle.append(actor)


def make_engine(
    recycled: Recycled, *, rebuild: Rebuild | None = None, shards: int = 2, options: Options = QUICK, **how: Any
) -> RayEngine:
    how.setdefault("layout", Layout.of(shards))
    return RayEngine(rebuild=nothing if rebuild is None else rebuild, options=options, actors=recycled, **how)


def nothing(_shard: int, _after: int) -> Iterable[GalleryChange]:
    return ()
