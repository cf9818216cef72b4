"""The way to the centre. Law: DOMAIN, transfer and arrival check."""

from datetime import datetime, timedelta

from registry.cases.forms.arriving import Arrival, ArrivalCheck, CheckedBy, Ground, Meal, Transfer
from registry.cases.forms.fields import Form
from registry.cases.rules.facts import Facts
from registry.cases.rules.refusals import Refusal

WRITTEN_LATE_AT_MOST = timedelta(days=3)
"""An arrival written down later than this is a mistyped date."""
HOT_MEAL_HOURS = (range(11, 16), range(18, 24))


def may_transfer(form: Transfer, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001 - one shape for all
    if form.ground is Ground.CHILD_AGREES and not form.agreed:
        return Refusal.CHILD_DID_NOT_AGREE
    if form.ground is Ground.GRAVE_IMMINENT_DANGER and form.prosecutor_told_at is None:
        return Refusal.PROSECUTOR_NOT_TOLD
    if form.prosecutor_told_at is not None and form.prosecutor_told_at > now:
        return Refusal.IN_THE_FUTURE
    if form.siblings and not form.siblings_together and not form.siblings_apart_because:
        return Refusal.SIBLINGS_APART
    return None


def may_arrive(form: Arrival, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001
    if form.arrived_at > now:
        return Refusal.IN_THE_FUTURE
    return Refusal.DATE_PASSED if now - form.arrived_at > WRITTEN_LATE_AT_MOST else None


def may_correct_arrival(form: Arrival, facts: Facts, now: datetime) -> Refusal | None:
    """Nobody wins hours for keeping by moving the arrival on."""
    if form.arrived_at > now:
        return Refusal.IN_THE_FUTURE
    written = facts.arrival
    return Refusal.AFTER_IT_WAS_WRITTEN if written and form.arrived_at > written.at else None


def is_same_child(form: Form) -> bool:
    """A check that finds another child is written down, raises the alarm, and leaves the check undone."""
    return isinstance(form, ArrivalCheck) and form.same_child


def needs_second(form: Form) -> bool:
    """By iris one to one, or by two members of staff."""
    return isinstance(form, ArrivalCheck) and form.checked_by is CheckedBy.TWO_STAFF_AND_CARD


def meal_by_the_hour(hour: int) -> Meal:
    return Meal.HOT_MEAL if any(hour in hours for hours in HOT_MEAL_HOURS) else Meal.SNACK
