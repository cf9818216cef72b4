"""The open encounter's page: every button is one tap, one small form, one answer with the page anew."""

from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, TypeVar
from urllib.parse import parse_qs

from fastapi import APIRouter, Depends, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from devices.models import Eye
from edge.capture.models import EYES
from edge.capture.unfit import Unfit
from edge.kiosk import meeting_words as words
from edge.kiosk.meeting import Meeting, Step
from edge.messages.models import Assent, EncounterOutcome, Sex
from edge.outbox.errors import SpaceLow

Render = Callable[..., HTMLResponse]
Form = dict[str, str]
E = TypeVar("E", bound=StrEnum)
_MOST_BYTES = 4096


def from_this_page(request: Request) -> None:
    """Another site's form cannot set this header."""
    if request.headers.get("hx-request") != "true":
        raise HTTPException(403)


async def read_form(request: Request) -> Form:
    """What a small form sent. Parsed here: the tablet has no use for a library that takes files."""
    body = await request.body()
    if len(body) > _MOST_BYTES:
        raise HTTPException(413)
    return {name: values[-1].strip() for name, values in parse_qs(body.decode("utf-8", "replace")).items()}


def meeting_routes(meeting: Meeting, render: Render) -> APIRouter:
    """render(template, **what it shows)."""
    router = APIRouter()

    def shown(template: str = "kiosk/meeting.html") -> Response:
        look = meeting.look()
        if look is None:
            return _elsewhere("/")
        return render(template, meeting=words.meeting_view(look), words=words)

    @router.get("/meeting")
    def page() -> Response:
        return RedirectResponse("/", 303) if meeting.look() is None else shown("kiosk/meeting_page.html")

    @router.get("/meeting/now")
    def now() -> Response:
        return shown()

    @router.post("/meeting", dependencies=[Depends(from_this_page)])
    def begin() -> Response:
        try:
            meeting.begin()
        except SpaceLow:  # the board says it
            return _elsewhere("/")
        return _elsewhere("/meeting")

    @router.post("/meeting/{tap}", dependencies=[Depends(from_this_page)])
    def tapped(tap: str, form: Annotated[Form, Depends(read_form)]) -> Response:
        if tap not in _TAPS:
            raise HTTPException(404)
        _TAPS[tap](meeting, form)
        return shown()

    return router


def no_meeting(_request: Request, _error: Exception) -> Response:
    """A tap on a page whose encounter was saved or given up in the meantime."""
    return _elsewhere("/")


def _elsewhere(path: str) -> Response:
    return Response(status_code=204, headers={"HX-Redirect": path})


def _child(meeting: Meeting, form: Form) -> None:
    band = form.get("age", "")
    if band and band not in words.AGES:
        raise HTTPException(422)
    meeting.add_child(
        assent=_one_of(Assent, form.get("assent", "")),
        given_name=form.get("given_name", "")[:200] or None,
        sex=_one_of(Sex, form.get("sex") or Sex.UNKNOWN.value),
        age=words.AGES[band][0] if band else None,
    )


def _finish(meeting: Meeting, form: Form) -> None:
    place = form.get("place") or form.get("known_place", "")
    if not place:
        raise HTTPException(422)
    meeting.finish(place[:200], _one_of(EncounterOutcome, form.get("outcome", "")))


_TAPS: dict[str, Callable[[Meeting, Form], None]] = {
    "child": _child,
    "assent": lambda meeting, _: meeting.assent(),
    "scan": lambda meeting, _: meeting.scan(),
    "stop": lambda meeting, _: meeting.stop(),
    "eye": lambda meeting, form: meeting.unfit(_eye(form), _one_of(Unfit, form.get("why", ""))),
    "eye-again": lambda meeting, form: meeting.fit_again(_eye(form)),
    "withdraw": lambda meeting, _: meeting.withdraw(),
    "without-iris": lambda meeting, _: meeting.without_iris(),
    "step": lambda meeting, form: meeting.go_to(_one_of(Step, form.get("to", ""))),
    "finish": _finish,
    "give-up": lambda meeting, _: meeting.give_up(),
}


def _eye(form: Form) -> Eye:
    found = next((eye for eye in EYES if eye == form.get("eye")), None)
    if found is None:
        raise HTTPException(422)
    return found


def _one_of(kind: type[E], value: str) -> E:
    try:
        return kind(value)
    except ValueError as exc:
        raise HTTPException(422) from exc
