"""Deciding on a merge that somebody else asked for, and carrying it out: whole, in one transaction, under the gallery's
lock, beneath which matching looks up whose a template is."""

from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping

from common.time import Clock
from registry.audit.service import AuditTrail
from registry.children.marked import gather_marks
from registry.children.people import Person
from registry.db import UnitOfWork
from registry.errors import NotThere, ReasonNeeded
from registry.live.service import Happening, tell
from registry.review import judging
from registry.review.merge import rules
from registry.review.merge.owned import LINKS, MOVING, table
from registry.review.merge.proposing import Proposal, asked_from, child_row, propose, record_of, with_choices
from registry.review.merge.recording import Recorder, rows_of, write_record
from registry.review.merge.rules import Take, joined_record
from registry.review.people import demand, demand_both, refuse
from registry.review.rules import DECIDES_MERGE, QuestionState, Refusal, may_decide_merge
from registry.review.tables import Merge, ReviewQuestion


def decide_merge(
    work: UnitOfWork, *, merge_id: int, by: Person, accept: bool, note: str = "", trail: AuditTrail, clock: Clock
) -> Merge:
    """Merge the two, or refuse with a reason. The same decision sent twice is one.

    Errors: NotThere, ReasonNeeded, ReviewRefused (own_request, answered_already, list_changed, merged_already).
    """
    demand(by, DECIDES_MERGE, "merge")
    work.lock_gallery()
    merge, now = work.session.get(Merge, merge_id), clock.now()
    if merge is None:
        raise NotThere("merge")
    demand_both(work, by, (merge.survivor_id, merge.absorbed_id), "merge")
    refuse(may_decide_merge(asked_by=merge.asked_by, decider=by.name))
    if merge.state != "asked":
        same = merge.decided_by == by.name and merge.state == ("done" if accept else "refused")
        refuse(None if same else Refusal.ANSWERED_ALREADY)
        return merge
    if not accept and not note.strip():
        raise ReasonNeeded
    merge.decided_by, merge.decided_at, merge.decision_note = by.name, now, note.strip()[:500]
    merge.state = "done" if accept else "refused"
    question = work.session.get_one(ReviewQuestion, merge.question_id)
    if accept:
        _carry_out(work, merge, question, now)
    else:
        judging.withdraw(work, question, QuestionState.POSSIBLY_SAME, now)
    work.session.flush()
    pair = {"survivor": merge.survivor_id, "absorbed": merge.absorbed_id}
    trail.append(work, actor=by.name, action=f"merge.{merge.state}", subject=f"merge:{merge.id}", detail=pair)
    kind = "children_merged" if accept else "merge_refused"
    tell(work, [Happening(kind=kind, child_id=merge.survivor_id, data={"merge": merge.id} | pair)], at=now)
    return merge


def _carry_out(work: UnitOfWork, merge: Merge, question: ReviewQuestion, now: datetime) -> None:
    current = propose(work.session, question, survivor_id=merge.survivor_id)
    refuse(Refusal.LIST_CHANGED if current.digest != merge.plan["digest"] else None)
    plan, recorder = with_choices(current, asked_from(merge.plan)), Recorder(work, merge.id)
    work.session.flush()
    ours, theirs = (record_of(work.session, one) for one in (plan.survivor_id, plan.absorbed_id))
    joined = joined_record(ours, theirs, plan.fields)
    stayed = _move_rows(work, plan, recorder)
    if joined:
        write_record(
            work, recorder, plan.survivor_id, joined, by=merge.decided_by or "", why=f"merge:{merge.id}", now=now
        )
    _relink(work, merge, recorder, now)
    _join_records(work, plan, recorder)
    gather_marks(work, [plan.survivor_id, plan.absorbed_id])
    merge.plan = merge.plan | {"stayed": stayed}
    work.session.flush()
    work.session.expire_all()


def _move_rows(work: UnitOfWork, plan: Proposal, recorder: Recorder) -> list[str]:
    """The rows that could not move, because the survivor has one that must stand alone: they stay with their record."""
    stayed = []
    for owned in MOVING:
        for row in rows_of(work, owned.table, owned.column, plan.survivor_id):
            values = _case_values(plan, row) if owned.table == "case_file" else {}
            recorder.change(owned.table, row, values)
        for row in rows_of(work, owned.table, owned.column, plan.absorbed_id):
            values = {owned.column: plan.survivor_id}
            values |= _case_values(plan, row) if owned.table == "case_file" else {}
            if not recorder.change(owned.table, row, values):
                stayed.append(f"{owned.table}:{row['id']}")
    return stayed


def _case_values(plan: Proposal, row: RowMapping) -> dict[str, Any]:
    """What the merge changes of an open case, beside its child."""
    if plan.case is None or row["id"] not in (plan.case.leads, plan.case.joins):
        return {}
    if row["id"] == plan.case.joins:
        return {"joined_to_id": plan.case.leads}
    cases = {case.id: case for case in plan.cases}
    return {"owner_id": cases[plan.case.owner].owner_id, "arrived_at": cases[plan.case.clock].arrived_at}


def _relink(work: UnitOfWork, merge: Merge, recorder: Recorder, now: datetime) -> None:
    """The slots of the absorbed record stand under the survivor from now on; its own links say until when they did."""
    for row in rows_of(work, LINKS, "child_id", merge.survivor_id):
        recorder.keep(LINKS, row["id"])
    for row in rows_of(work, LINKS, "child_id", merge.absorbed_id):
        if row["unlinked_at"] is not None:
            recorder.keep(LINKS, row["id"])
            continue
        closing = {"unlinked_at": now, "unlinked_by": merge.decided_by, "unlinked_reason": f"merge:{merge.id}"}
        recorder.change(LINKS, row, closing)
        linking = {"slot_id": row["slot_id"], "child_id": merge.survivor_id}
        recorder.write(LINKS, linking | {"linked_at": now, "linked_by": merge.decided_by})


def _join_records(work: UnitOfWork, plan: Proposal, recorder: Recorder) -> None:
    session, child = work.session, table("child")
    before = {one: child_row(session, one) for one in (plan.survivor_id, plan.absorbed_id)}
    ours, theirs = before[plan.survivor_id], before[plan.absorbed_id]
    survivor: dict[str, Any] = {
        "standing": rules.standing(ours["standing"], theirs["standing"]),
        "last_met_on": rules.later(ours["last_met_on"], theirs["last_met_on"]),
    }
    for one in plan.fields:
        if one.take is Take.ABSORBED and not one.field.startswith(rules.ON_RECORD):
            survivor |= dict(zip(one.columns, one.absorbed, strict=True))
    changes: dict[int, dict[str, Any]] = {
        plan.survivor_id: survivor,
        plan.absorbed_id: {"merged_into_id": plan.survivor_id},
    }
    for child_id, values in changes.items():
        session.execute(child.update().where(child.c.id == child_id).values(**values))
        recorder.keep_whole("child", child_id, before[child_id], child_row(session, child_id))
