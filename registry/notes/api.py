"""Notes on children and cases for programs."""

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter
from sqlalchemy import select
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from registry.cases.about import About, about_case, about_child, about_row
from registry.children.acting import Act, Acting
from registry.db import UnitOfWork
from registry.errors import NoteChanged, NotThere
from registry.notes import rules, service
from registry.notes.forms import CorrectionForm, NoteForm, ReadersForm
from registry.notes.json import NoteConflictOut, NoteOut, NotePage, NoteWritten, notes_out
from registry.notes.service import Written, readable_by
from registry.notes.tables import WrittenNote
from registry.replies.service import Reply
from registry.replies.web import After, IfMatch, Limit, cursor, number_in, read_cursor, readable
from registry.web.page import Page, PageOf
from registry.web.parts import Reading

router = APIRouter(prefix="/api", tags=["notes"])
_CONFLICT: dict[int | str, dict[str, Any]] = {412: {"model": NoteConflictOut}}


@router.get("/cases/{case_id}/notes")
def notes_of_case(page: PageOf, work: Reading, case_id: int, after: After = "", limit: Limit = 50) -> NotePage:
    """The newest first, corrected ones too. A sealed one is here for its readers only."""
    return _listed(work, page, about_case(work, case_id, page.signed_in, rules.ON_CASES), after, limit)


@router.post("/cases/{case_id}/notes", response_model=NoteWritten, status_code=201)
def note_on_case(act: Act, case_id: int, sent: NoteForm) -> Response:
    """A colleague whose name stands after an @ is told."""
    return _write(act, sent, lambda work: about_case(work, case_id, act.person, rules.ON_CASES))


@router.get("/children/{child_id}/notes")
def notes_of_child(page: PageOf, work: Reading, child_id: int, after: After = "", limit: Limit = 50) -> NotePage:
    """On the child itself; those on its cases are with the cases."""
    return _listed(work, page, about_child(work, child_id, page.signed_in, rules.ON_CHILDREN), after, limit)


@router.post("/children/{child_id}/notes", response_model=NoteWritten, status_code=201)
def note_on_child(act: Act, child_id: int, sent: NoteForm) -> Response:
    """As on a case, for a child who has none, or for what outlasts a case."""
    return _write(act, sent, lambda work: about_child(work, child_id, act.person, rules.ON_CHILDREN))


@router.get("/notes/{note_id}", response_model=NoteOut)
def note(request: Request, page: PageOf, work: Reading, note_id: int) -> Response:
    """Its ETag changes when it is corrected."""
    found = work.session.scalars(
        select(WrittenNote).where(WrittenNote.id == note_id, readable_by(page.signed_in.account_id))
    ).one_or_none()
    if found is None:
        raise NotThere("note")
    about_row(work, found, page.signed_in, on_cases=rules.ON_CASES, on_children=rules.ON_CHILDREN)
    shown = notes_out(work.session, [found])[0]
    return readable(request, shown.model_dump(mode="json"), shown.etag)


@router.post("/notes/{note_id}/correction", response_model=NoteWritten, status_code=201, responses=_CONFLICT)
def correct(act: Act, note_id: int, sent: CorrectionForm, if_match: IfMatch = None) -> Response:
    """A new note in the place of one's own. 412 shows both when it was corrected before."""
    if if_match is not None and number_in(if_match, "note") != note_id:
        return _both(act, _newest(act, note_id), sent)

    def correct_it(work: UnitOfWork) -> Reply:
        return _written(work, service.correct(work, note_id, sent, by=act.person, **act.tools))

    try:
        return act.once(correct_it)
    except NoteChanged as changed:
        return _both(act, changed, sent)


@router.post("/notes/{note_id}/readers", response_model=NoteOut)
def name_readers(act: Act, note_id: int, sent: ReadersForm) -> Response:
    """More people for a sealed note, by one who reads it."""

    def name_them(work: UnitOfWork) -> Reply:
        found = service.add_readers(work, note_id, sent.readers, by=act.person, **act.tools)
        shown = notes_out(work.session, [found])[0]
        return Reply(body=shown.model_dump(mode="json"), etag=shown.etag)

    return act.once(name_them)


def _write(act: Acting, sent: NoteForm, about: Callable[[UnitOfWork], About]) -> Response:
    def write_it(work: UnitOfWork) -> Reply:
        return _written(work, service.write(work, about(work), sent, by=act.person, **act.tools))

    return act.once(write_it)


def _written(work: UnitOfWork, written: Written) -> Reply:
    shown = notes_out(work.session, [written.note])[0]
    body = NoteWritten(**shown.model_dump(), unknown=list(written.unknown)).model_dump(mode="json")
    return Reply(body=body, status=201, etag=shown.etag)


def _listed(work: UnitOfWork, page: Page, about: About, after: str, limit: int) -> NotePage:
    of_it = WrittenNote.case_id == about.case_id if about.case_id else WrittenNote.child_id == about.child_id
    start, rows = read_cursor(after, int), select(WrittenNote).where(of_it, readable_by(page.signed_in.account_id))
    if start:
        rows = rows.where(WrittenNote.id < start[0])
    found = work.session.scalars(rows.order_by(WrittenNote.id.desc()).limit(limit + 1)).all()
    return NotePage(
        notes=notes_out(work.session, found[:limit]), next=cursor(found[limit - 1].id) if len(found) > limit else None
    )


def _newest(act: Acting, note_id: int) -> NoteChanged:
    """What stands in the place of a note that the writer saw otherwise. Errors: NotThere."""
    with act.parts.container.database.reading() as work:
        service.taken_up(work, note_id, act.person)
        return NoteChanged(note_id=note_id, newest=service.newest_of(work, note_id))


def _both(act: Acting, changed: NoteChanged, mine: CorrectionForm) -> Response:
    """Both, side by side: nothing that was typed is lost."""
    with act.parts.container.database.reading() as work:
        theirs = notes_out(work.session, [work.session.get_one(WrittenNote, changed.newest)])[0]
    both = NoteConflictOut(detail=str(changed), yours=mine.model_dump(mode="json"), theirs=theirs)
    return JSONResponse(both.model_dump(mode="json"), status_code=412, headers={"etag": theirs.etag})
