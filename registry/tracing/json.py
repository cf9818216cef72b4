"""Searches for whoever took them, without a word of what was found; and matches for the children's workers."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict

from registry.tracing.tables import Inquiry, PossibleMatch


class InquiryOut(BaseModel):
    """The same whether anything was found or not."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    reference: str
    state: str
    inquiry: dict[str, Any]
    taken_at: datetime
    taken_by: str
    closed_at: datetime | None
    closed_because: str | None


class InquiryPage(BaseModel):
    inquiries: list[InquiryOut]
    next: str | None


class VerdictOut(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    verdict: str
    note: str
    decided_at: datetime
    decided_by: str


class MatchOut(BaseModel):
    """`inquirer_may_be_kept_away`: the inquirer's name is like that of a member whom the family file keeps away."""

    id: int
    child_id: int
    child_code: str
    agrees: list[str]
    found_at: datetime
    verdict: str
    decided_by: str | None
    note: str | None
    verdicts: list[VerdictOut]
    """Every one that was given, the oldest first."""
    inquirer_may_be_kept_away: bool
    inquiry: InquiryOut
    etag: str | None
    """To be sent as If-Match by whoever judges it otherwise; None while nobody has judged it."""


class MatchPage(BaseModel):
    matches: list[MatchOut]
    next: str | None


def inquiry_out(inquiry: Inquiry) -> InquiryOut:
    return InquiryOut.model_validate(inquiry)


def match_etag(match: PossibleMatch) -> str | None:
    return f'"verdict-{match.verdicts[-1].id}"' if match.verdicts else None


def match_out(match: PossibleMatch, child_code: str, *, kept_away: bool) -> MatchOut:
    return MatchOut(
        id=match.id, child_id=match.child_id, child_code=child_code, agrees=match.agrees, found_at=match.found_at,
        verdict=match.verdict, decided_by=match.decided_by, note=match.note, inquirer_may_be_kept_away=kept_away,
        inquiry=inquiry_out(match.inquiry), etag=match_etag(match),
        verdicts=[VerdictOut.model_validate(one) for one in match.verdicts],
    )  # fmt: skip
