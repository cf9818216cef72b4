"""Taking a search, comparing it with the children on record, and telling the child's worker.

Sealed children are compared, too; a match of theirs is shown to the people named for them and to nobody else.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date, datetime

from sqlalchemy import ColumnElement, exists, false, or_, select
from sqlalchemy.orm import Session

from common.time import Clock, in_tehran
from registry.access.rules import Role
from registry.access.tables import Account
from registry.audit.service import AuditTrail
from registry.cases.tables import Case
from registry.children.finding import Sought, find, named
from registry.children.people import Person
from registry.children.recording import newest_of
from registry.children.records import ChildSeal
from registry.children.rules import age_on, age_today, draw_code
from registry.children.sealing import visible_to
from registry.children.tables import Child, ChildSlotLink
from registry.db import UnitOfWork
from registry.encounters.tables import Encounter, Slot
from registry.errors import MatchJudged, NotThere, RuleForbids
from registry.names.tokens import NameMarks
from registry.tracing import rules
from registry.tracing.forms import CloseForm, InquiryForm, VerdictForm
from registry.tracing.rules import Known
from registry.tracing.tables import Inquiry, MatchVerdict, PossibleMatch

_PAGE = 100
MOST_COMPARED = 1_000
MOST_MATCHES = 20
MOST_OPEN = 2_000
"""Open inquiries that a newly written record is compared with, the newest first."""


def take(
    work: UnitOfWork, form: InquiryForm, *, by: Person, marks: NameMarks, draw: Callable[[int], int], trail: AuditTrail,
    clock: Clock,
) -> Inquiry:  # fmt: skip
    """Write the search down and compare. The inquiry tells nothing of what was found. Errors: NotThere, RuleForbids."""
    if not rules.TAKES & by.roles:
        raise NotThere("inquiry")
    if not rules.is_enough(form.child):
        raise RuleForbids("people.too_little_to_search")
    now = clock.now()
    inquiry = Inquiry(
        reference=_reference(work, draw), inquiry=form.model_dump(mode="json"), taken_at=now, taken_by=by.name
    )
    work.session.add(inquiry)
    work.session.flush()  # its number goes into the matches and the audit entry
    _compare(work, inquiry, form, marks, now)
    trail.append(work, actor=by.name, action="tracing.asked", subject=f"inquiry:{inquiry.id}")
    return inquiry


def close(
    work: UnitOfWork, inquiry_id: int, form: CloseForm, *, by: Person, trail: AuditTrail, clock: Clock
) -> Inquiry:
    """Errors: NotThere, RuleForbids."""
    if not rules.TAKES & by.roles:
        raise NotThere("inquiry")
    inquiry = work.session.get(Inquiry, inquiry_id, with_for_update=True)
    if inquiry is None:
        raise NotThere("inquiry")
    if inquiry.state == "closed":
        raise RuleForbids("people.closed_already")
    inquiry.state, inquiry.closed_at, inquiry.closed_by = "closed", clock.now(), by.name
    inquiry.closed_because = form.because
    trail.append(work, actor=by.name, action="tracing.closed", subject=f"inquiry:{inquiry_id}")
    return inquiry


def look_again(work: UnitOfWork, child_id: int, *, clock: Clock) -> None:
    """More is known of a child than before: compare it with the searches that are still open."""
    now = clock.now()
    today = in_tehran(now).date()
    known = _known(work.session, [work.session.get_one(Child, child_id)], today)[child_id]
    told = set(work.session.scalars(select(PossibleMatch.inquiry_id).where(PossibleMatch.child_id == child_id)))
    open_ones = select(Inquiry).where(Inquiry.state == "open").order_by(Inquiry.id.desc()).limit(MOST_OPEN)
    for inquiry in work.session.scalars(open_ones):
        if inquiry.id not in told:
            sought = InquiryForm.model_validate(inquiry.inquiry).child
            _tell(work, inquiry, {child_id: rules.agreeing(sought, known, today)}, now)


def decide(
    work: UnitOfWork, match_id: int, form: VerdictForm, *, seen: int | None, by: Person, trail: AuditTrail, clock: Clock
) -> PossibleMatch:
    """By the child's worker. `seen`: the newest verdict that they had before them; None: there was none.

    Errors: NotThere, MatchJudged (a colleague has judged it meanwhile).
    """
    asked = select(PossibleMatch).where(PossibleMatch.id == match_id, told_to(by.account_id, by.roles))
    match = work.session.execute(asked.with_for_update(of=PossibleMatch)).scalar_one_or_none()
    if match is None:
        raise NotThere("match")
    last = match.verdicts[-1] if match.verdicts else None
    if last is not None and (last.verdict, last.note, last.decided_by) == (form.verdict, form.note, by.name):
        return match
    if (last.id if last else None) != seen:
        raise MatchJudged(match_id)
    match.verdict, match.note, match.decided_at, match.decided_by = form.verdict, form.note, clock.now(), by.name
    match.verdicts.append(
        MatchVerdict(verdict=form.verdict, note=form.note, decided_at=match.decided_at, decided_by=by.name)
    )
    work.session.flush()  # its number goes into the ETag
    trail.append(
        work, actor=by.name, action="tracing.decided", subject=f"child:{match.child_id}",
        detail={"match": match_id, "verdict": str(form.verdict)},
    )  # fmt: skip
    return match


def told_to(account_id: int, roles: Collection[Role]) -> ColumnElement[bool]:
    """The condition that a match is for this person: the worker of the child's open case, a person named for a sealed
    child, or who gives a worker to a child that has none (any more)."""
    child = PossibleMatch.child_id
    sealed = exists().where(ChildSeal.child_id == child, ChildSeal.lifted_at.is_(None))
    cases = exists().where(
        Case.child_id == child, Case.state != "closed", Account.id == Case.owner_id, Account.disabled_at.is_(None)
    )
    mine = exists().where(Case.child_id == child, Case.state != "closed", Case.owner_id == account_id)
    unassigned = ~cases if rules.GETS_UNASSIGNED & set(roles) else false()
    return visible_to(account_id, child) & or_(sealed, mine, unassigned)


def _compare(work: UnitOfWork, inquiry: Inquiry, form: InquiryForm, marks: NameMarks, now: datetime) -> None:
    today = in_tehran(now).date()
    agreed: dict[int, tuple[str, ...] | None] = {}
    for sought in _searches(form):
        for children in _pages(work.session, sought, marks):
            known = _known(work.session, [child for child in children if child.id not in agreed], today)
            agreed |= {child_id: rules.agreeing(form.child, one, today) for child_id, one in known.items()}
    _tell(work, inquiry, agreed, now)


def _searches(form: InquiryForm) -> list[Sought]:
    """With the father's name first, so that a common name does not hide the child; then without, for the children whose
    father nobody has written down."""
    own = form.child.given_name
    with_father = [Sought(own=own, father=form.child.fathers_name)] if form.child.fathers_name else []
    return [*with_father, Sought(own=own)]


def _pages(session: Session, sought: Sought, marks: NameMarks) -> Iterator[list[Child]]:
    after, compared = None, 0
    while compared < MOST_COMPARED:
        page = find(session, sought, marks, account_id=None, after=after, limit=_PAGE)
        yield [row.child for row in page.rows]
        compared, after = compared + _PAGE, page.after
        if after is None:
            return


def _tell(work: UnitOfWork, inquiry: Inquiry, agreed: Mapping[int, tuple[str, ...] | None], now: datetime) -> None:
    """The matches in which most agrees; too many would hide the true one."""
    possible = [(child_id, fields) for child_id, fields in agreed.items() if fields is not None]
    for child_id, fields in sorted(possible, key=lambda one: -len(one[1]))[:MOST_MATCHES]:
        work.session.add(PossibleMatch(inquiry_id=inquiry.id, child_id=child_id, agrees=list(fields), found_at=now))


def _known(session: Session, children: Iterable[Child], today: date) -> dict[int, Known]:
    children = list(children)
    ids = [child.id for child in children]
    names, records, places = named(session, ids), newest_of(session, ids), _places(session, ids)
    found = {}
    for child in children:
        of, record = names.get(child.id), records.get(child.id)
        age = (age_on(record, today) if record else None) or age_today(
            child.age_low, child.age_high, child.age_on, today
        )
        found[child.id] = Known(
            own=of["own"] if of else (), fathers=of["father"] if of else (),
            grandfathers=of["grandfather"] if of else (), sex=child.sex, age=age, places=places.get(child.id, ()),
        )  # fmt: skip
    return found


def _places(session: Session, ids: list[int]) -> dict[int, tuple[str, ...]]:
    rows = session.execute(
        select(ChildSlotLink.child_id, Encounter.place_name)
        .join(Slot, Slot.id == ChildSlotLink.slot_id)
        .join(Encounter, Encounter.id == Slot.encounter_id)
        .where(ChildSlotLink.child_id.in_(ids), ChildSlotLink.unlinked_at.is_(None))
        .distinct()
    )
    places: dict[int, tuple[str, ...]] = {}
    for child_id, place in rows:
        places[child_id] = (*places.get(child_id, ()), place)
    return places


def _reference(work: UnitOfWork, draw: Callable[[int], int]) -> str:
    def taken(code: str) -> bool:
        return work.session.execute(select(Inquiry.id).where(Inquiry.reference == f"T-{code}")).first() is not None

    return f"T-{draw_code(draw, taken=taken)}"
