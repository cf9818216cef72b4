"""Which replicas may be asked, and the threads that bring the others back."""

import itertools
import logging
import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ray.exceptions import ActorDiedError, GetTimeoutError, RayError, RayTaskError

from matching.distributed.actors import Actor, Actors
from matching.distributed.healing import Healing
from matching.distributed.layout import Layout
from matching.distributed.wire import Standing

_log = logging.getLogger(__name__)
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.05, 2.0


@dataclass(slots=True, eq=False)
class Replica:
    """What the engine knows of one actor. It may be wrong about `ready`; the actor's own `seq` is what counts."""

    shard: int
    number: int
    actor: Actor
    standing: Standing | None = None
    ready: bool = False
    healing: bool = False
    lives: int = 0
    problem: str = "is starting"

    @property
    def seq(self) -> int:
        return 0 if self.standing is None else self.standing.seq


class Keeper:
    """Safe to call from several threads. One condition guards all replicas and wakes whoever waits for one."""

    def __init__(
        self, *, actors: Actors, healing: Healing, closed: threading.Event, replicas: int, most: int | None
    ) -> None:
        self._actors, self._healing, self._count, self._most = actors, healing, replicas, most
        self._changed, self._closed = threading.Condition(), closed
        self._replicas: dict[int, list[Replica]] = {}
        self._turn = itertools.count()
        self._goal = 0
        self._threads: set[threading.Thread] = set()
        self.tried = 0
        """The furthest row that any replica may hold."""

    def open(self, shards: Iterable[int], layout: Layout) -> None:
        for shard in shards:
            made = [Replica(shard, k, self._actors.start(k)) for k in range(self._count)]
            with self._changed:
                self._replicas[shard] = made
            for replica in made:
                self.suspect(replica, layout)

    def aim(self, goal: int) -> list[Replica]:
        """From now on a replica must reach `goal` before it is ready. Returns those that are ready now."""
        with self._changed:
            self._goal, self.tried = goal, max(self.tried, goal)
            return [r for replicas in self._replicas.values() for r in replicas if r.ready]

    def heard(self, replica: Replica, standing: Standing) -> None:
        with self._changed:
            self._note(replica, standing)
            self._changed.notify_all()

    def suspect(self, replica: Replica, layout: Layout, problem: str = "is starting") -> None:
        """Ask it no more until it has shown where it stands."""
        with self._changed:
            replica.ready, replica.problem = False, problem
            if replica.healing or self._closed.is_set():
                return
            replica.healing = True
            name = f"shard-{replica.shard}-{replica.number}"
            thread = threading.Thread(target=self._heal, args=(replica, layout), name=name, daemon=True)
            self._threads.add(thread)
        thread.start()

    def pick(self, shard: int, busy: Collection[Replica]) -> Replica | None:
        """A ready replica that is not in `busy`, by turns."""
        with self._changed:
            free = [r for r in self._replicas[shard] if r.ready and r not in busy]
            return free[next(self._turn) % len(free)] if free else None

    def wait(self, seconds: float) -> None:
        """Until something changes, at most so long."""
        with self._changed:
            self._changed.wait(seconds)

    def wait_for(self, shards: Iterable[int], seq: int, seconds: float) -> list[int]:
        """Until each shard has a ready replica at `seq`; the shards that have none in time."""
        wanted = list(shards)
        with self._changed:
            self._changed.wait_for(lambda: not self._behind(wanted, seq), seconds)
            return self._behind(wanted, seq)

    def replicas(self) -> list[Replica]:
        with self._changed:
            return [r for replicas in self._replicas.values() for r in replicas]

    def furthest(self, shard: int) -> Standing | None:
        with self._changed:
            known = [r.standing for r in self._replicas[shard] if r.standing is not None and r.ready]
            return max(known, key=lambda standing: standing.seq, default=None)

    def missing(self, shards: Iterable[int]) -> str:
        """The shards and what is known of them, for an error."""
        with self._changed:
            return ", ".join(f"shard {s} ({self._replicas[s][0].problem or 'is slow'})" for s in sorted(shards))

    def close(self) -> None:
        self._closed.set()
        with self._changed:
            threads = list(self._threads)
            self._changed.notify_all()
        for thread in threads:
            thread.join(timeout=5)
        for replica in self.replicas():
            self._actors.stop(replica.actor, restart=False)

    def restart(self, replica: Replica) -> None:
        self._actors.stop(replica.actor, restart=True)

    def _behind(self, shards: Iterable[int], seq: int) -> list[int]:
        return [s for s in shards if not any(r.ready and r.seq >= seq for r in self._replicas[s])]

    def _note(self, replica: Replica, standing: Standing) -> None:
        if replica.standing is None or replica.standing.life != standing.life:
            replica.lives += 1
        replica.standing = standing

    def _heal(self, replica: Replica, layout: Layout) -> None:
        pause = _FIRST_PAUSE_S
        while not self._closed.is_set() and not self._healed(replica, layout):
            self._closed.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)
        self._threads.discard(threading.current_thread())

    def _healed(self, replica: Replica, layout: Layout) -> bool:
        """One try. Whatever goes wrong keeps the replica out of service, is said, and is tried again."""
        goal = self._goal
        most = self._most if goal == 0 else goal
        try:
            standing = self._healing.bring_up(replica.shard, replica.actor, goal=goal, most=most, layout=layout)
        except ActorDiedError:
            self._replace(replica)
        except GetTimeoutError:
            self._trouble(replica, "does not answer and is started again")
            self._actors.stop(replica.actor, restart=True)
        except RayTaskError as error:
            self._trouble(replica, f"failed: {error.cause}")
        except RayError:
            self._trouble(replica, "is restarting")
        except Exception as error:  # noqa: BLE001 - the source of the log may raise anything; the next try asks it anew
            self._trouble(replica, f"cannot read the log: {error}")
        else:
            return self._settle(replica, standing)
        return False

    def _replace(self, replica: Replica) -> None:
        """Ray gave this actor up: a new one takes its place."""
        with self._changed:
            if not self._closed.is_set():
                replica.actor = self._actors.start(replica.number)

    def _trouble(self, replica: Replica, problem: str) -> None:
        replica.problem = problem
        if not self._closed.is_set():
            _log.warning("shard %d, replica %d: %s", replica.shard, replica.number, problem)

    def _settle(self, replica: Replica, standing: Standing) -> bool:
        """Ready, unless the log went on meanwhile."""
        with self._changed:
            self._note(replica, standing)
            replica.ready = standing.seq >= self._goal
            if replica.ready:
                replica.healing, replica.problem = False, ""
                self.tried = max(self.tried, standing.seq)
                self._changed.notify_all()
            return replica.ready
