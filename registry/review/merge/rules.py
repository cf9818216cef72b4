"""What survives when two records become one: of every field and of every open case. Nothing is closed, nothing lost.

The proposal takes what is filled over what is not, then the survivor's. A person may choose otherwise, save where one
of the two is the safer: the stricter stays.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import TypeVar

from registry.review.rules import Refusal

Value = TypeVar("Value", date, datetime)
UNKNOWN = (None, "", "unknown")

ON_RECORD = "record."
"""Fields of the written record beside those that follow what was last said: "record.fathers_name"."""
ALERTS = "safety_alerts"
STRICTNESS = ("notice", "caution", "danger")

APART = frozenset({"id", "code", "created_at", "merged_into_id"})
"""Each record keeps its own; a card with either code finds the child."""
COMPUTED = frozenset({"standing", "last_met_on"})
CHOSEN_OF_CASES = ("leads", "owner", "order", "clock")
TOGETHER: Mapping[str, tuple[str, ...]] = {"age": ("age_low", "age_high", "age_method", "age_on")}
"""Columns that mean something only beside each other: one choice."""


class Take(StrEnum):
    SURVIVOR = "survivor"
    ABSORBED = "absorbed"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChoice:
    """A field in which the two records differ."""

    field: str
    columns: tuple[str, ...]
    survivor: tuple[object, ...]
    absorbed: tuple[object, ...]
    take: Take
    fixed: bool = False
    """The stricter of two alerts: nobody may choose the weaker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFacts:
    """An open case."""

    id: int
    number: str
    state: str
    opened_at: datetime
    arrived_at: datetime | None
    owner_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseChoice:
    """Two open cases: one leads, the other joins it and stays open beside it. Each value is the number of a case."""

    leads: int
    joins: int
    owner: int
    order: int
    """Whose judicial order counts for keeping."""
    clock: int
    """Whose arrival starts the clock of keeping."""


def field_choices(survivor: Mapping[str, object], absorbed: Mapping[str, object]) -> tuple[FieldChoice, ...]:
    """Of two rows by column, those fields that differ, in the columns' order."""
    named = {column: field for field, columns in TOGETHER.items() for column in columns}
    fields: dict[str, list[str]] = {}
    for column in survivor:
        if column not in APART | COMPUTED:
            fields.setdefault(named.get(column, column), []).append(column)
    found = []
    for field, columns in fields.items():
        ours, theirs = (tuple(row[column] for column in columns) for row in (survivor, absorbed))
        if ours != theirs:
            found.append(_choice(field, tuple(columns), ours, theirs))
    return tuple(found)


def record_choices(survivor: Mapping[str, object], absorbed: Mapping[str, object]) -> tuple[FieldChoice, ...]:
    """Of two written records (JSON), those fields that differ. Lists are joined and need no choice."""
    found = []
    for name in dict.fromkeys((*survivor, *absorbed)):
        ours, theirs = survivor.get(name), absorbed.get(name)
        if ours != theirs and not isinstance(ours, list) and not isinstance(theirs, list):
            found.append(_choice(ON_RECORD + name, (name,), (ours,), (theirs,)))
    return tuple(found)


def joined_record(
    survivor: Mapping[str, object], absorbed: Mapping[str, object], choices: Sequence[FieldChoice]
) -> dict[str, object]:
    """One record of two: what was chosen, and of every list the entries of both; an alert in its stricter form."""
    taken = {one.field for one in choices if one.take is Take.ABSORBED}
    joined: dict[str, object] = {}
    for name in dict.fromkeys((*survivor, *absorbed)):
        ours, theirs = survivor.get(name), absorbed.get(name)
        if isinstance(ours, list) or isinstance(theirs, list):
            entries = [*_entries(ours), *_entries(theirs)]
            joined[name] = _alerts(entries) if name == ALERTS else _each_once(entries)
        else:
            joined[name] = theirs if ON_RECORD + name in taken else ours
    return joined


def _entries(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _each_once(entries: Sequence[object]) -> list[object]:
    found: list[object] = []
    for entry in entries:
        if entry not in found:
            found.append(entry)
    return found


def _alerts(entries: Sequence[object]) -> list[object]:
    """Of two alerts in the same words the stricter; all others stay."""
    strictest: dict[object, dict[str, object]] = {}
    for entry in entries:
        if isinstance(entry, dict):
            held = strictest.get(entry.get("words"))
            if held is None or _strictness(entry) > _strictness(held):
                strictest[entry.get("words")] = entry
    return list(strictest.values())


def _strictness(alert: Mapping[str, object]) -> int:
    word = alert.get("strictness")
    return STRICTNESS.index(word) if isinstance(word, str) and word in STRICTNESS else len(STRICTNESS)


def may_choose(offered: Sequence[FieldChoice], chosen: Mapping[str, Take]) -> Refusal | None:
    if set(chosen) - {one.field for one in offered}:
        return Refusal.LIST_CHANGED
    weaker = any(one.fixed and chosen.get(one.field, one.take) is not one.take for one in offered)
    return Refusal.WEAKER_ALERT if weaker else None


def choose(offered: Sequence[FieldChoice], chosen: Mapping[str, Take]) -> tuple[FieldChoice, ...]:
    return tuple(replace(one, take=chosen.get(one.field, one.take)) for one in offered)


def case_choice(survivors: CaseFacts | None, absorbeds: CaseFacts | None) -> CaseChoice | None:
    """None: there are no two to join. The case opened first leads, with its own owner and order; the clock is that of
    the child who came first to a centre: what was promised first is due first."""
    if survivors is None or absorbeds is None:
        return None
    first, second = sorted((survivors, absorbeds), key=lambda case: (case.opened_at, case.id))
    owner = first if first.owner_id is not None or second.owner_id is None else second
    came = [case for case in (first, second) if case.arrived_at is not None]
    clock = min(came, key=lambda case: (case.arrived_at or case.opened_at, case.id)) if came else first
    return CaseChoice(leads=first.id, joins=second.id, owner=owner.id, order=first.id, clock=clock.id)


def may_choose_case(offered: CaseChoice | None, chosen: Mapping[str, int]) -> Refusal | None:
    """`chosen`: leads, owner, order or clock to the number of one of the two cases."""
    two = {offered.leads, offered.joins} if offered is not None else set()
    fits = set(chosen) <= set(CHOSEN_OF_CASES) and set(chosen.values()) <= two
    return None if fits else Refusal.LIST_CHANGED


def choose_case(offered: CaseChoice | None, chosen: Mapping[str, int]) -> CaseChoice | None:
    if offered is None:
        return None
    leads = chosen.get("leads", offered.leads)
    joins = offered.joins if leads == offered.leads else offered.leads
    return replace(offered, leads=leads, joins=joins, **{name: chosen[name] for name in chosen if name != "leads"})


def standing(one: str, other: str) -> str:
    """Whoever was known for sure stays so."""
    return "confirmed" if "confirmed" in (one, other) else one


def later(one: Value | None, other: Value | None) -> Value | None:
    return max((day for day in (one, other) if day is not None), default=None)


def _choice(field: str, columns: tuple[str, ...], ours: tuple[object, ...], theirs: tuple[object, ...]) -> FieldChoice:
    if any(isinstance(value, bool) for value in (*ours, *theirs)):
        # A mark on a child is there to protect it: it stays, whichever record has it.
        return FieldChoice(
            field=field, columns=columns, survivor=ours, absorbed=theirs, fixed=True,
            take=Take.SURVIVOR if any(value is True for value in ours) else Take.ABSORBED,
        )  # fmt: skip
    empty = all(value in UNKNOWN for value in ours)
    return FieldChoice(
        field=field, columns=columns, survivor=ours, absorbed=theirs, take=Take.ABSORBED if empty else Take.SURVIVOR
    )
