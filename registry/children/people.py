"""Who asks: what services of children and families need to know of a logged-in person."""

from typing import Protocol

from registry.access.rules import Role


class Person(Protocol):
    """Such as the web's `Viewer`."""

    @property
    def account_id(self) -> int: ...

    @property
    def name(self) -> str: ...

    @property
    def roles(self) -> frozenset[Role]: ...
