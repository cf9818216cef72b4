"""The judicial order and the clock of keeping. Law: DOMAIN, judicial order.

The clock starts at arrival. The order is asked within twelve hours, warns 7, 3 and 1 days before it expires, and once
expired nobody is kept on it. A notice that waits for its answer changes nothing here: it never prolongs keeping.
"""

from datetime import date, datetime, timedelta
from enum import StrEnum

from registry.cases.forms.deciding import Accommodation, JudicialOrder, Keeping
from registry.cases.rules.facts import Facts, today
from registry.cases.rules.refusals import Refusal
from registry.cases.rules.states import CaseState

WARN_DAYS = (1, 3, 7)
ADMISSION_WITHOUT_DECISION = timedelta(hours=24)


class OrderStanding(StrEnum):
    NONE = "none"
    ASKED = "asked"
    REFUSED = "refused"
    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"


def order_standing(facts: Facts, now: datetime) -> OrderStanding:
    """Of this stay, by the newest answer of the court; a later request does not end an order that still holds. What the
    court allowed for an earlier stay keeps nobody who has come again."""
    order = answered_order(facts)
    if order is None:
        return OrderStanding.ASKED if facts.latest(JudicialOrder, facts.stay_since) else OrderStanding.NONE
    if order.granted is None:
        return OrderStanding.REFUSED
    if order.granted.expires_on < today(now):
        return OrderStanding.EXPIRED
    return OrderStanding.EXPIRING if warning(order.granted.expires_on, today(now)) else OrderStanding.VALID


def answered_order(facts: Facts) -> JudicialOrder | None:
    for entry in reversed(list(facts.of("judicial_order", facts.stay_since))):
        form = entry.form
        if isinstance(form, JudicialOrder) and (form.granted or form.refused_because):
            return form
    return None


def warning(expires_on: date, on: date) -> int | None:
    """Which warning stands: 7, 3 or 1 days, the nearest; None while it is far off or past."""
    left = (expires_on - on).days
    return next((days for days in WARN_DAYS if 0 <= left <= days), None)


def why_not_keep(facts: Facts, now: datetime) -> Refusal | None:
    """Why nobody may be kept on this order, or None while it holds."""
    match order_standing(facts, now):
        case OrderStanding.NONE | OrderStanding.ASKED:
            return Refusal.NO_ORDER
        case OrderStanding.REFUSED:
            return Refusal.ORDER_REFUSED
        case OrderStanding.EXPIRED:
            return Refusal.ORDER_EXPIRED
        case _:
            return None


def may_order(form: JudicialOrder, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001 - one shape for all
    if form.asked_at > now or (form.granted and form.granted.ordered_on > today(now)):
        return Refusal.IN_THE_FUTURE
    return None


def may_keep(form: Keeping, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001
    return why_not_keep(facts, now)


def may_report_keeping(form: Accommodation, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001
    return why_not_keep(facts, now)


def over_a_day_undecided(facts: Facts, now: datetime) -> bool:
    """In screening for more than a day: admission needs a decision and an order, or the child goes home."""
    return (
        facts.state is CaseState.SCREENING
        and facts.arrived_at is not None
        and now - facts.arrived_at > ADMISSION_WITHOUT_DECISION
    )
