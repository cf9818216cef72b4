"""Finding children by name, through marks: no readable name is compared by the database.

Who sounds like what was typed comes first, then who is a slip away; within each, the newest record. The names are
graded again here, where they can be read, so that a mark that fits by chance shows nobody.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from registry.children.bearers import Bearers, Level, Ways
from registry.children.marked import KIND_FIELDS, Kind
from registry.children.records import RecordVersion
from registry.children.sealing import visible_to
from registry.children.tables import Child, ChildSlotLink
from registry.encounters.tables import Slot
from registry.names.rules import Grade, covers
from registry.names.tokens import NameMarks

_LEVELS: tuple[Level, ...] = ("alike", "near")


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
    Four statements at most: who sounds alike, who is a slip away, and the names of both.
    """
    asked = {kind: marks.asked(typed) for kind, typed in sought.kinds()}
    if not all(asked.values()):
        return Found(rows=(), after=None)
    at = after or After(0)
    looked_at, whole = _candidates(session, asked, account_id, at, limit)
    found = _graded(session, looked_at, sought)
    rows = [(place, one) for place, one in found if one.grade > Grade.OTHER]
    if len(rows) > limit or (len(rows) == limit and not whole):
        rows = rows[:limit]
        return Found(rows=tuple(one for _, one in rows), after=After(rows[-1][0], rows[-1][1].child.id))
    end = None if whole else After(found[-1][0], found[-1][1].child.id)
    return Found(rows=tuple(one for _, one in rows), after=end)


def sounding(session: Session, sought: Sought, marks: NameMarks, *, account_id: int, limit: int) -> list[int]:
    """The numbers of those whose names sound so, the newest first: one statement, and no name is read."""
    asked = {kind: marks.asked(typed) for kind, typed in sought.kinds()}
    if not asked or not all(asked.values()):
        return []
    return list(session.scalars(_bearers(session, asked, 0, None).seen_by(account_id, limit)))


def _candidates(
    session: Session, asked: Mapping[Kind, Ways], account_id: int | None, at: After, limit: int
) -> tuple[list[tuple[int, Child]], bool]:
    """The children to look at for one page, each with its level; and whether these are all that are left."""
    if not asked:
        children = list(session.scalars(_children(account_id, at).limit(limit + 1)))
        return [(0, child) for child in children], len(children) <= limit
    found: list[tuple[int, Child]] = []
    for level in range(at.level, len(_LEVELS)):
        wanted = limit + 1 - len(found)
        bearers = _bearers(session, asked, level, at.child_id if level == at.level else None)
        rows = select(Child).where(Child.id.in_(bearers.seen_by(account_id, wanted))).order_by(Child.id.desc())
        children = list(session.scalars(rows))
        found += [(level, child) for child in children]
        if len(children) == wanted:
            return found, False
    return found, True


def _bearers(session: Session, asked: Mapping[Kind, Ways], level: int, below: int | None) -> Bearers:
    """A record that was merged into another has no marks: those of its slots and versions went with them."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return Bearers(asked=asked, level=_LEVELS[level], below=below, postgresql=is_postgresql)


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


def _graded(session: Session, children: Sequence[tuple[int, Child]], sought: Sought) -> list[tuple[int, FoundChild]]:
    names = named(session, [child.id for _, child in children]) if children else {}
    nobody: dict[Kind, tuple[str, ...]] = dict.fromkeys(KIND_FIELDS, ())
    return [(level, _grade(child, names.get(child.id, nobody), sought)) for level, child in children]


def _grade(child: Child, names: dict[Kind, tuple[str, ...]], sought: Sought) -> FoundChild:
    grades = [covers(typed, names[kind]) for kind, typed in sought.kinds()]
    return FoundChild(child=child, grade=min(grades, default=Grade.SAME), names=names)
