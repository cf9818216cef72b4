"""When a task is due, when it comes again, and what rings an alarm."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from registry.access.rules import Role
from registry.calendar.rules import end_of
from registry.cases.forms.arriving import ArrivalCheck
from registry.cases.rules import orders
from registry.cases.rules.exits import EXITS, Alarm, unreviewed_exit
from registry.cases.rules.facts import Facts, today
from registry.cases.rules.following import next_visit
from registry.cases.rules.notices import SILENCE_WORKING_DAYS, NoticeStanding, notice_standing, sent_on
from registry.cases.rules.states import IN_OUR_HANDS, CaseState
from registry.cases.rules.task import After, Task


def due_at(task: Task, facts: Facts, opened: datetime) -> datetime | None:
    """The instant by which a task that opened then is to be done; None: no time is set."""
    if task.name == "follow_up":
        return next_visit(facts)
    if task.name == "exit_review":
        exit_ = unreviewed_exit(facts)
        if exit_ is None:
            return None
        return facts.times.reviews.get(exit_, EXITS[exit_].review_within).due(opened, facts.calendar)
    if task.due is None or (task.due_on_iranian_way_only and not facts.iranian_way):
        return None
    return task.due.due(facts.arrived_at or opened if starts_at_arrival(task) else opened, facts.calendar)


def is_due(task: Task, facts: Facts) -> bool:
    """Whether a task of the state goes on: a series of visits may be over."""
    return task.name != "follow_up" or next_visit(facts) is not None


def starts_at_arrival(task: Task) -> bool:
    """Its clock is the child's arrival, not the minute in which somebody wrote the arrival down."""
    return After(("arrival",)) in task.opens


def again_at(task: Task, facts: Facts, done: datetime) -> datetime | None:
    """When a task that was just done is due again, or None when it is over."""
    if task.name == "follow_up":
        return next_visit(facts)
    return task.every.due(done, facts.calendar) if task.every else None


class Level(StrEnum):
    URGENT = "urgent"
    SOON = "soon"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ringing:
    """An alarm that stands. It is computed from the facts, so it cannot be lost, forgotten or left behind."""

    what: str
    level: Level
    told: frozenset[Role]
    since: datetime | None
    """Tells one alarm from the next of its kind."""
    days: int | None = None


_KEEPING = frozenset({Role.LEGAL_OFFICER, Role.CENTRE_MANAGER, Role.CASE_MANAGER})
_UP = _KEEPING | {Role.COUNTY_OFFICER}


def ringing(facts: Facts, now: datetime) -> tuple[Ringing, ...]:
    """Every alarm of a case at this moment, the urgent ones first."""
    if facts.state is CaseState.CLOSED:
        return ()
    found = [*_exits(facts), *_grown(facts), *_arrival(facts), *_keeping(facts, now), *_notice(facts, now)]
    return tuple(sorted(found, key=lambda one: one.level is not Level.URGENT))


def _exits(facts: Facts) -> list[Ringing]:
    name = unreviewed_exit(facts)
    if name is None or EXITS[name].alarm is Alarm.NONE:
        return []
    level = Level.URGENT if EXITS[name].alarm is Alarm.IMMEDIATE else Level.SOON
    since = max(entry.at for entry in facts.of(name))
    return [Ringing(what=name, level=level, told=EXITS[name].told, since=since)]


def _grown(facts: Facts) -> list[Ringing]:
    """Eighteen by all that is known, and nobody has written it: a children's home is no longer the place."""
    written = any(entry.task in ("turned_18", "found_adult") for entry in facts.entries if entry.at >= facts.opened_at)
    if not facts.is_grown or written:
        return []
    level = Level.URGENT if facts.state in IN_OUR_HANDS else Level.SOON
    return [Ringing(what="grown", level=level, told=_KEEPING, since=facts.opened_at)]


def _arrival(facts: Facts) -> list[Ringing]:
    """Another child came than the one who left."""
    if facts.arrived_at is None or facts.state not in (CaseState.SCREENING, CaseState.KEPT):
        return []
    check = max(facts.of("arrival_check", facts.stay_since), key=lambda entry: (entry.at, entry.id), default=None)
    if check is None or not isinstance(check.form, ArrivalCheck) or check.form.same_child:
        return []
    told = _UP | {Role.SAFEGUARDING_OFFICER}
    return [Ringing(what="not_the_same_child", level=Level.URGENT, told=told, since=check.at)]


def _keeping(facts: Facts, now: datetime) -> list[Ringing]:
    if facts.state not in (CaseState.SCREENING, CaseState.KEPT):
        return []
    found = []
    standing = orders.order_standing(facts, now)
    order = orders.answered_order(facts)
    if standing is orders.OrderStanding.EXPIRED and order and order.granted:
        since = end_of(order.granted.expires_on)
        found.append(Ringing(what="order_expired", level=Level.URGENT, told=_UP, since=since))
    elif standing is orders.OrderStanding.EXPIRING and order and order.granted:
        days = orders.warning(order.granted.expires_on, today(now))
        level = Level.URGENT if days == 1 else Level.SOON
        since = end_of(order.granted.expires_on - timedelta(days=(days or 0) + 1))
        found.append(Ringing(what="order_expires", level=level, told=_KEEPING, since=since, days=days))
    if orders.over_a_day_undecided(facts, now):
        over_since = facts.arrived_at + timedelta(hours=24) if facts.arrived_at else None
        found.append(Ringing(what="over_a_day_undecided", level=Level.URGENT, told=_UP, since=over_since))
    return found


def _notice(facts: Facts, now: datetime) -> list[Ringing]:
    """Silence goes up a level and changes nothing for the child."""
    sent = sent_on(facts)
    if sent is None or notice_standing(facts, now) is not NoticeStanding.SILENT:
        return []
    since = end_of(facts.calendar.after(sent, SILENCE_WORKING_DAYS))
    return [Ringing(what="notice_unanswered", level=Level.SOON, told=_UP, since=since)]
