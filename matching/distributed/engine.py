"""The engine of several machines: shards in Ray actors that follow the registry's gallery log."""

import threading
import time
from collections.abc import Collection, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import ray
from ray.exceptions import RayError

from matching.comparison import compare_many
from matching.distributed.actors import Actors
from matching.distributed.asking import Round
from matching.distributed.healing import Healing, Rebuild
from matching.distributed.keeper import Keeper, Replica
from matching.distributed.layout import Layout
from matching.distributed.log import batches, part_of
from matching.distributed.merging import merged
from matching.distributed.options import Options
from matching.distributed.wire import Advanced, Ask
from matching.errors import EngineIncomplete, MatchingError, TemplateExists, TemplateInvalid, TemplateVersionUnknown
from matching.gallery import ids_of
from matching.interfaces import Candidate, GalleryChange, SearchResult
from matching.rotations import USUAL, Rotations
from matching.search import check_template
from matching.template import Template

_UNDER_WAY = 4
"""Probes of a batch that every shard has at a time."""


class RayEngine:
    """`interfaces.Engine` over shards; Ray must run before (`ray.init`). Ends with `close`.

    `seq` is the log row up to which every shard was brought. A search is answered by shards that are complete up
    to it, or raises EngineIncomplete: a restarted shard is empty, knows that it is, and does not answer before it
    has read its snapshot and the log again. `rebuild` must give every row that was applied, so rows are written
    to the log before they are applied here.
    """

    def __init__(
        self,
        *,
        rebuild: Rebuild,
        layout: Layout | None = None,
        options: Options | None = None,
        newest: int | None = None,
        actors: Actors | None = None,
    ) -> None:
        """`newest`: the last row that the log has now; a snapshot beyond it is not used (the database was set back).

        Returns when every shard is up. Errors: EngineIncomplete when one is not within `start_s`.
        """
        self._layout = Layout.of(2) if layout is None else layout
        self._options = Options() if options is None else options
        self._applying = threading.Lock()
        self._seq = 0
        self._encoder: str | None = None
        self._codes_per_eye: float | None = None
        closed = threading.Event()
        self._keeper = Keeper(
            actors=Actors(self._options) if actors is None else actors,
            healing=Healing(rebuild=rebuild, options=self._options, closed=closed),
            closed=closed,
            replicas=self._options.replicas,
            most=newest,
        )
        self._open(range(self._layout.shards), self._layout)
        self._seq = self._reached()
        self._keeper.aim(self._seq)

    @property
    def seq(self) -> int:
        return self._seq

    @property
    def size(self) -> int:
        """Templates in all shards, as far as they were heard of last."""
        known = [self._keeper.furthest(shard) for shard in range(self._layout.shards)]
        return sum(standing.size for standing in known if standing is not None)

    @property
    def codes_per_eye(self) -> float | None:
        """As the last search found it; None before the first."""
        return self._codes_per_eye

    @property
    def layout(self) -> Layout:
        """To be kept: the next start needs the same."""
        return self._layout

    def apply(self, changes: Iterable[GalleryChange]) -> None:
        """Errors: GapInLog, TemplateVersionUnknown, TemplateInvalid, TemplateExists (rows before are applied);
        EngineIncomplete when a shard could not take its rows in time: `seq` stays, the rows can be given again.
        """
        with self._applying:
            rows = batches(changes, after=self._seq, size=self._options.batch, refuse=self._refuse)
            for batch, problem in rows:
                if batch:
                    self._forward(batch)
                if problem is not None:
                    raise problem

    def search(
        self,
        probe: Template,
        *,
        limit: int = 10,
        rotations: Rotations = USUAL,
        within: float | None = None,
        among: Collection[int] | None = None,
    ) -> SearchResult:
        """Errors: TypeError, ValueError, TemplateVersionUnknown, EngineIncomplete (missing shards)."""
        check_template(probe, "the probe")
        if limit < 1:
            raise ValueError(f"limit must be 1 or more, not {limit}")
        if self._encoder is not None and probe.encoder != self._encoder:
            raise TemplateVersionUnknown(probe.encoder, self._encoder)
        ids = None if among is None else ids_of(among)
        ask = Ask(probe=probe, limit=limit, rotations=rotations, within=within, at_least=self._seq, among=ids)
        found = merged(Round(ask, self._keeper, self._layout, self._options).answers(), limit=limit)
        self._codes_per_eye = found.codes_per_eye
        return found

    def search_many(
        self,
        probes: Sequence[Template],
        *,
        limit: int = 10,
        rotations: Rotations = USUAL,
        within: float | None = None,
        among: Collection[int] | None = None,
    ) -> tuple[SearchResult, ...]:
        """Errors: as of `search`. A few probes are under way at a time, so that no shard waits for a round trip."""
        ids = None if among is None else ids_of(among)

        def one(probe: Template) -> SearchResult:
            return self.search(probe, limit=limit, rotations=rotations, within=within, among=ids)

        with ThreadPoolExecutor(_UNDER_WAY) as asking:
            return tuple(asking.map(one, probes))

    def compare(self, probe: Template, others: Sequence[tuple[int, Template]]) -> tuple[Candidate, ...]:
        return compare_many(probe, others)

    def add_shard(self, takers: tuple[int, ...] | None = None) -> int:
        """One shard more, for templates that come from now on; searches go on meanwhile. Returns its number.

        `takers`: the shards that share new templates; the new one alone if left out.
        """
        with self._applying:
            grown = self._layout.grown(after=self._keeper.tried, takers=takers)
            new = grown.shards - 1
            self._open([new], grown)
            self._layout = grown
            return new

    def renew(self) -> None:
        """Restart every replica, one after the other, each filled before the next: so new code is brought in.

        With two replicas or more, searches go on; with one they wait. Errors: EngineIncomplete.
        """
        for replica in self._keeper.replicas():
            lives = replica.lives
            self._keeper.restart(replica)
            self._keeper.suspect(replica, self._layout, "is being renewed")
            self._until_renewed(replica, lives)

    def save(self) -> dict[int, int]:
        """Each ready replica writes its snapshot on its own node; the log row of each shard's."""
        if self._options.snapshots is None:
            raise ValueError("there is no folder for snapshots (Options.snapshots)")
        waiting = {}
        for replica in (r for r in self._keeper.replicas() if r.ready):
            path = self._options.snapshots / f"shard-{replica.shard}.gallery"
            waiting[replica.actor.save.remote(path, self._options.key, replica.shard, self._layout)] = replica.shard
        return {shard: ray.get(reference) for reference, shard in waiting.items()}

    def replicas(self) -> list[Replica]:
        """What is known of every actor."""
        return self._keeper.replicas()

    def close(self) -> None:
        """End the actors. Nothing is lost: the database has the log."""
        self._keeper.close()

    def _open(self, shards: Iterable[int], layout: Layout) -> None:
        wanted = list(shards)
        self._keeper.open(wanted, layout)
        if missing := self._keeper.wait_for(wanted, 0, self._options.start_s):
            names = self._keeper.missing(missing)
            self._keeper.close()
            raise EngineIncomplete(names)

    def _reached(self) -> int:
        standings = [self._keeper.furthest(shard) for shard in range(self._layout.shards)]
        known = [standing for standing in standings if standing is not None]
        self._encoder = next((s.encoder for s in known if s.encoder is not None), self._encoder)
        return min(s.seq for s in known) if len(known) == len(standings) else self._seq

    def _refuse(self, change: GalleryChange) -> MatchingError | None:
        template = change.template
        if change.op == "remove" or template is None:
            return None
        if not template.left and not template.right:
            return TemplateInvalid(f"template {change.template_id} has no code of either eye")
        if self._encoder is not None and template.encoder != self._encoder:
            return TemplateVersionUnknown(template.encoder, self._encoder)
        self._encoder = template.encoder
        return None

    def _forward(self, batch: list[GalleryChange]) -> None:
        until = batch[-1].seq
        deadline = time.monotonic() + self._options.patience_s
        try:
            exists = self._send(batch, self._keeper.aim(until))
            if exists is not None:
                self._seq = self._reached()
                raise TemplateExists(exists)
            shards = range(self._layout.shards)
            if missing := self._keeper.wait_for(shards, until, max(0.0, deadline - time.monotonic())):
                raise EngineIncomplete(self._keeper.missing(missing))
            self._seq = until
        finally:
            self._keeper.aim(self._seq)

    def _send(self, batch: list[GalleryChange], replicas: Sequence[Replica]) -> int | None:
        """Each replica its shard's part; the template that one refused, if any did."""
        parts = {shard: part_of(batch, shard, self._layout) for shard in range(self._layout.shards)}
        until = batch[-1].seq
        sent = {r.actor.advance.remote(self._seq, until, parts[r.shard]): r for r in replicas}
        done, late = ray.wait(list(sent), num_returns=len(sent), timeout=self._options.answer_s) if sent else ([], [])
        for reference in late:
            self._keeper.suspect(sent[reference], self._layout, "did not answer in time")
        outcomes = [self._advanced(reference, sent[reference], until) for reference in done]
        return next((one.exists for one in outcomes if one is not None and one.exists is not None), None)

    def _advanced(self, reference: Any, replica: Replica, until: int) -> Advanced | None:
        try:
            outcome: Advanced = ray.get(reference)
        except RayError:
            self._keeper.suspect(replica, self._layout, "is restarting")
            return None
        self._keeper.heard(replica, outcome.standing)
        if outcome.standing.seq < until and outcome.exists is None:
            self._keeper.suspect(replica, self._layout, "was restarted and reads the log")
        return outcome

    def _until_renewed(self, replica: Replica, lives: int) -> None:
        deadline = time.monotonic() + self._options.start_s
        while not (replica.ready and replica.lives > lives):
            if time.monotonic() > deadline:
                raise EngineIncomplete(self._keeper.missing([replica.shard]))
            self._keeper.wait(1.0)
