"""Causes that nobody was told of yet, looked up in the tables that they come from. Nothing here writes."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, String, and_, cast, exists, literal, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased, joinedload, selectinload

from registry.cases.reading import all_facts, form_of
from registry.cases.records import CaseEntry, CaseTask, Commitment, Promise
from registry.cases.rules.clocks import ringing
from registry.cases.rules.facts import today
from registry.cases.rules.orders import ADMISSION_WITHOUT_DECISION
from registry.cases.rules.writing import Table
from registry.cases.tables import Case, Proposal
from registry.db import UnitOfWork
from registry.inbox.house import holding
from registry.inbox.rules import causes
from registry.inbox.rules.causes import LEAD, Found, Kind
from registry.inbox.rules.people import House
from registry.inbox.tables import Cause
from registry.letters.rules import LAWS
from registry.letters.tables import Letter
from registry.referrals.service import stands
from registry.referrals.tables import PartnerPerson, Referral
from registry.review.rules import QuestionState
from registry.review.tables import Merge, ReviewJudgement, ReviewQuestion
from registry.safeguarding.rules import is_late as report_is_late
from registry.safeguarding.tables import AccessWithdrawn, Accused, Report
from registry.tracing.tables import PossibleMatch
from registry.transfers.rules import approvers
from registry.transfers.tables import CaseTransfer

PAGE = 500
Id = InstrumentedAttribute[int]


def untold(prefix: str, row_id: Id, suffix: str) -> ColumnElement[bool]:
    """No cause has the key that this row would have."""
    key = literal(f"{prefix}:") + cast(row_id, String) + literal(f":{suffix}")
    return ~exists().where(Cause.key == key)


def tasks(
    session: Session, house: House, table: Table, now: datetime, *conditions: ColumnElement[bool]
) -> tuple[list[Found], int | None]:
    """Due within a day or late, and not told of as that; a page by number, and the last number where there may be
    more."""
    new = or_(
        and_(CaseTask.due_at <= now, untold("task", CaseTask.id, "late")),
        and_(CaseTask.due_at > now, CaseTask.due_at <= now + LEAD, untold("task", CaseTask.id, "due")),
    )
    rows = session.execute(
        select(CaseTask, Case.child_id, Case.owner_id)
        .join(Case, Case.id == CaseTask.case_id)
        .where(CaseTask.outcome == "open", new, *conditions)
        .order_by(CaseTask.id)
        .limit(PAGE)
    ).all()
    found, house = [], holding(session, house, [child_id for _, child_id, _ in rows])
    for task, child_id, owner in rows:
        seeing = house.seeing(child_id)
        assert task.due_at is not None  # by the statement above
        one = causes.task_due(
            table[task.name], task_id=task.id, case_id=task.case_id, opened=task.opened_at, due=task.due_at, now=now,
            seeing=seeing, owner=owner,
        )  # fmt: skip
        if one is not None:
            found.append(one)
    return found, rows[-1][0].id if len(rows) == PAGE else None


def due_since(since: datetime, now: datetime, last_id: int) -> ColumnElement[bool]:
    """Tasks whose moment came between two looks, and those written since the first of them."""
    return or_(
        CaseTask.due_at.between(since, now), CaseTask.due_at.between(since + LEAD, now + LEAD), CaseTask.id > last_id
    )


def approvals(session: Session, house: House, table: Table, now: datetime) -> Iterator[Found]:  # noqa: ARG001 - one shape for all
    rows = session.execute(
        select(CaseEntry, Case.child_id, Case.owner_id)
        .join(Case, Case.id == CaseEntry.case_id)
        .where(CaseEntry.standing == "asked", untold("entry", CaseEntry.id, "asked"))
        .limit(PAGE)
    ).all()
    house = holding(session, house, [child_id for _, child_id, _ in rows])
    for entry, child_id, owner in rows:
        yield causes.approval(
            table[entry.task], form_of(entry, table), entry_id=entry.id, case_id=entry.case_id,
            asked_by=entry.written_by_id, asker=entry.written_by, seeing=house.seeing(child_id), owner=owner,
            table=table,
        )  # fmt: skip


def pledges(session: Session, house: House, table: Table, now: datetime) -> Iterator[Found]:  # noqa: ARG001
    """Our promises whose day has passed, and the guardian's commitments whose review has come."""
    day, known = today(now), select(Case.child_id, Case.owner_id)
    late = known.add_columns(Promise).join(Promise, Promise.case_id == Case.id)
    late = late.where(Promise.ended.is_(None), Promise.due_on < day, untold("promise", Promise.id, "late"))
    unkept = session.execute(late.limit(PAGE)).all()
    house = holding(session, house, [child_id for child_id, _, _ in unkept])
    for child_id, owner, promise in unkept:
        yield causes.promise_late(
            promise.id, case_id=promise.case_id, due_on=promise.due_on, seeing=house.seeing(child_id), owner=owner
        )
    due = known.add_columns(Commitment).join(Commitment, Commitment.case_id == Case.id)
    due = due.where(
        Commitment.ended.is_(None), Commitment.review_on <= day, untold("commitment", Commitment.id, "review")
    )
    to_review = session.execute(due.limit(PAGE)).all()
    house = holding(session, house, [child_id for child_id, _, _ in to_review])
    for child_id, owner, commitment in to_review:
        yield causes.commitment_review(
            commitment.id, case_id=commitment.case_id, on=commitment.review_on, seeing=house.seeing(child_id),
            owner=owner,
        )  # fmt: skip


def reviews(session: Session, house: House, table: Table, now: datetime) -> Iterator[Found]:  # noqa: ARG001
    """Questions that a child waits for. Who asked or has answered is not asked again."""
    key = literal("question:") + cast(ReviewQuestion.id, String) + literal(":") + cast(ReviewQuestion.round, String)
    new = or_(
        and_(ReviewQuestion.due_at > now, ~exists().where(Cause.key == key + literal(":waits"))),
        and_(ReviewQuestion.due_at <= now, ~exists().where(Cause.key == key + literal(":on_call"))),
    )
    asked = select(ReviewQuestion).where(ReviewQuestion.state == QuestionState.OPEN, new).limit(PAGE)
    questions = list(session.scalars(asked))
    answered = _answered(session, [question.id for question in questions])
    house = holding(session, house, [child for one in questions for child in (one.child_id, one.other_id)])
    for question in questions:
        names = {question.raised_by, *answered[question.id, question.round]}
        assert question.due_at is not None  # by the statement above
        yield causes.review(
            question.id, round_=question.round, due=question.due_at, now=now,
            not_to={house.names[name] for name in names if name in house.names},
            seeing=house.seeing(question.child_id, question.other_id),
        )  # fmt: skip


def _answered(session: Session, ids: Collection[int]) -> dict[tuple[int, int], set[str]]:
    asked = select(ReviewJudgement.question_id, ReviewJudgement.round, ReviewJudgement.reviewer)
    answered: dict[tuple[int, int], set[str]] = defaultdict(set)
    for row in session.execute(asked.where(ReviewJudgement.question_id.in_(ids), ReviewJudgement.verdict.is_not(None))):
        answered[row[0], row[1]].add(row[2])
    return answered


def merges(session: Session, house: House, table: Table, now: datetime) -> Iterator[Found]:  # noqa: ARG001
    asked = select(Merge).where(Merge.state == "asked", untold("merge", Merge.id, "asked")).limit(PAGE)
    found = session.scalars(asked).all()
    house = holding(session, house, [child for one in found for child in (one.survivor_id, one.absorbed_id)])
    for merge in found:
        yield causes.merge_asked(
            merge.id, asked_by=house.names.get(merge.asked_by), asker=merge.asked_by,
            seeing=house.seeing(merge.survivor_id, merge.absorbed_id),
        )  # fmt: skip


def reopenings(session: Session, house: House, table: Table, now: datetime) -> Iterator[Found]:  # noqa: ARG001
    new = or_(
        and_(Proposal.due_at <= now, untold("proposal", Proposal.id, "late")),
        and_(or_(Proposal.due_at.is_(None), Proposal.due_at > now), untold("proposal", Proposal.id, "open")),
    )
    rows = session.execute(
        select(Proposal, Case.id, Case.owner_id)
        .join(Case, Case.id == Proposal.case_id)
        .where(Proposal.state == "open", Proposal.kind == "reopen", new)
        .limit(PAGE)
    ).all()
    house = holding(session, house, [proposal.child_id for proposal, _, _ in rows])
    for proposal, case_id, owner in rows:
        yield causes.reopening(
            proposal.id, case_id=case_id, due=proposal.due_at, now=now,
            seeing=house.seeing(proposal.child_id), owner=owner,
        )  # fmt: skip


def matches(session: Session, house: House, table: Table, now: datetime) -> Iterator[Found]:  # noqa: ARG001
    """The manager of the child's open case, where there is one."""
    its_case = aliased(Case)
    rows = session.execute(
        select(PossibleMatch, its_case.owner_id)
        .outerjoin(
            its_case,
            and_(
                its_case.child_id == PossibleMatch.child_id, its_case.state != "closed", its_case.joined_to_id.is_(None)
            ),
        )
        .where(PossibleMatch.verdict == "open", untold("match", PossibleMatch.id, "found"))
        .limit(PAGE)
    ).all()
    house = holding(session, house, [match.child_id for match, _ in rows])
    for match, owner in rows:
        yield causes.possible_match(match.id, seeing=house.seeing(match.child_id), owner=owner)


def letters(session: Session, house: House, table: Table, now: datetime) -> Iterator[Found]:  # noqa: ARG001
    rows = session.execute(
        select(Letter, Case.child_id, Case.owner_id)
        .join(Case, Case.id == Letter.case_id)
        .where(Letter.state == "draft", Letter.kind.in_(BY_TWO), untold("letter", Letter.id, "draft"))
        .limit(PAGE)
    ).all()
    house = holding(session, house, [child_id for _, child_id, _ in rows])
    for letter, child_id, owner in rows:
        found = causes.letter_to_sign(
            letter.id, letter.kind, case_id=letter.case_id, drafted_by=letter.drafted_by_id, drafter=letter.drafted_by,
            seeing=house.seeing(child_id), owner=owner,
        )  # fmt: skip
        if found is not None:
            yield found


def transfers(session: Session, house: House, table: Table, now: datetime) -> Iterator[Found]:  # noqa: ARG001
    new = or_(
        and_(CaseTransfer.state == "asked", untold("transfer", CaseTransfer.id, "asked")),
        and_(CaseTransfer.state == "offered", untold("transfer", CaseTransfer.id, "offered")),
    )
    offices = (joinedload(CaseTransfer.from_office), joinedload(CaseTransfer.to_office))
    asked = select(CaseTransfer, Case.child_id).join(Case, Case.id == CaseTransfer.case_id).where(new)
    for one, child_id in session.execute(asked.options(*offices).limit(PAGE)):
        offered = one.state == "offered"
        yield causes.transfer(
            one.id, offered=offered, roles=approvers(one.from_office.province, one.to_office.province),
            office=one.to_office_id if offered else one.from_office_id, asked_by=one.asked_by_id,
            asker="" if offered else one.asked_by, house=house, child=child_id,
        )  # fmt: skip


def reports(session: Session, house: House, table: Table, now: datetime) -> Iterator[Found]:  # noqa: ARG001
    """Who is accused, or kept away because of it, is never told: they would not see the report either."""
    late = or_(Report.due_at <= now, and_(Report.state == "filed", Report.look_by <= now))
    new = or_(
        and_(late, untold("report", Report.id, "late")),
        and_(~late, Report.state == "filed", untold("report", Report.id, "waits")),
    )
    found = session.scalars(select(Report).where(Report.state != "told", new).limit(PAGE)).all()
    for one in found:
        is_late = report_is_late(one.state, one.due_at, one.look_by, now)
        yield causes.report(
            one.id, urgent=one.urgency == 0, late=is_late, due=one.look_by if one.state == "filed" else one.due_at,
            not_to=_not_to(session, one.id), taken_by=one.taken_by_id, house=house,
        )  # fmt: skip


def referrals(session: Session, house: House, table: Table, now: datetime) -> Iterator[Found]:  # noqa: ARG001
    """New ones, and the end of those that were told of: by us, by their day, by another list, by their last report."""
    standing, told = stands(today(now)), ~untold("referral", Referral.id, "received")
    new = or_(
        and_(Referral.state == "open", standing, ~told),
        and_(Referral.state != "declined", ~standing, told, untold("referral", Referral.id, "ended")),
    )
    rows = session.execute(
        select(Referral, Case.child_id).join(Case, Case.id == Referral.case_id).where(new).limit(PAGE)
    ).all()
    people = defaultdict(set)
    asked = select(PartnerPerson.partner_id, PartnerPerson.account_id).where(
        PartnerPerson.partner_id.in_([one.partner_id for one, _ in rows]), PartnerPerson.ended_at.is_(None)
    )
    for partner, account in session.execute(asked):
        people[partner].add(account)
    known = set(session.scalars(select(Cause.referral_id).where(Cause.referral_id.in_([one.id for one, _ in rows]))))
    for one, child_id in rows:
        ender = house.names.get(one.ended_by or "")
        yield causes.referral(
            one.id, ended=one.id in known, people=people[one.partner_id], seeing=house.seeing(child_id),
            not_to=() if ender is None else (ender,),
        )  # fmt: skip


def _not_to(session: Session, report_id: int) -> set[int]:
    accused = select(Accused.account_id).where(Accused.report_id == report_id, Accused.account_id.is_not(None))
    away = select(AccessWithdrawn.account_id).where(
        AccessWithdrawn.report_id == report_id, AccessWithdrawn.ended_at.is_(None)
    )
    return {account for account in session.scalars(accused.union(away)) if account is not None}


BY_TWO = tuple(kind for kind, law in LAWS.items() if law.by_two)
LOOKS = (approvals, pledges, reviews, merges, reopenings, matches, letters, transfers, reports, referrals)


def first_day_over(since: datetime, now: datetime) -> ColumnElement[bool]:
    """Cases in screening whose first day ended between two looks."""
    day = ADMISSION_WITHOUT_DECISION
    return and_(Case.state == "screening", Case.arrived_at.between(since - day, now - day))


def may_ring(after: int) -> ColumnElement[bool]:
    """Cases by number: in our hands, with an exit nobody has reviewed, with a notice sent, or ringing before."""
    exit_ = select(CaseTask.case_id).where(CaseTask.name == "exit_review", CaseTask.outcome == "open")
    sent = select(CaseEntry.case_id).where(CaseEntry.task == "notice", CaseEntry.standing == "in_force")
    rang = select(Cause.case_id).where(Cause.kind == Kind.ALARM, Cause.ended_at.is_(None))
    held = Case.state.in_(("screening", "kept"))
    return and_(Case.id > after, or_(held, Case.id.in_(exit_), Case.id.in_(sent), Case.id.in_(rang)))


def alarms(work: UnitOfWork, house: House, now: datetime, which: ColumnElement[bool]) -> tuple[list[Found], list[int]]:
    """What rings on a page of cases; and the cases looked at, whose other alarms have ended."""
    asked = select(Case).where(which).options(selectinload(Case.child)).order_by(Case.id).limit(PAGE)
    found_cases: Sequence[Case] = work.session.scalars(asked).all()
    facts = all_facts(work, found_cases, now)
    house = holding(work.session, house, [case.child_id for case in found_cases])
    found = [
        causes.alarm(ring, case_id=case.id, seeing=house.seeing(case.child_id), owner=case.owner_id)
        for case in found_cases
        for ring in ringing(facts[case.id], now)
    ]
    return found, [case.id for case in found_cases]


_TOLD_ANEW = (Kind.TASK_DUE, Kind.REVIEW_WAITS, Kind.REOPENING, Kind.REPORT_WAITS)
"""As late, once their time has passed."""


def over(now: datetime) -> ColumnElement[bool]:
    """The condition on a standing cause that what it tells of is over, or told of anew as late. Alarms end where they
    are looked for."""

    def gone(
        kinds: Collection[Kind], row_id: Id, ref: InstrumentedAttribute[int | None], no_more: ColumnElement[bool]
    ) -> ColumnElement[bool]:
        return and_(Cause.kind.in_(kinds), exists().where(row_id == ref, no_more))

    return or_(
        gone((Kind.TASK_DUE, Kind.TASK_LATE), CaseTask.id, Cause.task_id, CaseTask.outcome != "open"),
        gone((Kind.APPROVAL,), CaseEntry.id, Cause.entry_id, CaseEntry.standing != "asked"),
        gone((Kind.PROMISE_LATE,), Promise.id, Cause.promise_id, Promise.ended.is_not(None)),
        gone((Kind.COMMITMENT_REVIEW,), Commitment.id, Cause.commitment_id, Commitment.ended.is_not(None)),
        gone(
            (Kind.REVIEW_WAITS, Kind.REVIEW_ON_CALL), ReviewQuestion.id, Cause.question_id,
            ReviewQuestion.state != QuestionState.OPEN,
        ),
        gone((Kind.MERGE_ASKED,), Merge.id, Cause.merge_id, Merge.state != "asked"),
        gone((Kind.REOPENING, Kind.REOPENING_LATE), Proposal.id, Cause.proposal_id, Proposal.state != "open"),
        gone((Kind.LETTER_TO_SIGN,), Letter.id, Cause.letter_id, Letter.state != "draft"),
        gone((Kind.TRANSFER_ASKED,), CaseTransfer.id, Cause.transfer_id, CaseTransfer.state != "asked"),
        gone((Kind.TRANSFER_OFFERED,), CaseTransfer.id, Cause.transfer_id, CaseTransfer.state != "offered"),
        gone((Kind.REPORT_WAITS,), Report.id, Cause.report_id, Report.state != "filed"),
        gone((Kind.REPORT_LATE,), Report.id, Cause.report_id, Report.state == "told"),
        gone((Kind.POSSIBLE_MATCH,), PossibleMatch.id, Cause.match_id, PossibleMatch.verdict != "open"),
        gone(
            (Kind.REFERRAL_RECEIVED,), Referral.id, Cause.referral_id,
            or_(Referral.state != "open", ~stands(today(now))),
        ),
        and_(Cause.kind.in_(_TOLD_ANEW), Cause.due_at <= now),
    )  # fmt: skip
