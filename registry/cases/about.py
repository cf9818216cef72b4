"""What a note, a flag or a file is about: a case, or a child; asked for by somebody who may see it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased

from registry.access.rules import Role
from registry.cases.tables import Case
from registry.children.people import Person
from registry.children.sealing import demand_visible, visible_to
from registry.db import UnitOfWork
from registry.errors import NotThere
from registry.transfers.tables import CaseCustody


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """`child_id` is the child behind it, by whom every right goes; `owner` the account of the case manager, if any."""

    child_id: int
    case_id: int | None
    owner: int | None

    @property
    def columns(self) -> dict[str, int | None]:
        """As a row keeps it: a case or a child, never both, so that it follows the one when the two part."""
        return {"case_id": self.case_id, "child_id": None if self.case_id else self.child_id}

    @property
    def subject(self) -> str:
        return f"case:{self.case_id}" if self.case_id else f"child:{self.child_id}"


class OfOne(Protocol):
    """A row that belongs to a child or to a case."""

    @property
    def child_id(self) -> int | None: ...

    @property
    def case_id(self) -> int | None: ...


def passed_on_since(
    case_id: InstrumentedAttribute[int | None], child_id: InstrumentedAttribute[int | None],
    written: InstrumentedAttribute[datetime],
) -> ColumnElement[bool]:  # fmt: skip
    """The condition that another office has taken the case (or one of the child) over since this row was written: what
    is sealed does not go with it."""
    its_case = aliased(Case)
    of_it = or_(its_case.id == case_id, its_case.child_id == child_id)
    return exists().where(of_it, CaseCustody.case_id == its_case.id, CaseCustody.ended_at > written)


def about_case(work: UnitOfWork, case_id: int, by: Person, roles: Collection[Role]) -> About:
    """Errors: NotThere."""
    asked = select(Case.child_id, Case.owner_id).where(Case.id == case_id, visible_to(by.account_id, Case.child_id))
    found = work.session.execute(asked).one_or_none()
    if found is None or not by.roles & frozenset(roles):
        raise NotThere("case")
    return About(child_id=found.child_id, case_id=case_id, owner=found.owner_id)


def about_child(work: UnitOfWork, child_id: int, by: Person, roles: Collection[Role]) -> About:
    """Errors: NotThere, also for a record that was merged into another: the one that goes on is written on."""
    child = demand_visible(work, child_id, by)
    if child.merged_into_id is not None or not by.roles & frozenset(roles):
        raise NotThere("child")
    asked = select(Case.owner_id).where(Case.child_id == child_id, Case.state != "closed", Case.joined_to_id.is_(None))
    return About(child_id=child_id, case_id=None, owner=work.session.scalar(asked))


def about_row(
    work: UnitOfWork, row: OfOne, by: Person, *, on_cases: Collection[Role], on_children: Collection[Role]
) -> About:
    """Errors: NotThere."""
    if row.case_id is not None:
        return about_case(work, row.case_id, by, on_cases)
    assert row.child_id is not None  # the table's own check
    return about_child(work, row.child_id, by, on_children)
