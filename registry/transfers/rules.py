"""How a case goes from one office to another. Law: DOMAIN, transfers between counties and provinces. Pure.

One person asks, another one of the same office approves, the other office accepts. Until it has accepted it is told a
summary that names nobody; afterwards the file is its own, but for sealed forms, which stay with who wrote them. The old
office keeps a receipt for good and reads what it handed over for thirty days.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from registry.access.rules import Role
from registry.cases.rules.exits import same_province
from registry.cases.rules.table import CASEWORK, TASKS

ASKS = frozenset({Role.SOCIAL_WORKER, Role.CASE_MANAGER})
READS = CASEWORK
KEEPS_OFFICES = frozenset({Role.ADMINISTRATOR})
WITHIN_A_PROVINCE = frozenset({Role.CENTRE_MANAGER, Role.COUNTY_OFFICER})
BETWEEN_PROVINCES = frozenset({Role.COUNTY_OFFICER})
"""The founding duty lists give transfers between provinces to the county's officer. Ours: on both sides."""
READS_FOR = timedelta(days=30)

SEALED = frozenset(name for name, task in TASKS.items() if task.read_by is not None)
"""The forms that stay with the office that wrote them."""


class State(StrEnum):
    ASKED = "asked"
    DECLINED = "declined"
    OFFERED = "offered"
    REFUSED = "refused"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.ASKED, State.OFFERED})
SHOWN_TO_THE_OTHER = frozenset({State.OFFERED, State.REFUSED, State.ACCEPTED})
"""Before it is approved, and when it is called back, the other office does not learn of it."""


class Refusal(StrEnum):
    """The catalogue's `transfers.<word>` gives the reason."""

    NO_OFFICE = "no_office"
    SAME_OFFICE = "same_office"
    OFFICE_CLOSED = "office_closed"
    NOBODY_ACCEPTS_THERE = "nobody_accepts_there"
    ON_ITS_WAY = "on_its_way"
    OWN_REQUEST = "own_request"
    NEEDS_COUNTY_OFFICER = "needs_county_officer"
    DECIDED_ALREADY = "decided_already"
    NOT_OFFERED = "not_offered"
    REASON_NEEDED = "reason_needed"
    CANNOT_TAKE_IT = "cannot_take_it"
    OFFICE_EXISTS = "office_exists"


def approvers(from_province: str, to_province: str) -> frozenset[Role]:
    return WITHIN_A_PROVINCE if same_province(from_province, to_province) else BETWEEN_PROVINCES


def why_not_decide(state: str, by: int, *, asked_by: int, granted: bool, reason: str) -> Refusal | None:
    if state != State.ASKED:
        return Refusal.DECIDED_ALREADY
    if by == asked_by:
        return Refusal.OWN_REQUEST
    return Refusal.REASON_NEEDED if not granted and not reason.strip() else None


def why_not_answer(state: str, *, accepted: bool, reason: str) -> Refusal | None:
    if state != State.OFFERED:
        return Refusal.NOT_OFFERED
    return Refusal.REASON_NEEDED if not accepted and not reason.strip() else None


def why_not_approver(roles: Collection[Role], from_province: str, to_province: str) -> Refusal | None:
    return None if approvers(from_province, to_province) & set(roles) else Refusal.NEEDS_COUNTY_OFFICER


def why_not_send_to(own: int, other: int, *, closed: bool, somebody_there: bool) -> Refusal | None:
    if own == other:
        return Refusal.SAME_OFFICE
    if closed:
        return Refusal.OFFICE_CLOSED
    return None if somebody_there else Refusal.NOBODY_ACCEPTS_THERE


def may_still_read(reads_until: datetime | None, now: datetime) -> bool:
    return reads_until is not None and now < reads_until
