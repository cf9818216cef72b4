"""Finding children by name, through marks: no readable name is compared by the database.

Who sounds like what was typed comes first, then who is a slip away; within each, the newest record. The names are
graded again here, where they can be read, so that a mark that fits by chance shows nobody.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.children.marked import KIND_FIELDS, Kind, Level, with_names
from registry.children.records import RecordVersion
from registry.children.sealing import visible_to
from registry.children.tables import Child, ChildSlotLink
from registry.encounters.tables import Slot
from registry.names.rules import Grade, covers
from registry.names.tokens import NameMarks

_LEVELS: tuple[Level, ...] = ("alike", "near")
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
    child_id: int | None = None


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
    """Children with these names, whom this person may see; without a name, all of these. The newest record first.

    Without an account, sealed children are found, too: only for what shows nobody what was found.
    One statement for a page, and two for its names.
    """
    asked = {kind: marks.asked(typed) for kind, typed in sought.kinds()}
    if not all(asked.values()):
        return Found(rows=(), after=None)
    at, last = after or After(0), len(_LEVELS) - 1 if asked else 0
    rows: list[FoundChild] = []
    for _ in range(_MOST_ROUNDS):
        page = _children(account_id, at)
        if asked:
            page = page.where(with_names(asked, _LEVELS[at.level]))
        children = list(session.scalars(page.limit(limit)))
        for one in _graded(session, children, sought):
            if len(rows) == limit:
                break
            at = After(at.level, one.child.id)
            if one.grade > Grade.OTHER:
                rows.append(one)
        if len(rows) == limit:
            return Found(rows=tuple(rows), after=at)
        if len(children) < limit:
            if at.level >= last:
                return Found(rows=tuple(rows), after=None)
            at = After(at.level + 1)
    return Found(rows=tuple(rows), after=at)


def _children(account_id: int | None, at: After) -> Select[Child]:
    page = select(Child).where(Child.merged_into_id.is_(None)).order_by(Child.id.desc())
    if account_id is not None:
        page = page.where(visible_to(account_id))
    return page if at.child_id is None else page.where(Child.id < at.child_id)


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
