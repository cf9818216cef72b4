"""Shards as Ray actors. Ray restarts one whose process or node is lost, empty; what then fills it is `keeper`."""

from typing import Any

import ray

from matching.distributed.options import Options
from matching.distributed.shard import Shard

Actor = Any
"""A handle of a `Shard` somewhere in the cluster."""


class Actors:
    def __init__(self, options: Options) -> None:
        self._options = options
        self._remote = ray.remote(Shard)

    def start(self, replica: int) -> Actor:
        """Returns at once; the actor comes up in its own time, where Ray finds room.

        One call at a time (no `max_concurrency`): the kernel uses all of the actor's threads, and each answer is of
        one state. No retries by Ray: a call that failed is answered by another replica, or by this one when it is
        filled again.
        """
        chosen = self._options
        actor = self._remote.options(
            num_cpus=chosen.cpus,
            memory=chosen.memory or None,
            resources={f"panah_zone_{replica}": 0.001} if chosen.zones else None,
            scheduling_strategy="SPREAD",
            max_restarts=-1,
            max_task_retries=0,
        )
        return actor.remote(threads=chosen.threads, threshold=chosen.threshold)

    @staticmethod
    def stop(actor: Actor, *, restart: bool) -> None:
        ray.kill(actor, no_restart=not restart)
