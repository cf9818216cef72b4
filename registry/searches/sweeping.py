"""Everybody enrolled against everybody: pairs of records that may be one child become questions for reviewers.

It reads templates from the database and needs no engine. Each step commits what it found together with how far it is,
so whoever is killed goes on where they stood.
"""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select, update

from common.time import Clock
from matching import Template
from matching.calibration import Calibration
from matching.memory import demand_memory
from matching.sweeping import Pair, Step, SweepThresholds, run, sweep_thresholds
from matching.sweeping.running import Layout, Rows
from registry.audit.service import AuditTrail
from registry.children import service as children
from registry.children.gallery import last_seq
from registry.children.tables import GalleryLog, IrisTemplate
from registry.db import Database, UnitOfWork
from registry.errors import SweepElsewhere
from registry.review.service import raise_found
from registry.searches.tables import GallerySweep, SweepPair

CHUNK = 2_000
PANEL = 100
"""Chunks that lie in memory together: 200,000 templates, some 250 MB and what several codes an eye add."""
_SAMPLE = 500
REASON = "alike_in_sweep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Swept:
    """What a sweep came to."""

    sweep_id: int
    templates: int
    left_out: int
    """Of another encoder than the calibration's."""
    pairs: int
    """Of templates of different records."""
    questions: int
    resumed_after: int
    thresholds: SweepThresholds


@dataclass(frozen=True, slots=True)
class _Stored:
    """The enrolled as they lie in the database, by id."""

    database: Database
    firsts: Sequence[int]
    """The first id of each chunk, and one beyond the last id."""
    encoder: str

    @property
    def chunks(self) -> int:
        return len(self.firsts) - 1

    def read(self, chunk: int) -> Rows:
        with self.database.reading() as work:
            rows = work.session.execute(
                select(IrisTemplate.id, IrisTemplate.data)
                .where(
                    IrisTemplate.id >= self.firsts[chunk], IrisTemplate.id < self.firsts[chunk + 1],
                    IrisTemplate.removed_at.is_(None), IrisTemplate.encoder == self.encoder,
                )
                .order_by(IrisTemplate.id)
            ).all()  # fmt: skip
        return [(row.id, Template.from_bytes(row.data)) for row in rows]


class Sweeper:
    """Safe beside a running intake; two of them at once stop at the first step that the other took."""

    def __init__(
        self, *, database: Database, calibration: Calibration, trail: AuditTrail, clock: Clock, chunk: int = CHUNK,
        panel: int = PANEL,
    ) -> None:  # fmt: skip
        self._database, self._calibration, self._trail, self._clock = database, calibration, trail, clock
        self._chunk, self._panel = chunk, panel

    def sweep(self, *, expected_false: float, by: str, progress: Callable[[Step], None] = lambda _step: None) -> Swept:
        """Go on with the sweep that was begun with this number, or begin one.

        Errors: DatabaseUnavailable, MemoryShort, SweepElsewhere, ValueError (a number that cannot be expected).
        """
        sweep = self._begun(expected_false) or self._begin(expected_false, by)
        thresholds = SweepThresholds.model_validate(sweep.plan["thresholds"])
        source = _Stored(self._database, sweep.plan["firsts"], sweep.plan["encoder"])
        steps = run(source, thresholds, panel=sweep.plan["panel"], seed=int(sweep.plan["seed"], 16), first=sweep.done)
        for step in steps:
            self._take(sweep.id, step)
            progress(step)
        return self._finish(sweep, thresholds, by)

    def _begun(self, expected_false: float) -> GallerySweep | None:
        with self._database.reading() as work:
            unfinished = select(GallerySweep).where(GallerySweep.finished_at.is_(None)).order_by(GallerySweep.id.desc())
            newest = work.session.scalars(unfinished.limit(1)).one_or_none()
        if newest is None or newest.plan["thresholds"]["expected_false"] != expected_false:
            return None
        fits = newest.plan["encoder"] == self._calibration.encoder and newest.plan["digest"] == self._calibration.digest
        return newest if fits else None

    def _begin(self, expected_false: float, by: str) -> GallerySweep:
        with self._database.writing() as work:
            seq = last_seq(work)
            ids = self._enrolled(work, seq)
            codes = _codes_per_eye(work, ids)
            demand_memory(min(len(ids), self._chunk * self._panel), codes or 1.0)
            thresholds = sweep_thresholds(
                len(ids), codes_per_eye=codes, expected_false=expected_false, calibration=self._calibration
            )
            firsts = [*ids[:: self._chunk], ids[-1] + 1] if ids else [0]
            sweep = GallerySweep(
                started_at=self._clock.now(), started_by=by, log_seq=seq, done=0,
                steps=len(Layout(len(firsts) - 1, self._panel).steps()),
                plan={
                    "thresholds": thresholds.model_dump(), "firsts": firsts, "panel": self._panel,
                    "seed": secrets.token_hex(16), "encoder": self._calibration.encoder,
                    "digest": self._calibration.digest, "templates": len(ids),
                    "left_out": _left_out(work, self._calibration.encoder),
                },
            )  # fmt: skip
            work.session.add(sweep)
            work.session.flush()
            detail = {"templates": len(ids), "expected_false": expected_false}
            self._trail.append(work, actor=by, action="sweep.started", subject=f"sweep:{sweep.id}", detail=detail)
            work.commit()
        return sweep

    def _enrolled(self, work: UnitOfWork, seq: int) -> list[int]:
        rows = (
            select(IrisTemplate.id)
            .join(GalleryLog, GalleryLog.template_id == IrisTemplate.id)
            .where(
                GalleryLog.seq <= seq, GalleryLog.op == "add", IrisTemplate.removed_at.is_(None),
                IrisTemplate.encoder == self._calibration.encoder,
            )
            .distinct()
            .order_by(IrisTemplate.id)
        )  # fmt: skip
        return list(work.session.scalars(rows))

    def _take(self, sweep_id: int, step: Step) -> None:
        """Pairs, questions and how far it is, in one commit."""
        with self._database.locking_gallery() as work:
            taken = work.session.execute(
                update(GallerySweep)
                .where(GallerySweep.id == sweep_id, GallerySweep.done == step.number - 1)
                .values(done=step.number)
                .returning(GallerySweep.id)
            ).one_or_none()
            if taken is None:
                raise SweepElsewhere(sweep_id)
            owners = children.owners(work, {number for pair in step.pairs for number in (pair.one, pair.other)})
            for pair in step.pairs:
                self._raise(work, sweep_id, pair, owners)
            work.commit()

    def _raise(self, work: UnitOfWork, sweep_id: int, pair: Pair, owners: dict[int, int]) -> None:
        """Nothing for templates of one record, or of none any more."""
        one, other = owners.get(pair.one), owners.get(pair.other)
        if one is None or other is None or one == other:
            return
        newer = work.session.get_one(IrisTemplate, pair.other)
        question = raise_found(
            work, child_id=other, other_id=one, slot_id=newer.slot_id, reason=REASON, trail=self._trail,
            now=self._clock.now(),
        )  # fmt: skip
        work.session.add(
            SweepPair(
                sweep_id=sweep_id, one_id=pair.one, other_id=pair.other, score=pair.score, question_id=question,
                evidence=pair.model_dump(mode="json"),
            )
        )  # fmt: skip
        work.session.flush()

    def _finish(self, sweep: GallerySweep, thresholds: SweepThresholds, by: str) -> Swept:
        with self._database.writing() as work:
            found = select(func.count(SweepPair.id), func.count(SweepPair.question_id))
            pairs, questions = work.session.execute(found.where(SweepPair.sweep_id == sweep.id)).one()
            work.session.execute(
                update(GallerySweep).where(GallerySweep.id == sweep.id).values(finished_at=self._clock.now())
            )
            detail = {"pairs": pairs, "questions": questions}
            self._trail.append(work, actor=by, action="sweep.finished", subject=f"sweep:{sweep.id}", detail=detail)
            work.commit()
        return Swept(
            sweep_id=sweep.id, templates=sweep.plan["templates"], left_out=sweep.plan["left_out"], pairs=pairs,
            questions=questions, resumed_after=sweep.done, thresholds=thresholds,
        )  # fmt: skip


def _left_out(work: UnitOfWork, encoder: str) -> int:
    others = select(func.count()).where(IrisTemplate.removed_at.is_(None), IrisTemplate.encoder != encoder)
    return work.session.scalar(others) or 0


def _codes_per_eye(work: UnitOfWork, ids: Sequence[int]) -> float | None:
    """Of a sample over the whole gallery."""
    sample = ids[:: max(1, len(ids) // _SAMPLE)]
    codes = eyes = 0
    for data in work.session.scalars(select(IrisTemplate.data).where(IrisTemplate.id.in_(sample))):
        template = Template.from_bytes(data)
        eyes += bool(template.left) + bool(template.right)
        codes += len(template.left) + len(template.right)
    return codes / eyes if eyes else None
