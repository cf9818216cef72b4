"""What a merge would do, before anybody asks for it; and asking for it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.cases.tables import Case
from registry.children.people import Person
from registry.children.records import RecordVersion
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.errors import NotThere
from registry.live.service import Happening, tell
from registry.review.merge import rules
from registry.review.merge.owned import table
from registry.review.merge.rules import CaseChoice, CaseFacts, FieldChoice, Take
from registry.review.merge.values import row_stored, stored
from registry.review.people import demand, demand_both, refuse
from registry.review.rules import ASKS_MERGE, QuestionState, Refusal, may_ask_merge
from registry.review.sides import standing_as
from registry.review.tables import Merge, ReviewQuestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`digest` names the facts that it rests on: a merge decided on older ones is asked for again."""

    survivor_id: int
    absorbed_id: int
    fields: tuple[FieldChoice, ...]
    cases: tuple[CaseFacts, ...]
    """The open case of each, where both have one."""
    case: CaseChoice | None
    digest: str

    def as_plan(self) -> dict[str, Any]:
        plain = asdict(self)
        plain["fields"] = [_field(one) for one in self.fields]
        plain["cases"] = [row_stored(asdict(one)) for one in self.cases]
        return plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What a person chose otherwise than proposed."""

    survivor_id: int | None = None
    fields: Mapping[str, Take]
    case: Mapping[str, int]


AS_PROPOSED = Choices(fields={}, case={})


def propose(session: Session, question: ReviewQuestion, *, survivor_id: int | None = None) -> Proposal:
    """Unless told otherwise a confirmed record survives, then the older one. Errors: ReviewRefused."""
    pair = [session.get_one(Child, standing_as(session, one)) for one in (question.child_id, question.other_id)]
    merged = pair[0].id == pair[1].id
    refuse(may_ask_merge(QuestionState(question.state), merged=merged))
    pair.sort(key=lambda child: (child.standing != "confirmed", child.created_at, child.id))
    if survivor_id is not None and survivor_id != pair[0].id:
        pair.reverse()
    refuse(Refusal.LIST_CHANGED if survivor_id not in (None, pair[0].id) else None)
    survivor, absorbed = pair
    fields = rules.field_choices(child_row(session, survivor.id), child_row(session, absorbed.id))
    fields += rules.record_choices(record_of(session, survivor.id), record_of(session, absorbed.id))
    ours, theirs = (_open_case(session, child.id) for child in pair)
    return Proposal(
        survivor_id=survivor.id, absorbed_id=absorbed.id, fields=fields, case=rules.case_choice(ours, theirs),
        cases=(ours, theirs) if ours and theirs else (), digest=_digest(survivor.id, absorbed.id, fields, ours, theirs),
    )  # fmt: skip


def with_choices(offered: Proposal, choices: Choices) -> Proposal:
    """Errors: ReviewRefused (list_changed, weaker_alert)."""
    refuse(rules.may_choose(offered.fields, choices.fields))
    refuse(rules.may_choose_case(offered.case, choices.case))
    fields, case = rules.choose(offered.fields, choices.fields), rules.choose_case(offered.case, choices.case)
    return replace(offered, fields=fields, case=case)


def ask_merge(
    work: UnitOfWork,
    *,
    question_id: int,
    by: Person,
    choices: Choices = AS_PROPOSED,
    digest: str | None = None,
    trail: AuditTrail,
    clock: Clock,
) -> Merge:
    """Ask somebody else to merge the two; `digest`: of the proposal that the person saw. Asked twice it is one.

    Errors: NotThere, ReviewRefused (not_agreed, merged_already, list_changed, weaker_alert, asked_already).
    """
    demand(by, ASKS_MERGE, "question")
    work.lock_gallery()
    question = work.session.get(ReviewQuestion, question_id)
    if question is None or question.item_id is None:
        raise NotThere("question")
    demand_both(work, by, (question.child_id, question.other_id), "question")
    offered = propose(work.session, question, survivor_id=choices.survivor_id)
    refuse(Refusal.LIST_CHANGED if digest not in (None, offered.digest) else None)
    plan = with_choices(offered, choices).as_plan()
    standing = _asked(work, offered)
    if standing is not None:
        same = (standing.asked_by, standing.plan) == (by.name, plan)
        refuse(None if same else Refusal.ASKED_ALREADY, what=f"merge {standing.id}")
        return standing
    return _write(work, question, plan, by, trail, clock)


def asked_from(plan: Mapping[str, Any]) -> Choices:
    """The choices again, from a stored plan."""
    case = plan["case"] or {}
    return Choices(
        survivor_id=plan["survivor_id"],
        fields={one["field"]: Take(one["take"]) for one in plan["fields"]},
        case={name: case[name] for name in ("leads", "owner", "order", "clock") if name in case},
    )


def child_row(session: Session, child_id: int) -> dict[str, Any]:
    """Every column of the record."""
    child = table("child")
    session.flush()
    return dict(session.execute(select(child).where(child.c.id == child_id)).mappings().one())


def record_of(session: Session, child_id: int) -> dict[str, Any]:
    """The written record in force; empty where nothing was written."""
    found = session.scalars(
        select(RecordVersion.record)
        .where(RecordVersion.child_id == child_id)
        .order_by(RecordVersion.id.desc())
        .limit(1)
    ).first()
    return found or {}


def _write(
    work: UnitOfWork, question: ReviewQuestion, plan: dict[str, Any], by: Person, trail: AuditTrail, clock: Clock
) -> Merge:
    now = clock.now()
    merge = Merge(
        question_id=question.id, survivor_id=plan["survivor_id"], absorbed_id=plan["absorbed_id"], state="asked",
        plan=plan, asked_by=by.name, asked_at=now,
    )  # fmt: skip
    work.session.add(merge)
    work.session.flush()
    trail.append(
        work, actor=by.name, action="merge.asked", subject=f"merge:{merge.id}", detail={"question": question.id}
    )
    tell(work, [Happening(kind="merge_asked", child_id=merge.survivor_id, data={"merge": merge.id})], at=now)
    return merge


def _asked(work: UnitOfWork, offered: Proposal) -> Merge | None:
    """The merge that waits for a decision about these two, or about the one that would be absorbed: one at a time."""
    pair = (offered.survivor_id, offered.absorbed_id)
    rows = work.session.scalars(
        select(Merge).where(
            Merge.state == "asked",
            or_(
                Merge.absorbed_id == offered.absorbed_id,
                and_(Merge.survivor_id.in_(pair), Merge.absorbed_id.in_(pair)),
            ),
        )
    )
    return rows.first()


def _open_case(session: Session, child_id: int) -> CaseFacts | None:
    case = session.scalars(
        select(Case).where(Case.child_id == child_id, Case.state != "closed", Case.joined_to_id.is_(None))
    ).one_or_none()
    if case is None:
        return None
    return CaseFacts(
        id=case.id, number=case.number, state=case.state, opened_at=case.opened_at, arrived_at=case.arrived_at,
        owner_id=case.owner_id,
    )  # fmt: skip


def _field(one: FieldChoice) -> dict[str, Any]:
    return {
        "field": one.field, "columns": list(one.columns), "survivor": [stored(value) for value in one.survivor],
        "absorbed": [stored(value) for value in one.absorbed], "take": str(one.take), "fixed": one.fixed,
    }  # fmt: skip


def _digest(
    survivor: int, absorbed: int, fields: tuple[FieldChoice, ...], ours: CaseFacts | None, theirs: CaseFacts | None
) -> str:
    facts = [
        survivor, absorbed, [[one.field, list(map(stored, one.survivor)), list(map(stored, one.absorbed))]
        for one in fields], [row_stored(asdict(one)) if one else None for one in (ours, theirs)],
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, ensure_ascii=True).encode()).hexdigest()[:32]
