"""The audit trail, for the administrator to read."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from registry.audit import queries
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(tags=["audit"])


@router.get("/audit", response_class=HTMLResponse)
def audit(
    page: PageOf,
    work: Reading,
    action: Annotated[str, Query(max_length=64)] = "",
    before: Annotated[int | None, Query(ge=1)] = None,
) -> HTMLResponse:
    rows = queries.entries(work.session, before=before, action=action)
    older = rows[-1].seq if len(rows) == queries.PAGE_SIZE else None
    return page.render("audit/audit.html", rows=rows, action=action, older=older)
