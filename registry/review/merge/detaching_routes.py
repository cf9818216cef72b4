""" "This was not that child" on a page: what was written because of the meeting goes with it or stays, and why."""

import secrets
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import HTMLResponse
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registry.db import UnitOfWork
from registry.errors import ReasonNeeded, ReviewRefused
from registry.review.merge.detaching import Stay, detach, seen_slot
from registry.web.page import Page, PageOf
from registry.web.parts import Parts, Reading

router = APIRouter(tags=["merges"])
_ROW, _MOST = "row:", 500


async def _fields(request: Request) -> FormData:
    return await request.form()


@router.get("/slots/{slot_id}/detachment", response_class=HTMLResponse)
def detachment(page: PageOf, work: Reading, slot_id: int) -> HTMLResponse:
    return _page(page, work, slot_id)


@router.post("/slots/{slot_id}/detachment", response_class=HTMLResponse)
def not_this_child(page: PageOf, parts: Parts, slot_id: int, sent: Annotated[FormData, Depends(_fields)]) -> Response:
    web, reason = parts.container, str(sent.get("reason", ""))[:_MOST]
    given = {name.removeprefix(_ROW): str(value) for name, value in sent.items() if name.startswith(_ROW)}
    rows: dict[str, Stay] = {key: "goes" if to == "goes" else "stays" for key, to in given.items()}
    try:
        with web.database.writing() as work:
            found = detach(
                work, slot_id=slot_id, child_id=_number(sent.get("child_id")), by=page.signed_in, reason=reason,
                assigned=rows, draw=secrets.randbelow, trail=web.trail, clock=web.clock,
            )  # fmt: skip
            work.commit()
    except ReviewRefused as refused:
        problem, status = page.say.t(refused.said), 409
    except ReasonNeeded:
        problem, status = page.say.t("proposal.reason_needed"), 422
    else:
        return RedirectResponse(f"/children/{found.from_child_id}?done=detached", status_code=303)
    with web.database.reading() as work:
        return _page(page, work, slot_id, status=status, problem=problem)


def _page(page: Page, work: UnitOfWork, slot_id: int, *, status: int = 200, problem: str | None = None) -> HTMLResponse:
    seen = seen_slot(work, slot_id, page.signed_in)
    return page.render("review/detachment.html", status=status, seen=seen, problem=problem)


def _number(text: object) -> int:
    written = str(text or "")
    return int(written) if written.isascii() and written.isdigit() and len(written) < len("9" * 19) else 0
