"""After leaving: the rhythm of visits by risk, and what becomes of promises and commitments."""

from collections.abc import Mapping
from datetime import date, datetime
from types import MappingProxyType

from registry.calendar.rules import Rhythm
from registry.cases.forms.assessing import Risk
from registry.cases.forms.following import Aftercare, CommitmentEnds, FollowUp, HomeVisit
from registry.cases.rules.exits import gone_for_good
from registry.cases.rules.facts import Facts, today
from registry.cases.rules.refusals import Refusal

RHYTHM: Mapping[Risk, Rhythm] = MappingProxyType(
    {
        Risk.LOW: Rhythm(days=(7, 30, 90, 180)),
        Risk.MEDIUM: Rhythm(days=(7, 21, 45, 90, 135, 180)),
        Risk.HIGH: Rhythm(days=(3, 7, 14, 30, 60, 90, 120, 150, 180)),
    }
)
"""Days after the child left. DOMAIN's 7, 30, 90, 180 are the calmest; more risk, more visits. Ours, a setting."""

OPENED_BY_A_BREACH = ("home_visit",)
"""A guardian's breach opens a visit; never by itself a removal, a sanction or a notice."""


def rhythm(facts: Facts) -> Rhythm:
    """By risk; a family that refuses contact is visited in the calmest rhythm, and no less."""
    refuses = any(True for _ in facts.of("refuses_contact", facts.state_since))
    risk = Risk.LOW if refuses else facts.risk
    return facts.times.rhythms.get(risk, RHYTHM[risk])


def visits_done(facts: Facts) -> int:
    """Since the child came to where it is now."""
    return sum(1 for _ in facts.of("follow_up", facts.state_since))


def next_visit(facts: Facts) -> datetime | None:
    """When the next follow-up is due, or None when the series is over, or the child is gone for good."""
    if gone_for_good(facts) is not None:
        return None
    due = rhythm(facts).next_after(visits_done(facts))
    return due.due(facts.state_since, facts.calendar) if due else None


def may_visit(form: HomeVisit | FollowUp, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001 - one shape
    return Refusal.IN_THE_FUTURE if form.visited_on > today(now) else None


def may_begin_aftercare(form: Aftercare, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001
    return None if facts.is_grown else Refusal.NOT_YET_EIGHTEEN


def is_overdue(due_on: date, ended: bool, on: date) -> bool:
    """A promise not kept by its day is an unkept one, whether or not somebody has said so."""
    return not ended and due_on < on


def opened_by(end: CommitmentEnds) -> tuple[str, ...]:
    return OPENED_BY_A_BREACH if end is CommitmentEnds.BREACHED else ()
