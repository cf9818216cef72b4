"""Who acts: services check the roles that the rules name."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from registry.access.rules import Role
from registry.errors import NotThere, ReviewRefused
from registry.review.rules import Refusal


class Person(Protocol):
    """A logged-in person, such as the web's `Viewer`."""

    @property
    def name(self) -> str: ...

    @property
    def roles(self) -> frozenset[Role]: ...


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person without a log-in of the web: the command line's, or a test's."""

    name: str
    roles: frozenset[Role]


def demand(person: Person, roles: Collection[Role], what: str) -> None:
    """Errors: NotThere, as for something that does not exist."""
    if not person.roles & frozenset(roles):
        raise NotThere(what)


def refuse(refusal: Refusal | None, *, what: str = "") -> None:
    """Errors: ReviewRefused."""
    if refusal is not None:
        raise ReviewRefused(str(refusal), what=what)
