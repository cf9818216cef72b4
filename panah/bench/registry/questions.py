"""Unsure matches and what reviewers made of them, merges, and the audit trail of all these years."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from random import Random
from typing import Any

from sqlalchemy import delete, select

from panah.bench.registry.loading import Rows, Shared
from panah.bench.registry.population import NOW, Population
from registry.audit.rules import BEFORE_THE_FIRST, Line, canonical, seal_head
from registry.audit.tables import AuditHead
from registry.db import UnitOfWork

_ANSWERS = {"open": 20, "same": 25, "different": 45, "possibly_same": 10}
_FIRST = ("same", "open", "same") * 4
"""So are the first answered, so that a small load has open ones, and pairs that are one and not yet merged."""


def questions(world: Population) -> Iterator[Rows]:
    draw = Random(world.size.seed + 5)
    enrolled = list(dict.fromkeys(world.unsure))
    drawn = (draw.choices(list(_ANSWERS), list(_ANSWERS.values()))[0] for _ in world.unsure)
    asked = [
        (child, _other(draw, child, enrolled), state)
        for child, state in zip(enrolled, chain(_FIRST, drawn), strict=False)
    ]
    yield from _items(world, asked)
    yield from _judgements(world, asked)
    yield from _merges(world, asked, draw)


def _other(draw: Random, child: int, enrolled: list[int]) -> int:
    """Whoever stands in a question has templates: irises were found alike."""
    place = draw.randrange(len(enrolled) - 1)
    return enrolled[place] if enrolled[place] != child else enrolled[-1]


Asked = list[tuple[int, int, str]]


def _items(world: Population, asked: Asked) -> Iterator[Rows]:
    def at(child: int) -> Any:
        return world.slots_of[child][0][1]

    yield Rows(
        table="review_item", columns=("id", "state", "reason", "opened_at", "closed_at"),
        values=(
            (number, "open" if state == "open" else "closed", "unsure", at(child),
             None if state == "open" else at(child))
            for number, (child, _, state) in enumerate(asked, start=1)
        ),
    )  # fmt: skip
    yield Rows(
        table="review_member", columns=("id", "item_id", "role", "child_id", "slot_id", "score", "joined_at"),
        values=(
            (2 * number - place, number, role, one, world.slots_of[child][0][0], 0.34, at(child))
            for number, (child, other, _) in enumerate(asked, start=1)
            for place, (role, one) in ((1, ("probe", child)), (0, ("candidate", other)))
        ),
    )  # fmt: skip
    yield Rows(
        table="review_question",
        columns=(
            "id", "item_id", "child_id", "other_id", "state", "raised_by", "slot_id", "opened_at", "due_at",
            "decided_at", "raised_because",
        ),
        values=(
            (number, number, child, other, state, "matching", world.slots_of[child][0][0], at(child),
             at(child) + timedelta(minutes=30) if number % 3 else None, None if state == "open" else at(child), "")
            for number, (child, other, state) in enumerate(asked, start=1)
        ),
    )  # fmt: skip


def _judgements(world: Population, asked: Asked) -> Iterator[Rows]:
    """Two reviewers of each that is decided; the first one of every fourth that is open."""
    reviewers = [one.name for one in world.with_role("reviewer")]
    shown = Shared({"compared": []})
    rows: list[tuple[Any, ...]] = []
    for number, (_, _, state) in enumerate(asked, start=1):
        verdict = state if state in ("same", "different") else "cannot_tell"
        for turn in range(2 if state != "open" else number % 4 == 0):
            reviewer = reviewers[(number + turn) % len(reviewers)]
            rows.append((len(rows) + 1, number, 1, reviewer, verdict, NOW, shown, verdict, NOW))
    yield Rows(
        table="review_judgement",
        columns=("id", "question_id", "round", "reviewer", "iris_view", "iris_at", "shown", "verdict", "decided_at"),
        values=rows,
    )
    yield Rows(
        table="review_test", columns=("question_id", "truth", "made_by", "made_at"),
        values=(
            (number, state, "bench", NOW)
            for number, (_, _, state) in enumerate(asked, start=1)
            if number % 10 == 0 and state in ("same", "different")
        ),
    )  # fmt: skip


def _merges(world: Population, asked: Asked, draw: Random) -> Iterator[Rows]:
    """Every third pair found to be one was merged, and as many wait; on paper only: the rows stay where they are, so
    that the load is the same whatever a merge moves."""
    same = [(number, pair) for number, pair in enumerate(asked, start=1) if pair[2] == "same"]
    rows: list[tuple[Any, ...]] = []
    absorbed: set[int] = set()
    for number, (child, other, _) in same[::3]:
        if child in absorbed or other in absorbed:
            continue
        absorbed.add(child)
        plan = {"survivor_id": other, "absorbed_id": child, "fields": [], "cases": [], "case": None, "digest": "0"}
        state = "asked" if draw.random() < 0.1 else "done"
        rows.append((len(rows) + 1, number, other, child, state, plan, "bench", NOW - timedelta(days=len(rows) % 300)))
    yield Rows(
        table="child_merge",
        columns=("id", "question_id", "survivor_id", "absorbed_id", "state", "plan", "asked_by", "asked_at"),
        values=rows,
    )
    moved = [(row[0], "child_slot_link", slot) for row in rows for slot, _ in world.slots_of[row[2]]]
    yield Rows(
        table="child_merge_row", columns=("id", "merge_id", "table_name", "row_id", "before", "after"),
        values=((number, *row, {}, {}) for number, row in enumerate(moved, start=1)),
    )  # fmt: skip


def trail(world: Population, work: UnitOfWork, key: bytes) -> Iterator[Rows]:
    """One entry for each encounter, sealed to the end of what was there already."""
    head = work.session.execute(select(AuditHead.seq, AuditHead.last)).one_or_none()
    seq, last = (head.seq, head.last) if head else (0, BEFORE_THE_FIRST)
    rows: list[tuple[Any, ...]] = []
    for met in world.encounters:
        seq += 1
        line = Line(
            seq=seq, at=met.at.isoformat(timespec="milliseconds"), actor="intake", action="capture.settled",
            subject=f"encounter:{met.id}", detail=canonical({"slots": len(met.slots)}), previous=last,
        )  # fmt: skip
        last = line.seal(key)
        rows.append((seq, line.at, line.actor, line.action, line.subject, line.detail, line.previous, last))
    work.session.execute(delete(AuditHead))
    yield Rows(
        table="audit_entry",
        columns=("seq", "at", "actor", "action", "subject", "detail", "previous", "seal"),
        values=rows,
    )
    yield Rows(
        table="audit_head", columns=("id", "seq", "last", "seal"),
        values=[(1, seq, last, seal_head(key, seq=seq, last=last))],
    )  # fmt: skip
