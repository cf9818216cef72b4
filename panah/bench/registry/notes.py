"""Notes on cases and children, who is called in them, sealed ones, and flags."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from panah.bench.registry.loading import Rows
from panah.bench.registry.population import NOW, Population, Staff

_NOTED, _FLAGGED, _CHILDREN = 3, 10, 30
"""One case in so many has notes, or a flag; one child in so many has a note of its own."""
_TALKED_OVER, _OFTEN = 50, 60
"""One case in so many has a page and more of notes."""
_WORDS = (
    "امروز با مادر تلفنی حرف زدم؛ فردا به مرکز می‌آید و شناسنامه را می‌آورد.",
    "در مدرسهٔ تازه آرام‌تر است؛ معلم خواست که هفته‌ای یک بار به او سر بزنیم.",
    "لطفاً پیش از دیدار خانواده با من هماهنگ کنید.",
)


def notes(world: Population) -> Iterator[Rows]:
    rows: list[tuple[Any, ...]] = []
    calls: list[tuple[int, int]] = []
    readers: list[tuple[Any, ...]] = []
    colleagues = world.with_role("case_manager", "social_worker")

    def write(child: int | None, case: int | None, at: Any, by: Staff, follows: int | None = None) -> None:
        number, called = len(rows) + 1, colleagues[len(rows) % len(colleagues)]
        sealed = number % 20 == 0
        words = f"@{called.name} {_WORDS[number % len(_WORDS)]}" if number % 5 == 0 else _WORDS[number % len(_WORDS)]
        rows.append(
            (number, child, case, words, sealed, min(at + timedelta(hours=number % 700), NOW), by.account_id, by.name,
             follows, "تاریخ اشتباه بود" if follows else "")
        )  # fmt: skip
        if number % 5 == 0:
            calls.append((number, called.account_id))
        if sealed:
            readers.extend((number, reader, at, by.name) for reader in sorted({by.account_id, called.account_id}))

    for place, case in enumerate(world.every(_NOTED)):
        for _ in range(_OFTEN if place % _TALKED_OVER == _TALKED_OVER - 1 else 1 + place % 4):
            write(None, case.id, case.opened_at, case.owner)
        if place % 12 == 1:
            write(None, case.id, case.opened_at, case.owner, follows=len(rows))
    for child in range(1, len(world.people) + 1, _CHILDREN):
        write(child, None, world.slots_of[child][0][1], colleagues[child % len(colleagues)])
    yield Rows(
        table="note",
        columns=(
            "id", "child_id", "case_id", "text", "sealed", "written_at", "written_by_id", "written_by", "corrects_id",
            "because",
        ),
        values=rows,
    )  # fmt: skip
    yield Rows(table="note_mention", columns=("note_id", "account_id"), values=calls)
    yield Rows(table="note_reader", columns=("note_id", "account_id", "given_at", "given_by"), values=readers)
    yield _flags(world)


def _flags(world: Population) -> Rows:
    """A third still stand; one of twelve is on the child itself."""
    rows = []
    for number, case in enumerate(world.every(_FLAGGED), start=1):
        at, open_, own = case.opened_at + timedelta(hours=3), number % 3 == 1, number % 12 == 0
        rows.append(
            (number, case.child if own else None, None if own else case.id, "پیش از ترخیص با دادستانی هماهنگ شود",
             (NOW + timedelta(days=number % 20)).date() if number % 2 else None, at, case.owner.account_id,
             case.owner.name, None if open_ else at + timedelta(days=2), None if open_ else case.owner.name,
             None if open_ else "هماهنگ شد")
        )  # fmt: skip
    return Rows(
        table="flag",
        columns=(
            "id", "child_id", "case_id", "what", "look_by", "raised_at", "raised_by_id", "raised_by", "resolved_at",
            "resolved_by", "resolved_because",
        ),
        values=rows,
    )  # fmt: skip
