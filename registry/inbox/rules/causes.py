"""What stands at a moment and whom it is for. Times and roles are the law's (`cases.rules`, `review.rules`)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from registry.access.rules import Role
from registry.calendar.rules import end_of
from registry.cases.forms.fields import Form
from registry.cases.rules.clocks import Level as Ring
from registry.cases.rules.clocks import Ringing
from registry.cases.rules.exits import EXITS
from registry.cases.rules.table import APPROVERS, CASEWORK
from registry.cases.rules.task import Task
from registry.cases.rules.writing import Table, deciders
from registry.children.rules import READS_RECORD
from registry.inbox.rules.people import GIVES_A_WORKER, NOBODY, House, Seeing
from registry.letters.forms import Kind as LetterKind
from registry.letters.rules import LAWS
from registry.referrals.rules import RECEIVES
from registry.review.rules import DECIDES_MERGE, JUDGES
from registry.safeguarding.rules import HANDLES
from registry.transfers.rules import WITHIN_A_PROVINCE

LEAD = timedelta(hours=24)
"""A task is told of a day before it is due, or when it opens."""


class Kind(StrEnum):
    MENTION = "mention"
    FLAG = "flag"
    FLAG_RESOLVED = "flag_resolved"
    APPROVAL = "approval"
    GRANTED = "granted"
    REFUSED = "refused"
    TASK_DUE = "task_due"
    TASK_LATE = "task_late"
    ALARM = "alarm"
    PROMISE_LATE = "promise_late"
    COMMITMENT_REVIEW = "commitment_review"
    REVIEW_WAITS = "review_waits"
    REVIEW_ON_CALL = "review_on_call"
    MERGE_ASKED = "merge_asked"
    REOPENING = "reopening"
    REOPENING_LATE = "reopening_late"
    POSSIBLE_MATCH = "possible_match"
    LETTER_TO_SIGN = "letter_to_sign"
    TRANSFER_ASKED = "transfer_asked"
    TRANSFER_OFFERED = "transfer_offered"
    REPORT_WAITS = "report_waits"
    REPORT_LATE = "report_late"
    REFERRAL_RECEIVED = "referral_received"
    REFERRAL_ENDED = "referral_ended"


class Level(StrEnum):
    URGENT = "urgent"
    SOON = "soon"
    ORDINARY = "ordinary"


_OF_A_CASE = CASEWORK | {Role.SAFEGUARDING_OFFICER}
SEES: Mapping[Kind, frozenset[Role]] = {
    **dict.fromkeys(Kind, CASEWORK),
    Kind.MENTION: CASEWORK | READS_RECORD,
    Kind.FLAG: CASEWORK | READS_RECORD,
    Kind.FLAG_RESOLVED: CASEWORK | READS_RECORD,
    Kind.ALARM: _OF_A_CASE,
    Kind.REVIEW_WAITS: JUDGES | GIVES_A_WORKER,
    Kind.REVIEW_ON_CALL: JUDGES | GIVES_A_WORKER,
    Kind.MERGE_ASKED: DECIDES_MERGE,
    Kind.POSSIBLE_MATCH: READS_RECORD,
    Kind.TRANSFER_ASKED: WITHIN_A_PROVINCE,
    Kind.TRANSFER_OFFERED: WITHIN_A_PROVINCE,
    Kind.REPORT_WAITS: HANDLES,
    Kind.REPORT_LATE: HANDLES,
    Kind.REFERRAL_RECEIVED: RECEIVES,
    Kind.REFERRAL_ENDED: RECEIVES,
}
"""Whom a notice is shown to once more when it is read: roles change."""
READS_INBOX = frozenset[Role]().union(*SEES.values())


def shown_to(roles: Collection[Role]) -> frozenset[Kind]:
    return frozenset(kind for kind, may in SEES.items() if may & frozenset(roles))


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A cause that stands. `key` is the same whoever finds it; `refs` are the rows it points at, by column."""

    key: str
    kind: Kind
    told: frozenset[int]
    level: Level = Level.ORDINARY
    what: str = ""
    due_at: datetime | None = None
    days: int | None = None
    by: str = ""
    refs: Mapping[str, int] = field(default_factory=dict)


def task_due(
    task: Task, *, task_id: int, case_id: int, opened: datetime, due: datetime, now: datetime, seeing: Seeing,
    owner: int | None,
) -> Found | None:  # fmt: skip
    """Told a day ahead to whoever does it; once late also to the centre's manager."""
    if now < due - LEAD:
        return None
    told, late, short = seeing.doers(_does(task), owner=owner), due <= now, due - opened <= LEAD
    if late:
        told |= seeing.told(GIVES_A_WORKER)
    level = Level.URGENT if late and short else Level.SOON if late or short else Level.ORDINARY
    return Found(
        key=f"task:{task_id}:{'late' if late else 'due'}", kind=Kind.TASK_LATE if late else Kind.TASK_DUE, told=told,
        level=level, what=task.name, due_at=due, refs={"task_id": task_id, "case_id": case_id},
    )  # fmt: skip


def _does(task: Task) -> frozenset[Role]:
    """Who begins it. An exit is reviewed by whom the exits' table names."""
    if task.name == "exit_review":
        return frozenset[Role]().union(*(one.review_by for one in EXITS.values()))
    return task.asked_by or task.who


def approval(
    task: Task, form: Form, *, entry_id: int, case_id: int, asked_by: int, asker: str, seeing: Seeing,
    owner: int | None, table: Table,
) -> Found:  # fmt: skip
    """To the approvers among those who may decide, and to the case's manager where a case manager may; never to who
    asks."""
    may = deciders(task, form, table)
    narrow = (may & (APPROVERS | {Role.CASE_MANAGER})) or may
    return Found(
        key=f"entry:{entry_id}:asked", kind=Kind.APPROVAL, told=seeing.told(narrow, owner=owner, but={asked_by}),
        level=Level.SOON, what=task.name, by=asker, refs={"entry_id": entry_id, "case_id": case_id},
    )  # fmt: skip


def decided(
    task: Task, *, entry_id: int, case_id: int, asked_by: int, granted: bool, decider: str, seeing: Seeing
) -> Found:
    """To who asked."""
    return Found(
        key=f"entry:{entry_id}:decided", kind=Kind.GRANTED if granted else Kind.REFUSED, level=Level.SOON,
        told=frozenset({asked_by}) & seeing.staff.keys(), what=task.name, by=decider,
        refs={"entry_id": entry_id, "case_id": case_id},
    )  # fmt: skip


STANDING = frozenset({Kind.APPROVAL, Kind.TASK_DUE, Kind.TASK_LATE, Kind.ALARM})
"""Of a case: they end when what they tell of is over. A call and an answer do not."""


def alarm(ring: Ringing, *, case_id: int, seeing: Seeing, owner: int | None) -> Found:
    """A warning of seven, three and one days is three causes; an alarm that comes again is a new one."""
    since = ring.since.isoformat(timespec="seconds") if ring.since else ""
    return Found(
        key=f"case:{case_id}:{ring.what}:{since}:{ring.days or ''}", kind=Kind.ALARM,
        told=seeing.told(ring.told, owner=owner), level=Level.URGENT if ring.level is Ring.URGENT else Level.SOON,
        what=ring.what, days=ring.days, refs={"case_id": case_id},
    )  # fmt: skip


def promise_late(promise_id: int, *, case_id: int, due_on: date, seeing: Seeing, owner: int | None) -> Found:
    """Ours, and its day has passed."""
    return Found(
        key=f"promise:{promise_id}:late", kind=Kind.PROMISE_LATE, told=_manager(seeing, owner), level=Level.SOON,
        due_at=end_of(due_on), refs={"promise_id": promise_id, "case_id": case_id},
    )  # fmt: skip


def commitment_review(commitment_id: int, *, case_id: int, on: date, seeing: Seeing, owner: int | None) -> Found:
    return Found(
        key=f"commitment:{commitment_id}:review", kind=Kind.COMMITMENT_REVIEW,
        told=_manager(seeing, owner), due_at=end_of(on), refs={"commitment_id": commitment_id, "case_id": case_id},
    )  # fmt: skip


def review(
    question_id: int, *, round_: int, due: datetime, now: datetime, not_to: Collection[int], seeing: Seeing
) -> Found:
    """A child waits: the reviewers at once, and when half an hour is over once more, with the centre's manager.
    `not_to`: who has answered, or asked."""
    late = due <= now
    told = seeing.told(JUDGES | GIVES_A_WORKER if late else JUDGES, but=not_to)
    return Found(
        key=f"question:{question_id}:{round_}:{'on_call' if late else 'waits'}",
        kind=Kind.REVIEW_ON_CALL if late else Kind.REVIEW_WAITS, told=told, level=Level.URGENT, due_at=due,
        refs={"question_id": question_id},
    )  # fmt: skip


def merge_asked(merge_id: int, *, asked_by: int | None, asker: str, seeing: Seeing) -> Found:
    return Found(
        key=f"merge:{merge_id}:asked", kind=Kind.MERGE_ASKED, level=Level.SOON, by=asker, refs={"merge_id": merge_id},
        told=seeing.told(DECIDES_MERGE, but=() if asked_by is None else (asked_by,)),
    )  # fmt: skip


def reopening(
    proposal_id: int, *, case_id: int, due: datetime | None, now: datetime, seeing: Seeing, owner: int | None
) -> Found:
    """A closed case whose child was met again: reopened by a person within one working day."""
    late = due is not None and due <= now
    told = _manager(seeing, owner) | (seeing.told(GIVES_A_WORKER) if late else frozenset())
    return Found(
        key=f"proposal:{proposal_id}:{'late' if late else 'open'}",
        kind=Kind.REOPENING_LATE if late else Kind.REOPENING, told=told, level=Level.URGENT if late else Level.SOON,
        due_at=due, refs={"proposal_id": proposal_id, "case_id": case_id},
    )  # fmt: skip


def possible_match(match_id: int, *, seeing: Seeing, owner: int | None) -> Found:
    """To the child's worker, never to who asked; for a sealed child to the named."""
    told = frozenset(seeing.staff) if seeing.sealed else _manager(seeing, owner)
    return Found(
        key=f"match:{match_id}:found", kind=Kind.POSSIBLE_MATCH, told=told, level=Level.SOON,
        refs={"match_id": match_id},
    )  # fmt: skip


def letter_to_sign(
    letter_id: int, kind: str, *, case_id: int, drafted_by: int, drafter: str, seeing: Seeing, owner: int | None
) -> Found | None:
    """A draft that another person signs; one that its writer may sign is told to nobody."""
    law = LAWS[LetterKind(kind)]
    if not law.by_two:
        return None
    return Found(
        key=f"letter:{letter_id}:draft", kind=Kind.LETTER_TO_SIGN, level=Level.SOON, by=drafter,
        told=seeing.told(law.signed_by, owner=owner, but={drafted_by}),
        refs={"letter_id": letter_id, "case_id": case_id},
    )  # fmt: skip


def transfer(
    transfer_id: int, *, offered: bool, roles: frozenset[Role], office: int, asked_by: int, asker: str, house: House,
    child: int,
) -> Found:  # fmt: skip
    """Asked: to those of the own office who approve it, but not to who asked. Offered: to those of the other office who
    accept it, whom no child is shown; where nobody works in that office, to nobody."""
    here = {one: mine for one, mine in house.staff.items() if house.works_in.get(one) == office and mine & roles}
    told = frozenset(here) - house.away.get(child, NOBODY) - (NOBODY if offered else {asked_by})
    return Found(
        key=f"transfer:{transfer_id}:{'offered' if offered else 'asked'}", told=told, level=Level.SOON, by=asker,
        kind=Kind.TRANSFER_OFFERED if offered else Kind.TRANSFER_ASKED, refs={"transfer_id": transfer_id},
    )  # fmt: skip


def report(
    report_id: int, *, urgent: bool, late: bool, due: datetime, not_to: Collection[int], taken_by: int | None,
    house: House,
) -> Found:  # fmt: skip
    """To the safeguarding officers who may see it: all of them while nobody has taken it or it is late, never to who is
    accused or kept away by it. The line learns nothing."""
    officers = {one for one, roles in house.staff.items() if HANDLES & roles}
    told = frozenset(officers if taken_by is None or late else {taken_by} & officers) - set(not_to)
    return Found(
        key=f"report:{report_id}:{'late' if late else 'waits'}", kind=Kind.REPORT_LATE if late else Kind.REPORT_WAITS,
        told=told, level=Level.URGENT if urgent or late else Level.SOON, due_at=due, refs={"report_id": report_id},
    )  # fmt: skip


def referral(
    referral_id: int, *, ended: bool, people: Collection[int], not_to: Collection[int], seeing: Seeing
) -> Found:
    """To the organisation's own people who may see the child, and nobody of the house; of its end not to who ended it.
    It says which referral and nothing of the child."""
    there = {one for one in people if seeing.staff.get(one, frozenset()) & RECEIVES}
    return Found(
        key=f"referral:{referral_id}:{'ended' if ended else 'received'}", told=frozenset(there) - set(not_to),
        kind=Kind.REFERRAL_ENDED if ended else Kind.REFERRAL_RECEIVED, level=Level.SOON,
        refs={"referral_id": referral_id},
    )  # fmt: skip


def _manager(seeing: Seeing, owner: int | None) -> frozenset[int]:
    return seeing.told({Role.CASE_MANAGER}, owner=owner)
