"""Questions, merges and slots for programs."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel

from registry.review.agreement import EyeMap
from registry.review.drawing import SIZE, paths
from registry.review.evidence import Closest, Evidence, Record
from registry.review.measuring import ReviewerMeasured
from registry.review.merge.since import Since
from registry.review.queue import Queue, Waiting
from registry.review.rules import LookAlikes
from registry.review.seeing import Seen
from registry.review.tables import Merge


class WaitingOut(BaseModel):
    """`stage`: on_call | child_waits | ordinary. `begun`: you judged the irises and have not answered yet."""

    id: int
    stage: str
    opened_at: datetime
    due_at: datetime | None
    begun: bool


class QueueOut(BaseModel):
    total: int
    questions: list[WaitingOut]
    next: str | None


class EyeOut(BaseModel):
    """Counts are of a hundred places; `agrees` and `differs` are paths of a picture `size` wide."""

    eye: str
    seen: int
    agreeing: int
    rotation: int
    size: int
    agrees: str
    differs: str


class LookAlikesOut(BaseModel):
    """Of `out_of` searches for somebody never met, `found` meet such a look-alike, among so many `enrolled`; `pairs` of
    different children in the whole registry are as alike."""

    found: int
    out_of: int
    enrolled: int
    pairs: int


class SuspectedOut(BaseModel):
    """An eye that the tablet took for a forgery (print | screen | lens), of record 0 or 1. Advice, no finding."""

    record: int
    eye: str
    forgery: str


class IrisesOut(BaseModel):
    compared: bool
    eyes: list[EyeOut]
    look_alikes: LookAlikesOut | None
    suspected: list[SuspectedOut]


class AgeOut(BaseModel):
    low: int
    high: int
    method: str | None
    said_on: date


class MeetingOut(BaseModel):
    at: datetime
    clock_doubtful: bool
    place: str
    activity: str | None
    language: str | None
    adult: str
    beside: list[str]


class RecordOut(BaseModel):
    names: list[str]
    sexes: list[str]
    ages: list[AgeOut]
    meetings: list[MeetingOut]


class ClosestOut(BaseModel):
    minutes: int
    kilometres: float | None


class EvidenceOut(BaseModel):
    records: list[RecordOut]
    together: bool
    closest: ClosestOut | None


class OwnOut(BaseModel):
    """Your own answer; nobody else's is ever shown."""

    iris_view: str
    iris_note: str
    verdict: str | None
    note: str


class QuestionOut(BaseModel):
    """`step`: irises (say what they alone tell; then the evidence opens) | evidence (answer) | answered."""

    id: int
    round: int
    stage: str
    opened_at: datetime
    due_at: datetime | None
    step: Literal["irises", "evidence", "answered"]
    irises: IrisesOut
    own: OwnOut | None
    evidence: EvidenceOut | None


class MergeOut(BaseModel):
    """`plan`: what survives of every field and open case. `contested`: one reviewer said the opposite."""

    id: int
    question_id: int
    state: str
    survivor_id: int
    absorbed_id: int
    contested: bool
    plan: dict[str, Any]
    asked_by: str
    asked_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    decision_note: str | None
    undone_by: str | None
    undone_at: datetime | None
    undone_reason: str | None


class MergesOut(BaseModel):
    """`to_ask`: questions on which two reviewers agreed and for which nobody has asked yet."""

    to_ask: list[int]
    merges: list[MergeOut]
    next: str | None


class ProposalOut(BaseModel):
    plan: dict[str, Any]


class SinceOut(BaseModel):
    key: str
    at: datetime | None
    about: str


class SinceListOut(BaseModel):
    rows: list[SinceOut]


class RaisedOut(BaseModel):
    question_id: int


class DetachedOut(BaseModel):
    """`to_child_id`: the record that the slot stands under now; reviewers were asked about the two."""

    slot_id: int
    from_child_id: int
    to_child_id: int


class HiddenOut(BaseModel):
    added: int


class MeasuredOut(BaseModel):
    """Counts of answers to hidden tests. `says_something`: there are enough of them to mean anything."""

    reviewer: str
    answers: int
    right: int
    wrong_same: int
    wrong_different: int
    cannot_tell: int
    says_something: bool


class MeasuresOut(BaseModel):
    reviewers: list[MeasuredOut]


def queue_out(queue: Queue) -> QueueOut:
    return QueueOut(total=queue.total, questions=[_waiting(row) for row in queue.rows], next=queue.next)


def question_out(seen: Seen) -> QuestionOut:
    own, question = seen.own, seen.question
    comparison = seen.irises.comparison
    return QuestionOut(
        id=question.id, round=question.round, stage=seen.stage, opened_at=question.opened_at, due_at=question.due_at,
        step=seen.step,
        irises=IrisesOut(
            compared=comparison is not None, eyes=[_eye(eye) for eye in comparison.eyes] if comparison else [],
            look_alikes=_look_alikes(seen.irises.look_alikes),
            suspected=[SuspectedOut(**one.as_shown()) for one in seen.irises.suspected],
        ),
        own=OwnOut(iris_view=own.iris_view, iris_note=own.iris_note, verdict=own.verdict, note=own.note)
        if own
        else None,
        evidence=_evidence(seen.evidence) if seen.evidence else None,
    )  # fmt: skip


def merge_out(merge: Merge, *, contested: bool) -> MergeOut:
    return MergeOut(
        id=merge.id, question_id=merge.question_id, state=merge.state, survivor_id=merge.survivor_id,
        absorbed_id=merge.absorbed_id, contested=contested, plan=merge.plan, asked_by=merge.asked_by,
        asked_at=merge.asked_at, decided_by=merge.decided_by, decided_at=merge.decided_at,
        decision_note=merge.decision_note, undone_by=merge.undone_by, undone_at=merge.undone_at,
        undone_reason=merge.undone_reason,
    )  # fmt: skip


def since_out(rows: Sequence[Since]) -> SinceListOut:
    return SinceListOut(rows=[SinceOut(key=row.key, at=row.at, about=row.about) for row in rows])


def measures_out(found: Sequence[ReviewerMeasured]) -> MeasuresOut:
    return MeasuresOut(
        reviewers=[
            MeasuredOut(
                reviewer=one.reviewer, answers=one.measured.answers, right=one.measured.right,
                wrong_same=one.measured.wrong_same, wrong_different=one.measured.wrong_different,
                cannot_tell=one.measured.cannot_tell, says_something=one.measured.says_something,
            )
            for one in found
        ]
    )  # fmt: skip


def _waiting(row: Waiting) -> WaitingOut:
    return WaitingOut(id=row.id, stage=row.stage, opened_at=row.opened_at, due_at=row.due_at, begun=row.begun)


def _eye(eye: EyeMap) -> EyeOut:
    return EyeOut(
        eye=eye.eye, seen=eye.seen_of_hundred, agreeing=eye.agreeing_of_hundred, rotation=eye.rotation, size=SIZE,
        **paths(eye),
    )  # fmt: skip


def _look_alikes(found: LookAlikes | None) -> LookAlikesOut | None:
    if found is None:
        return None
    return LookAlikesOut(found=found.found, out_of=found.out_of, enrolled=found.enrolled, pairs=found.pairs)


def _evidence(found: Evidence) -> EvidenceOut:
    return EvidenceOut(
        records=[_record(one) for one in found.records], together=found.together, closest=_closest(found.closest)
    )


def _record(record: Record) -> RecordOut:
    return RecordOut(
        names=list(record.names), sexes=list(record.sexes),
        ages=[AgeOut(low=age.low, high=age.high, method=age.method, said_on=age.on) for age in record.ages],
        meetings=[
            MeetingOut(
                at=met.at, clock_doubtful=met.doubtful, place=met.place, activity=met.activity, language=met.language,
                adult=met.adult, beside=list(met.beside),
            )
            for met in record.meetings
        ],
    )  # fmt: skip


def _closest(found: Closest | None) -> ClosestOut | None:
    return ClosestOut(minutes=found.minutes, kilometres=found.kilometres) if found else None
