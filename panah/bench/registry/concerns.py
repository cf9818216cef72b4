"""Safeguarding reports and complaints, who is accused and kept away, what officers wrote; and who answers to whom."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from panah.bench.registry.loading import Rows
from panah.bench.registry.population import NOW, Population, Staff
from registry.children.rules import child_code
from registry.safeguarding.forms import Concern, DecisionForm, NoteForm, Outcome, ReportForm, TakeForm, Teller, ToldForm

_REPORTED, _LEAST = 200, 6
"""A report for so many children."""
_UNATTENDED = 50
"""One in so many accuses every officer, and waits for one who is not."""
_STATES = ("filed", "taken", "decided", "told", "told", "told")
_ACTS = {"filed": (), "taken": ("taken",), "decided": ("taken", "decided"), "told": ("taken", "decided", "told")}
_TELLERS, _CONCERNS = (Teller.CHILD, Teller.GUARDIAN, Teller.STAFF), tuple(Concern)
_FORMS = {
    "taken": TakeForm(),
    "noted": NoteForm(words="با کودک تنها حرف زدم؛ آرام بود و همان را گفت."),
    "decided": DecisionForm(outcome=Outcome.UPHELD, findings="گفته درست بود", answer="از تو معذرت می‌خواهیم."),
    "told": ToldForm(how="in_person"),
}


def concerns(world: Population) -> Iterator[Rows]:
    """Who asks is accused in none, and has filed every other one."""
    children = range(1, len(world.people) + 1, max(1, min(_REPORTED, len(world.people) // _LEAST)))
    there = [(number, child, _STATES[number % len(_STATES)]) for number, child in enumerate(children, start=1)]
    filer, officer = world.with_role("case_manager")[0], world.with_role("safeguarding_officer")[0]
    yield _reports(there, filer, officer)
    accused = [(number, one.account_id) for number, _, state in there for one in _accused(world, number, state)]
    yield Rows(
        table="safeguarding_accused", columns=("id", "report_id", "kind", "account_id", "words", "named_at"),
        values=[(number, report, "staff", one, "", NOW) for number, (report, one) in enumerate(accused, start=1)],
    )  # fmt: skip
    yield _entries(there, officer)
    yield _kept_away(world, there)
    yield _lines(world)


def _reports(there: list[tuple[int, int, str]], filer: Staff, officer: Staff) -> Rows:
    def row(number: int, child: int, state: str) -> tuple[Any, ...]:
        at = NOW - timedelta(days=number % 400, hours=number % 20)
        danger, anonymous = number % 6 == 0, number % 4 == 3
        said = ReportForm(
            told_by=_TELLERS[number % len(_TELLERS)], anonymous=anonymous, danger_now=danger, child_id=child,
            concerns=frozenset({_CONCERNS[number % len(_CONCERNS)]}), words="داد زد و مرا راه نداد.",
        )  # fmt: skip
        taken, told = state != "filed", state == "told"
        known = None if anonymous else filer
        return (
            number, f"S-{child_code(number)}", state, 0 if danger else 1, said.model_dump(mode="json"), child, at,
            known.account_id if known else None, known.name if known else None, at + timedelta(days=1),
            at + timedelta(days=10), officer.account_id if taken else None, officer.name if taken else None,
            at + timedelta(days=8) if told else None, 1 + len(_ACTS[state]),
        )  # fmt: skip

    return Rows(
        table="safeguarding_report",
        columns=(
            "id", "reference", "state", "urgency", "said", "child_id", "filed_at", "filed_by_id", "filed_by", "look_by",
            "due_at", "taken_by_id", "taken_by", "told_at", "version",
        ),
        values=[row(*one) for one in there],
    )  # fmt: skip


def _accused(world: Population, number: int, state: str) -> list[Staff]:
    if number % _UNATTENDED == 0 and state == "filed":
        return world.with_role("safeguarding_officer")
    return world.with_role("social_worker")[1 : 2 + number % 3]


def _entries(there: list[tuple[int, int, str]], officer: Staff) -> Rows:
    """One in three has a page of notes."""
    rows: list[tuple[Any, ...]] = []
    for number, _, state in there:
        acts = list(_ACTS[state])
        acts[1:1] = ["noted"] * (0 if state == "filed" else 30 if number % 3 == 0 else number % 5)
        for act in acts:
            rows.append((len(rows) + 1, number, act, _FORMS[act].model_dump(mode="json"), NOW, officer.name))
    return Rows(table="safeguarding_entry", columns=("id", "report_id", "kind", "form", "at", "by"), values=rows)


def _kept_away(world: Population, there: list[tuple[int, int, str]]) -> Rows:
    rows: list[tuple[Any, ...]] = []
    for number, child, state in there:
        over = None if state in ("filed", "taken") else NOW - timedelta(days=1)
        for one in _accused(world, number, state):
            if one.role == "social_worker":
                rows.append((len(rows) + 1, number, child, one.account_id, "accused", NOW - timedelta(days=9), over))
    return Rows(
        table="child_access_withdrawn",
        columns=("id", "report_id", "child_id", "account_id", "because", "since", "ended_at"), values=rows,
    )  # fmt: skip


def _lines(world: Population) -> Rows:
    """Whoever works with children answers to a manager of the centre."""
    above = world.with_role("centre_manager")
    below = world.with_role("case_manager", "social_worker", "psychologist", "screening")
    return Rows(
        table="staff_line", columns=("id", "account_id", "superior_id", "given_at", "given_by"),
        values=[
            (number, one.account_id, above[number % len(above)].account_id, NOW, "administrator-1")
            for number, one in enumerate(below, start=1)
        ],
    )  # fmt: skip
