"""One question to every shard. Each answers in time and for the whole of its part, or the search says who did not."""

import time
from dataclasses import dataclass, field
from typing import Any

import ray
from ray.exceptions import RayError, RayTaskError

from matching.distributed.keeper import Keeper, Replica
from matching.distributed.layout import Layout
from matching.distributed.options import Options
from matching.distributed.wire import Answer, Ask
from matching.errors import EngineIncomplete

_LOOK_AGAIN_S = 0.1


@dataclass(frozen=True, slots=True, eq=False)
class _Asked:
    replica: Replica
    at: float


@dataclass(slots=True, eq=False)
class Round:
    """`answers()` once. Not shared between threads."""

    ask: Ask
    keeper: Keeper
    layout: Layout
    options: Options
    _asked: dict[Any, _Asked] = field(default_factory=dict)
    _answers: dict[int, Answer] = field(default_factory=dict)

    def answers(self) -> list[Answer]:
        """One of each shard. Errors: EngineIncomplete with the shards that gave none within the patience."""
        deadline = time.monotonic() + self.options.patience_s
        while missing := [s for s in range(self.layout.shards) if s not in self._answers]:
            left = deadline - time.monotonic()
            if left <= 0:
                raise EngineIncomplete(self.keeper.missing(missing))
            waiting = [self._asked_someone(shard) for shard in missing]
            self._listen(min(left, self.options.answer_s if all(waiting) else _LOOK_AGAIN_S))
        return list(self._answers.values())

    def _asked_someone(self, shard: int) -> bool:
        """Whether a question to this shard is under way; one that is overdue does not keep others from being asked."""
        now, mine = time.monotonic(), [a for a in self._asked.values() if a.replica.shard == shard]
        late = [a for a in mine if now - a.at >= self.options.answer_s]
        if len(late) < len(mine):
            return True
        for asked in late:
            self.keeper.suspect(asked.replica, self.layout, "did not answer in time")
        replica = self.keeper.pick(shard, [a.replica for a in mine])
        if replica is None:
            return False
        self._asked[replica.actor.search.remote(self.ask)] = _Asked(replica, now)
        return True

    def _listen(self, seconds: float) -> None:
        if not self._asked:
            self.keeper.wait(seconds)
            return
        done, _ = ray.wait(list(self._asked), num_returns=1, timeout=seconds)
        for reference in done:
            self._take(reference, self._asked.pop(reference).replica)

    def _take(self, reference: object, replica: Replica) -> None:
        try:
            answer = ray.get(reference)
        except RayTaskError as error:
            raise EngineIncomplete(f"shard {replica.shard} (failed: {error.cause})") from error
        except RayError:
            self.keeper.suspect(replica, self.layout, "is restarting")
            return
        if isinstance(answer, Answer):
            self._answers.setdefault(replica.shard, answer)
        else:
            self.keeper.suspect(replica, self.layout, "was restarted and reads the log")
