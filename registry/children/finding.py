"""Finding children by name, through marks: no readable name is compared by the database.

Who sounds like what was typed comes first, then who is a slip away; within each, the child met last. The names are
graded again here, where they can be read, so that a mark that fits by chance shows nobody.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from sqlalchemy import CompoundSelect, Select, func, intersect, or_, select, union
from sqlalchemy.orm import Session

from registry.children.records import RecordNameMark, RecordVersion, SlotNameMark
from registry.children.sealing import visible_to
from registry.children.tables import Child, ChildSlotLink
from registry.encounters.tables import Slot
from registry.names.rules import Grade, covers
from registry.names.tokens import Asked, NameMarks

Kind = Literal["own", "father", "grandfather"]
KIND_FIELDS: Mapping[Kind, tuple[str, ...]] = {
    "own": ("given_name", "nickname", "family_name"),
    "father": ("fathers_name",),
    "grandfather": ("grandfathers_name",),
}
_NEVER_MET = date.min
_LEVELS: tuple[Literal["alike", "near"], ...] = ("alike", "near")
_MOST_ROUNDS = 4
"""Rows whose marks fit by chance are dropped here; so many pages of them at most before an answer goes out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sought:
    """Names as typed; an empty one is not asked."""

    own: str = ""
    father: str = ""
    grandfather: str = ""

    def kinds(self) -> Iterator[tuple[Kind, str]]:
        for kind in KIND_FIELDS:
            if typed := getattr(self, kind).strip():
                yield kind, typed


@dataclass(frozen=True, slots=True)
class After:
    """Where a page ended. `level`: 0 while those who sound alike are listed, then 1."""

    level: int
    met_on: date
    child_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundChild:
    child: Child
    grade: Grade
    names: Mapping[Kind, tuple[str, ...]]
    """The names on record by which it was graded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    rows: tuple[FoundChild, ...]
    after: After | None
    """The next page begins here; None at the end."""


def find(
    session: Session,
    sought: Sought,
    marks: NameMarks,
    *,
    account_id: int | None,
    after: After | None = None,
    limit: int,
) -> Found:
    """Children with these names, whom this person may see; without a name, all of these, the one met last first.

    Without an account, sealed children are found, too: only for what shows nobody what was found.
    One statement for a page, and two for its names.
    """
    asked = [(kind, marks.asked(typed)) for kind, typed in sought.kinds()]
    if not all(ways for _, ways in asked):
        return Found(rows=(), after=None)
    levels = len(_LEVELS) if asked else 1
    at = after or After(0, date.max, 0)
    rows: list[FoundChild] = []
    for _ in range(_MOST_ROUNDS):
        children = list(session.scalars(_page(asked, at, account_id).limit(limit)))
        for one in _graded(session, children, sought):
            if len(rows) == limit:
                break
            at = replace(at, met_on=one.child.last_met_on or _NEVER_MET, child_id=one.child.id)
            if one.grade > Grade.OTHER:
                rows.append(one)
        if len(rows) == limit:
            return Found(rows=tuple(rows), after=at)
        if len(children) < limit:
            if at.level >= levels - 1:
                return Found(rows=tuple(rows), after=None)
            at = After(at.level + 1, date.max, 0)
    return Found(rows=tuple(rows), after=at)


def named(session: Session, child_ids: Collection[int]) -> dict[int, dict[Kind, tuple[str, ...]]]:
    """Every name said or written of these children, by kind, the latest first."""
    found: dict[int, dict[Kind, dict[str, None]]] = defaultdict(lambda: {kind: {} for kind in KIND_FIELDS})
    records = select(RecordVersion.child_id, RecordVersion.record).where(RecordVersion.child_id.in_(child_ids))
    for child_id, record in session.execute(records.order_by(RecordVersion.id.desc())):
        for kind, fields in KIND_FIELDS.items():
            whole = " ".join(record[field] for field in fields if field != "nickname" and record.get(field))
            alone = [record[field] for field in fields if record.get(field)]
            found[child_id][kind] |= dict.fromkeys([whole, *alone] if whole else alone)
    said = select(ChildSlotLink.child_id, Slot.given_name).join(Slot, Slot.id == ChildSlotLink.slot_id)
    said = said.where(ChildSlotLink.child_id.in_(child_ids), ChildSlotLink.unlinked_at.is_(None))
    for child_id, name in session.execute(said.where(Slot.given_name.is_not(None)).order_by(Slot.id.desc())):
        found[child_id]["own"] |= dict.fromkeys([name or ""])
    return {child_id: {kind: tuple(names) for kind, names in kinds.items()} for child_id, kinds in found.items()}


def _graded(session: Session, children: list[Child], sought: Sought) -> list[FoundChild]:
    names = named(session, [child.id for child in children]) if children else {}
    nobody: dict[Kind, tuple[str, ...]] = dict.fromkeys(KIND_FIELDS, ())
    return [_grade(child, names.get(child.id, nobody), sought) for child in children]


def _grade(child: Child, names: dict[Kind, tuple[str, ...]], sought: Sought) -> FoundChild:
    grades = [covers(typed, names[kind]) for kind, typed in sought.kinds()]
    return FoundChild(child=child, grade=min(grades, default=Grade.SAME), names=names)


def _page(asked: list[tuple[Kind, list[tuple[Asked, ...]]]], at: After, account_id: int | None) -> Select[Any]:
    met_on = func.coalesce(Child.last_met_on, _NEVER_MET)
    page = select(Child).where(Child.merged_into_id.is_(None))
    if account_id is not None:
        page = page.where(visible_to(account_id))
    for kind, ways in asked:
        page = page.where(Child.id.in_(_children(kind, ways, _LEVELS[at.level])))
    if at.level:
        for_certain = [Child.id.not_in(_children(kind, ways, "alike")) for kind, ways in asked]
        page = page.where(or_(*for_certain))
    if at.child_id:
        page = page.where(or_(met_on < at.met_on, (met_on == at.met_on) & (Child.id < at.child_id)))
    return page.order_by(met_on.desc(), Child.id.desc())


def _children(kind: Kind, ways: list[tuple[Asked, ...]], level: Literal["alike", "near"]) -> Select[Any]:
    """The children who have all parts of at least one way to read the name."""
    each = [_all_of([_with_marks(kind, getattr(part, level)) for part in way]) for way in ways]
    return each[0] if len(each) == 1 else select(union(*each).subquery().c[0])


def _all_of(parts: list[Select[Any]]) -> Select[Any]:
    return parts[0] if len(parts) == 1 else select(intersect(*parts).subquery().c[0])


def _with_marks(kind: Kind, marks: Collection[int]) -> Select[Any]:
    written = (
        select(RecordVersion.child_id)
        .join(RecordNameMark, RecordNameMark.record_id == RecordVersion.id)
        .where(RecordNameMark.mark.in_(marks), RecordNameMark.kind == kind)
    )
    if kind != "own":
        return written
    said = (
        select(ChildSlotLink.child_id)
        .join(SlotNameMark, SlotNameMark.slot_id == ChildSlotLink.slot_id)
        .where(SlotNameMark.mark.in_(marks), ChildSlotLink.unlinked_at.is_(None))
    )
    both: CompoundSelect[Any] = union(written, said)
    return select(both.subquery().c[0])
