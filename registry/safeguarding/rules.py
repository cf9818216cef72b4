"""Who handles a report, by when, and who is kept away because of it. Law: DOMAIN, complaint. Pure.

Anybody who works here may file; the safeguarding officer alone reads and decides. The accused and their line lose the
child's file at once and silently: to them the child is not there, as a sealed child is not.
"""

from collections.abc import Collection, Mapping
from datetime import datetime
from enum import StrEnum

from registry.access.rules import INDEPENDENT, Role
from registry.calendar.rules import Days, Due, Within, WorkingCalendar, WorkingDays
from registry.children.rules import READS_RECORD

FILES = frozenset(Role)
HANDLES = frozenset({Role.SAFEGUARDING_OFFICER})
WATCHES = frozenset({Role.AUDITOR})
"""Sees that a report waits which no officer may handle, because each of them is accused. Not what it says."""
KEEPS_LINES = frozenset({Role.ADMINISTRATOR})
NAMES_A_CHILD = READS_RECORD | {Role.SAFEGUARDING_OFFICER}
"""Who may point at a child on record; others say in words whom they mean, so that nobody learns numbers by trying."""

ANSWER: Due = Days(10)
LOOK_IN_DANGER: Due = Within(hours=2)
LOOK: Due = WorkingDays(1)
"""The answer's time is DOMAIN's; that somebody looks before is ours."""


class State(StrEnum):
    FILED = "filed"
    TAKEN = "taken"
    DECIDED = "decided"
    TOLD = "told"


class Refusal(StrEnum):
    """The catalogue's `safeguarding.<word>` gives the reason."""

    IN_THE_FUTURE = "in_the_future"
    TAKEN_BY_YOU = "taken_by_you"
    TAKEN_BY_ANOTHER = "taken_by_another"
    TAKE_IT_FIRST = "take_it_first"
    REASON_TO_TAKE_OVER = "reason_to_take_over"
    FILED_BY_YOU = "filed_by_you"
    ACCUSED_STAY_AWAY = "accused_stay_away"
    NO_CHILD_YET = "no_child_yet"
    NOT_DECIDED_YET = "not_decided_yet"
    TOLD_ALREADY = "told_already"
    REASON_TO_PUT_RIGHT = "reason_to_put_right"
    ANSWERS_TO_ITSELF = "answers_to_itself"
    NAMED_ALREADY = "named_already"
    NO_IRIS_THERE = "no_iris_there"


def due(filed: datetime, calendar: WorkingCalendar) -> datetime:
    return ANSWER.due(filed, calendar)


def look_by(filed: datetime, calendar: WorkingCalendar, *, danger_now: bool) -> datetime:
    return (LOOK_IN_DANGER if danger_now else LOOK).due(filed, calendar)


def urgency(*, danger_now: bool) -> int:
    return 0 if danger_now else 1


def is_late(state: str, due_at: datetime, look_by_at: datetime, now: datetime) -> bool:
    """Nobody has looked in time, or the complainant has not been told in time."""
    if state == State.FILED and look_by_at < now:
        return True
    return state != State.TOLD and due_at < now


def line_of(accused: Collection[int], answers_to: Mapping[int, Collection[int]]) -> frozenset[int]:
    """Everybody above them, to the top, and who answers to them directly: who can press, and who can be pressed."""
    above: set[int] = set()
    ahead = list(accused)
    while ahead:
        for superior in answers_to.get(ahead.pop(), ()):
            if superior not in above:
                above.add(superior)
                ahead.append(superior)
    below = {account for account, superiors in answers_to.items() if set(superiors) & set(accused)}
    return frozenset((above | below) - set(accused))


def can_be_kept_away(roles: Collection[Role]) -> bool:
    """Who is independent is in nobody's line."""
    return not INDEPENDENT & set(roles)


def why_not_take(taken_by: int | None, by: int, *, filed_by: int | None, because: str) -> Refusal | None:
    if filed_by == by:
        return Refusal.FILED_BY_YOU
    if taken_by == by:
        return Refusal.TAKEN_BY_YOU
    return Refusal.REASON_TO_TAKE_OVER if taken_by is not None and not because.strip() else None


def why_not_act(taken_by: int | None, by: int) -> Refusal | None:
    if taken_by is None:
        return Refusal.TAKE_IT_FIRST
    return None if taken_by == by else Refusal.TAKEN_BY_ANOTHER


def why_not_tell(state: str) -> Refusal | None:
    if state == State.TOLD:
        return Refusal.TOLD_ALREADY
    return None if state == State.DECIDED else Refusal.NOT_DECIDED_YET


def why_not_let_back(accused: Collection[int], kept_away: Collection[int], state: str) -> Refusal | None:
    """While it is not decided, the accused stay away, whatever the officer thinks of it."""
    open_still = state in (State.FILED, State.TAKEN)
    return Refusal.ACCUSED_STAY_AWAY if open_still and set(accused) - set(kept_away) else None
