"""Offices and transfers for programs. Before it accepts, the other office is told the summary and nothing else."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from registry.cases.json import EntryOut
from registry.transfers.rules import State
from registry.transfers.tables import CaseTransfer, Office


class OfficeOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    province: str
    organisation: str
    address: str
    telephone: str


class OfficeList(BaseModel):
    offices: list[OfficeOut]


class OfficeWithMembers(OfficeOut):
    members: list[int]


class TransferOut(BaseModel):
    """`case_id`, `form`, `asked_by`: the sender's alone until it is accepted; `receipt`, `reads_until`: its own."""

    id: int
    number: str
    state: str
    from_office: OfficeOut
    to_office: OfficeOut
    asked_at: datetime
    asked_by: str | None
    decided_at: datetime | None
    decided_by: str | None
    answered_at: datetime | None
    answered_by: str | None
    reason: str
    summary: dict[str, Any]
    case_id: int | None
    form: dict[str, Any] | None
    receipt: dict[str, Any] | None
    reads_until: datetime | None
    version: int


class TransferPage(BaseModel):
    transfers: list[TransferOut]
    next: str | None


class TransferConflictOut(BaseModel):
    """Somebody decided or answered meanwhile: both are here."""

    detail: str
    yours: dict[str, Any]
    theirs: TransferOut


class FileOut(BaseModel):
    """The file as it was handed over, for the office that handed it over."""

    number: str
    reads_until: datetime
    entries: list[EntryOut]
    next: str | None


def transfer_out(one: CaseTransfer, *, own: bool) -> TransferOut:
    same = ("id", "number", "state", "asked_at", "decided_at", "answered_at", "answered_by", "reason", "version")
    accepted = one.state == State.ACCEPTED
    return TransferOut(
        **{name: getattr(one, name) for name in same},
        from_office=OfficeOut.model_validate(one.from_office), to_office=OfficeOut.model_validate(one.to_office),
        asked_by=one.asked_by if own or accepted else None, decided_by=one.decided_by, summary=one.summary,
        case_id=one.case_id if own or accepted else None, form=one.form if own or accepted else None,
        receipt=one.receipt if own and accepted else None, reads_until=one.reads_until if own else None,
    )  # fmt: skip


def office_out(office: Office, members: list[int]) -> OfficeWithMembers:
    return OfficeWithMembers(**OfficeOut.model_validate(office).model_dump(), members=members)
