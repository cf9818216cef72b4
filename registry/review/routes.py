"""The questions that wait for a reviewer: a list only, nothing is decided here."""

from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from registry.review import queries
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(tags=["review"])


@router.get("/reviews", response_class=HTMLResponse)
def reviews(page: PageOf, work: Reading) -> HTMLResponse:
    return page.render("review/reviews.html", rows=queries.open_items(work.session))


@router.get("/api/reviews")
def reviews_json(work: Reading) -> dict[str, Any]:
    return {"reviews": [_review(row) for row in queries.open_items(work.session)]}


def _review(row: queries.ReviewRow) -> dict[str, Any]:
    return {
        "id": row.item.id,
        "reason": row.item.reason,
        "opened_at": row.item.opened_at.isoformat(),
        "probes": [{"child_id": m.child_id, "slot_id": slot.id, "encounter_id": e.id} for slot, e, m in row.probes],
        "candidates": [{"child_id": member.child_id, "score": member.score} for member in row.candidates],
    }
