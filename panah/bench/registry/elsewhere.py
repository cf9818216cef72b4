"""Offices, whose case is whose, cases on their way between them; organisations outside and what they are told."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import func, select

from panah.bench.registry.loading import Rows
from panah.bench.registry.population import NOW, FiledCase, Population
from registry.cases.records import CaseEntry
from registry.children.rules import child_code
from registry.db import UnitOfWork
from registry.transfers.rules import READS_FOR, State

HERE, THERE = 1, 2
"""Everybody who asks works in the first office."""
_OFFICES = (
    ("مرکز شوش", "تهران"), ("مرکز ری", "تهران"), ("مرکز کرج", "البرز"), ("مرکز مشهد", "خراسان رضوی"),
    ("مرکز اهواز", "خوزستان"),
)  # fmt: skip
_MOVED, _LEAST = 100, 8
"""One open case in so many is or was on its way."""
_WAYS = (State.ACCEPTED, State.OFFERED, State.ACCEPTED, State.ASKED, State.REFUSED, State.DECLINED)
_CAME_HERE = frozenset({2, 5})
"""Of every eight, these come from the other office."""
_PARTNERS = ("انجمن یاران", "خانهٔ مهر", "بنیاد کودک", "کلینیک مددکاری باران", "مرکز حمایتی امید", "همراهان شوش")


def elsewhere(world: Population, work: UnitOfWork) -> Iterator[Rows]:
    """The rows of the cases stand already: what was handed over is named by number."""
    yield from _offices(world)
    moved = world.every(_MOVED, least=_LEAST, open_only=True)
    yield from _custody(world, moved)
    yield _transfers(moved, _last_entries(work, moved))
    yield from _partners(world)
    yield from _referrals(work)


def _offices(world: Population) -> Iterator[Rows]:
    at = NOW - timedelta(days=1_200)
    yield Rows(
        table="office",
        columns=("id", "name", "province", "organisation", "address", "telephone", "opened_at", "opened_by"),
        values=[(number, *one, one[0], "", "", at, "administrator-1") for number, one in enumerate(_OFFICES, start=1)],
    )  # fmt: skip
    yield Rows(
        table="office_member", columns=("id", "office_id", "account_id", "since", "given_by"),
        values=[
            (number, HERE, one.account_id, at, "administrator-1")
            for number, one in enumerate((one for one in world.staff if one.role != "ngo"), start=1)
        ],
    )  # fmt: skip


def _way(place: int) -> tuple[State, int, int]:
    """How it stands, from which office, to which."""
    state = _WAYS[place % len(_WAYS)]
    return (state, THERE, HERE) if place % _LEAST in _CAME_HERE else (state, HERE, THERE + place % 4)


def _custody(world: Population, moved: list[FiledCase]) -> Iterator[Rows]:
    """A case is the office's that opened it, until another one has accepted it."""
    ways = {case.id: _way(place) for place, case in enumerate(moved)}
    rows: list[tuple[Any, ...]] = []
    for case in world.cases:
        state, source, target = ways.get(case.id, (None, HERE, HERE))
        gone = NOW - timedelta(days=1) if state is State.ACCEPTED else None
        rows.append((len(rows) + 1, case.id, source, case.opened_at, gone))
        if gone:
            rows.append((len(rows) + 1, case.id, target, gone, None))
    yield Rows(table="case_custody", columns=("id", "case_id", "office_id", "since", "ended_at"), values=rows)


def _last_entries(work: UnitOfWork, moved: list[FiledCase]) -> dict[int, int]:
    last = select(CaseEntry.case_id, func.max(CaseEntry.id)).group_by(CaseEntry.case_id)
    found: dict[int, int] = {row[0]: row[1] for row in work.session.execute(last)}
    return {case.id: found.get(case.id, 0) for case in moved}


def _transfers(moved: list[FiledCase], last: Mapping[int, int]) -> Rows:
    return Rows(
        table="case_transfer",
        columns=(
            "id", "number", "case_id", "from_office_id", "to_office_id", "state", "form", "summary", "asked_at",
            "asked_by_id", "asked_by", "decided_at", "decided_by", "answered_at", "answered_by", "reason", "receipt",
            "reads_until", "version",
        ),
        values=[_transfer(place, case, last[case.id]) for place, case in enumerate(moved)],
    )  # fmt: skip


def _transfer(place: int, case: FiledCase, last: int) -> tuple[Any, ...]:
    state, source, target = _way(place)
    decided = None if state is State.ASKED else NOW - timedelta(days=2)
    answered = NOW - timedelta(days=1) if state in (State.ACCEPTED, State.REFUSED) else None
    until = answered + READS_FOR if answered and state is State.ACCEPTED else None
    form = {"to_office_id": target, "reason": "خانواده به آنجا رفته است", "needs": "مترجم دری"}
    summary = {
        "needs": "مترجم دری", "sex": "boy", "age": [9, 11], "languages": ["fa-AF"], "disability": False,
        "state": case.state, "risk": "medium", "order_expires_on": None, "open_promises": 1,
        "tasks": [{"name": "home_visit", "due_at": None}],
    }  # fmt: skip
    receipt = {"number": f"TR-{child_code(place)}", "last_entry": last, "promises": 1, "handed_over": []}
    return (
        place + 1, f"TR-{child_code(place)}", case.id, source, target, str(state), form, summary if decided else {},
        NOW - timedelta(days=3), case.owner.account_id, case.owner.name, decided, "centre-manager-1" if decided else "",
        answered, "centre-manager-2" if answered else "", "جا نداریم" if state in _SAID_NO else "",
        receipt if until else {}, until, 1 + bool(decided) + bool(answered),
    )  # fmt: skip


_SAID_NO = (State.REFUSED, State.DECLINED)


def _partners(world: Population) -> Iterator[Rows]:
    """The first one's first person is who asks."""
    at = NOW - timedelta(days=900)
    yield Rows(
        table="partner",
        columns=("id", "name", "kind", "area", "opened_at", "opened_by"),
        values=[(number, name, "ngo", "منطقهٔ ۱۲", at, "administrator-1") for number, name in enumerate(_PARTNERS, 1)],
    )
    yield Rows(
        table="partner_person", columns=("id", "partner_id", "account_id", "since", "given_by"),
        values=[
            (number, number, one.account_id, at, "administrator-1")
            for number, one in enumerate(world.with_role("ngo"), start=1)
        ],
    )  # fmt: skip


def _referrals(work: UnitOfWork) -> Iterator[Rows]:
    """Each that is written on a case was handed over; every other one to the organisation whose person asks."""
    written = select(CaseEntry.id, CaseEntry.case_id, CaseEntry.written_at, CaseEntry.written_by, CaseEntry.form)
    rows: list[tuple[Any, ...]] = []
    reports: list[tuple[Any, ...]] = []
    for entry, case, at, by, form in work.session.execute(
        written.where(CaseEntry.task == "referral", CaseEntry.standing == "in_force").order_by(CaseEntry.id)
    ):
        number = len(rows) + 1
        state = "declined" if number % 9 == 0 else "ended" if number % 5 == 0 else "accepted" if number % 3 else "open"
        accepted, ended = state in ("accepted", "ended"), at + timedelta(days=30) if state == "ended" else None
        rows.append(
            (number, f"R-{child_code(number)}", case, entry, 1 if number % 2 else 2 + number % 5, state,
             form["service"], form["shared"], (NOW + timedelta(days=number % 40)).date(), at, by, at,
             None if state == "open" else at, None if state == "open" else "ngo-1", ended, "ngo-1" if ended else None,
             "جا نداریم" if state == "declined" else "", 2)
        )  # fmt: skip
        for turn in range(number % 4 if accepted else 0):
            said = {"on": at.date().isoformat(), "words": "در کلاس شرکت می‌کند", "finished": False}
            reports.append((len(reports) + 1, number, said, at + timedelta(days=turn), "ngo-1"))
    yield Rows(
        table="referral",
        columns=(
            "id", "number", "case_id", "entry_id", "partner_id", "state", "service", "shared", "ends_on", "opened_at",
            "opened_by", "seen_at", "answered_at", "answered_by", "ended_at", "ended_by", "reason", "version",
        ),
        values=rows,
    )  # fmt: skip
    yield Rows(table="referral_report", columns=("id", "referral_id", "form", "at", "by"), values=reports)
