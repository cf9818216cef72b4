"""When a case opens, is proposed for reopening, or stays a line in the county's list. Law: DOMAIN, states and tasks.

A capture made for support or transfer opens a case by itself; an encounter that ends on the street leaves a proposal
in the county's list; a closed case is proposed for reopening by a match and reopened by a person within one working
day; one child has one open case at most.
"""

from datetime import datetime
from enum import StrEnum

from edge.messages.models import EncounterOutcome
from registry.calendar.rules import WorkingCalendar
from registry.cases.rules.states import CaseState
from registry.children.rules import check_digit, is_valid

REOPEN_WITHIN_WORKING_DAYS = 1

FOR_SUPPORT_OR_TRANSFER = frozenset({EncounterOutcome.TRANSFER, EncounterOutcome.APPOINTMENT})
"""A child who comes along, or who agreed to come to the centre: both are promised support."""


class Consequence(StrEnum):
    OPEN_CASE = "open_case"
    NOTE_ON_CASE = "note_on_case"
    PROPOSE_REOPENING = "propose_reopening"
    PROPOSE_TO_COUNTY = "propose_to_county"


def consequence(outcome: EncounterOutcome, latest: CaseState | None) -> Consequence:
    """What an encounter means for a child whose latest case is in state `latest` (None: never had one)."""
    if latest is CaseState.CLOSED:
        return Consequence.PROPOSE_REOPENING
    if latest is not None:
        return Consequence.NOTE_ON_CASE
    if outcome in FOR_SUPPORT_OR_TRANSFER:
        return Consequence.OPEN_CASE
    return Consequence.PROPOSE_TO_COUNTY


def case_number(year: int, sequence: int) -> str:
    """ "1405-01234-7": Jalali year, sequence within it, check digit over both (ISO 7064 MOD 11,10)."""
    return f"{year:04d}-{sequence:05d}-{check_digit(f'{year:04d}{sequence:05d}')}"


def is_case_number(code: str) -> bool:
    """Whether it is one from its year to its check digit; a piece of one is not."""
    year, _, rest = code.partition("-")
    sequence, _, check = rest.partition("-")
    digits = f"{year}{sequence}"
    return len(year) == len("1405") and len(sequence) >= len("01234") and is_valid(digits + check) and len(check) == 1


def reopen_due(proposed_at: datetime, calendar: WorkingCalendar) -> datetime:
    """The same hour on the next working day. `proposed_at` is on Tehran's clock."""
    day = calendar.after(proposed_at.date(), REOPEN_WITHIN_WORKING_DAYS)
    return proposed_at + (day - proposed_at.date())
