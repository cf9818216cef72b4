"""What an organisation outside is told of a child. Law: DOMAIN, NGO and referral. Pure.

It receives one referral: the list that was written on the case with consent, or with the reason why it is overridden,
until its end date. Nothing of the case, no other child, no name that is not in the list.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum

from registry.access.rules import Role
from registry.cases.rules.table import CASEWORK, SOCIAL
from registry.names.rules import Grade, grade

RECEIVES = frozenset({Role.NGO})
HANDS_OVER = SOCIAL
READS = CASEWORK
KEEPS_PARTNERS = frozenset({Role.ADMINISTRATOR})


class State(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENDED = "ended"


STANDING = frozenset({State.OPEN, State.ACCEPTED})
"""So long the receiver sees it, and not beyond its end date."""


class Refusal(StrEnum):
    """The catalogue's `referrals.<word>` gives the reason."""

    PARTNER_EXISTS = "partner_exists"
    PARTNER_CLOSED = "partner_closed"
    NOBODY_READS_THERE = "nobody_reads_there"
    ANOTHER_RECEIVER = "another_receiver"
    ENDED_ALREADY = "ended_already"
    HANDED_OVER_ALREADY = "handed_over_already"
    WRITTEN_ANEW = "written_anew"
    NOT_AN_OUTSIDER = "not_an_outsider"
    SUPERVISES_IT = "supervises_it"
    ANSWERED_ALREADY = "answered_already"
    ACCEPT_FIRST = "accept_first"
    IN_THE_FUTURE = "in_the_future"


def why_not_person(
    roles: Collection[Role], name: str, *, is_supervisor: bool, supervisor: str | None
) -> Refusal | None:
    """Who supervises an organisation holds no role in it, under this account or under another one of their name."""
    if is_supervisor or (supervisor is not None and name and grade(name, supervisor) is Grade.SAME):
        return Refusal.SUPERVISES_IT
    return None if set(roles) == RECEIVES else Refusal.NOT_AN_OUTSIDER


def why_not_hand_over(
    *, named: str, partner: str, closed: bool, somebody_reads: bool, ends_on: date, today: date
) -> Refusal | None:
    """Consent was given to this receiver and to no other one."""
    if closed:
        return Refusal.PARTNER_CLOSED
    if grade(named, partner) is not Grade.SAME:
        return Refusal.ANOTHER_RECEIVER
    if ends_on < today:
        return Refusal.ENDED_ALREADY
    return None if somebody_reads else Refusal.NOBODY_READS_THERE


def why_not_answer(state: str) -> Refusal | None:
    return None if state == State.OPEN else Refusal.ANSWERED_ALREADY


def why_not_report(state: str, on: date, today: date) -> Refusal | None:
    if state != State.ACCEPTED:
        return Refusal.ACCEPT_FIRST
    return Refusal.IN_THE_FUTURE if on > today else None
