"""Who acts: services check the roles that the rules name."""

from collections.abc import Collection
from dataclasses import dataclass

from registry.access.rules import Role
from registry.children.people import Person
from registry.children.sealing import demand_visible
from registry.db import UnitOfWork
from registry.errors import NotThere, ReviewRefused
from registry.review.rules import Refusal


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person without a log-in of the web: the command line's, or a test's."""

    name: str
    roles: frozenset[Role]
    account_id: int = 0


def demand(person: Person, roles: Collection[Role], what: str) -> None:
    """Errors: NotThere, as for something that does not exist."""
    if not person.roles & frozenset(roles):
        raise NotThere(what)


def refuse(refusal: Refusal | None, *, what: str = "") -> None:
    """Errors: ReviewRefused."""
    if refusal is not None:
        raise ReviewRefused(str(refusal), what=what)


def demand_both(work: UnitOfWork, person: Person, child_ids: Collection[int], what: str) -> None:
    """Sealed children are for the people named. Errors: NotThere."""
    try:
        for child_id in child_ids:
            demand_visible(work, child_id, person)
    except NotThere as unseen:
        raise NotThere(what) from unseen
