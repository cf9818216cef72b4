"""What captures propose and a person decides, for programs: reopening a closed case, or opening one."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import Field
from starlette.responses import Response

from registry.cases import queries, service
from registry.cases.forms.fields import Form, Words
from registry.cases.json import CaseOut, ProposalOut, ProposalsOut, case_out, proposal_out
from registry.children.acting import Act
from registry.db import UnitOfWork
from registry.replies.service import Reply
from registry.replies.web import After, Limit, cursor, read_cursor
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(prefix="/api", tags=["cases"])


class Declined(Form):
    reason: Annotated[Words, Field(max_length=500)]


@router.get("/proposals")
def proposals(page: PageOf, work: Reading, after: After = "", limit: Limit = 50) -> ProposalsOut:
    """Reopenings first, by when they are due; then the county's list, the longest waiting first."""
    found = queries.open_proposals(work.session, by=page.signed_in.account_id, after=place_of(after), limit=limit)
    shown = [proposal_out(row.proposal, row.encounter) for row in found.rows]
    return ProposalsOut(proposals=shown, next=cursor(*found.next) if found.next else None)


@router.post("/proposals/{proposal_id}/accept", response_model=CaseOut)
def accept(act: Act, proposal_id: int) -> Response:
    """Reopen the closed case, or open one for a child on the county's list."""
    who = act.person

    def accepted(work: UnitOfWork) -> Reply:
        case = service.accept_proposal(
            work, proposal_id=proposal_id, actor=who.name, by=who.account_id, **act.tools
        )  # fmt: skip
        return Reply(body=case_out(case).model_dump(mode="json"), etag=f'"case-{case.id}-{case.version}"')

    return act.once(accepted)


@router.post("/proposals/{proposal_id}/decline", response_model=ProposalOut)
def decline(act: Act, proposal_id: int, sent: Declined) -> Response:
    """With a reason, which stays with the case."""
    who = act.person

    def declined(work: UnitOfWork) -> Reply:
        proposal, encounter = service.decline_proposal(
            work, proposal_id=proposal_id, actor=who.name, by=who.account_id, reason=sent.reason, **act.tools
        )
        return Reply(body=proposal_out(proposal, encounter).model_dump(mode="json"))

    return act.once(declined)


def place_of(after: str) -> tuple[Any, ...] | None:
    """Errors: CursorUnreadable."""
    return read_cursor(after, int, datetime, datetime, int)
