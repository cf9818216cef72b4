"""Organisations and referrals for programs: for who works on the case, and the little that the receiver sees."""

from datetime import date, datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from registry.referrals.tables import Partner, Referral


class _Out(BaseModel):
    model_config = ConfigDict(from_attributes=True)


class PartnerOut(_Out):
    id: int
    name: str
    kind: str
    area: str


class PartnerPage(BaseModel):
    partners: list[PartnerOut]
    next: str | None


class PartnerWithPeople(PartnerOut):
    supervisor_id: int | None
    people: list[int]


class ReportOut(_Out):
    id: int
    form: dict[str, Any]
    at: datetime
    by: str


class ReceivedOut(_Out):
    """All that the receiver sees: the list as it was written, for what and until when, and its own reports."""

    id: int
    number: str
    state: str
    service: str
    shared: list[str]
    ends_on: date
    opened_at: datetime
    reports: list[ReportOut]
    version: int


class ReceivedPage(BaseModel):
    referrals: list[ReceivedOut]
    next: str | None


class ReferralOut(ReceivedOut):
    """For who works on the case."""

    case_id: int
    entry_id: int
    partner: PartnerOut
    opened_by: str
    seen_at: datetime | None
    answered_at: datetime | None
    answered_by: str | None
    ended_at: datetime | None
    ended_by: str | None
    reason: str


class ReferralList(BaseModel):
    referrals: list[ReferralOut]


class ReferralConflictOut(BaseModel):
    """Somebody answered or ended it meanwhile: yours, and how it stands (null where it is gone for you)."""

    detail: str
    yours: dict[str, Any]
    theirs: ReceivedOut | None


def partner_out(partner: Partner, people: list[int]) -> PartnerWithPeople:
    shown = PartnerOut.model_validate(partner).model_dump()
    return PartnerWithPeople(**shown, supervisor_id=partner.supervisor_id, people=people)


def received_out(referral: Referral) -> ReceivedOut:
    return ReceivedOut.model_validate(referral)


def referral_out(referral: Referral) -> ReferralOut:
    return ReferralOut.model_validate(referral)
