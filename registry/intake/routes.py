"""What arrived from the tablets and needs a person, for the administrator."""

from fastapi import APIRouter
from fastapi.responses import HTMLResponse

from registry.intake import queries
from registry.web.page import PageOf
from registry.web.parts import Reading

router = APIRouter(tags=["intake"])


@router.get("/arrivals", response_class=HTMLResponse)
def arrivals(page: PageOf, work: Reading) -> HTMLResponse:
    return page.render("intake/arrivals.html", found=queries.arrivals(work.session))
