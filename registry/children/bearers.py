"""Who has the marks of a name, the newest record first, as the database is asked it.

The marks are read once, however many words were typed and however many ways there are to divide them: each part of the
name that a child has raises a flag, and the flags together tell whether all of them are there.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from sqlalchemy import BigInteger, ColumnElement, Select, and_, any_, func, literal, not_, or_, select, union_all
from sqlalchemy.dialects.postgresql import ARRAY

from registry.children.marked import Kind
from registry.children.records import ChildNameMark
from registry.children.sealing import visible_to
from registry.names.tokens import Asked

Level = Literal["alike", "near"]
Ways = Sequence[tuple[Asked, ...]]


@dataclass(frozen=True)
class Bearers:
    """`asked`: of each kind of name the ways to read what was typed; a child must have one way of every kind.

    `below`: only children with a smaller number. `postgresql`: it takes many marks as one value, and knows `bit_or`.
    """

    asked: Mapping[Kind, Ways]
    level: Level
    """`near`: at least one part only a slip away."""
    below: int | None
    postgresql: bool

    def seen_by(self, account_id: int | None, most: int) -> Select[Any]:
        """The numbers of those whom this person may see; of all without an account.

        OFFSET 0 keeps the two apart: each child is asked about in its turn, and only until there are enough.
        """
        rows = self._newest.offset(0).subquery()
        found = select(rows.c.child_id).order_by(rows.c.child_id.desc()).limit(most)
        return found if account_id is None else found.where(visible_to(account_id, rows.c.child_id))

    @property
    def _newest(self) -> Select[Any]:
        raised = [self._raising(*one) for one in self._wanted()]
        if self.level == "alike" and len(raised) == 1:  # lies in the index in the order of children
            return raised[0].with_only_columns(ChildNameMark.child_id).order_by(ChildNameMark.child_id.desc())
        flags = union_all(*raised).subquery()
        together = func.bit_or(flags.c.flag) if self.postgresql else func.sum(flags.c.flag.distinct())
        held = select(flags.c.child_id, together.label("flags")).group_by(flags.c.child_id).subquery()
        return select(held.c.child_id).where(self._all_there(held.c.flags)).order_by(held.c.child_id.desc())

    def _wanted(self) -> Sequence[tuple[Kind, Collection[int], int]]:
        alike = [(kind, part.alike, flag) for (kind, part), flag in self._flags.items()]
        slips = [(kind, part.slips, flag << 1) for (kind, part), flag in self._flags.items() if part.slips]
        return alike if self.level == "alike" else alike + slips

    @cached_property
    def _flags(self) -> dict[tuple[Kind, Asked], int]:
        """Of each part: the flag of those who sound so; the next one is theirs who are a slip away. At most 54."""
        parts = dict.fromkeys((kind, part) for kind, ways in self.asked.items() for way in ways for part in way)
        return {part: 1 << 2 * place for place, part in enumerate(parts)}

    def _raising(self, kind: Kind, marks: Collection[int], flag: int) -> Select[int, int]:
        one_of = (
            ChildNameMark.mark == any_(literal(sorted(marks), ARRAY(BigInteger)))
            if self.postgresql
            else ChildNameMark.mark.in_(marks)
        )
        rows = select(ChildNameMark.child_id, literal(flag, BigInteger).label("flag"))
        rows = rows.where(ChildNameMark.kind == kind, one_of)
        return rows if self.below is None else rows.where(ChildNameMark.child_id < self.below)

    def _all_there(self, held: ColumnElement[int]) -> ColumnElement[bool]:
        alike = self._every_kind(held, 0b01)
        return alike if self.level == "alike" else and_(self._every_kind(held, 0b11), not_(alike))

    def _every_kind(self, held: ColumnElement[int], either: int) -> ColumnElement[bool]:
        return and_(
            *(
                or_(*(and_(*(self._has(held, either * self._flags[kind, part]) for part in way)) for way in ways))
                for kind, ways in self.asked.items()
            )
        )

    def _has(self, held: ColumnElement[int], flags: int) -> ColumnElement[bool]:
        return held.bitwise_and(literal(flags, BigInteger)) != 0
