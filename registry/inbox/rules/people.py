"""Who of the staff is told: the case's manager where the law names the case manager, everybody of a role otherwise."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from registry.access.rules import Role

GIVES_A_WORKER = frozenset({Role.CENTRE_MANAGER})
"""Told where a case has no case manager (any more), and where nobody else would be."""

Staff = Mapping[int, frozenset[Role]]
"""Accounts that can log in, with their roles."""
NOBODY: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """Everybody who works here, and what stands between them and some children."""

    staff: Staff
    names: Mapping[str, int] = field(default_factory=dict)
    sealed: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """A sealed child and the accounts named for it."""
    away: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """A child and the accounts kept away from it."""
    works_in: Mapping[int, int] = field(default_factory=dict)
    """The office of whoever works in one; the others work for all."""
    held: Mapping[int, frozenset[int]] = field(default_factory=dict)
    """A child and the offices that have its open cases; without one it is every office's."""

    def seeing(self, *children: int) -> "Seeing":
        """Those who may see all of these children."""
        named = [self.sealed[child] for child in children if child in self.sealed]
        away = NOBODY.union(*(self.away.get(child, NOBODY) for child in children))
        held = [self.held[child] for child in children if child in self.held]
        there = {
            one: roles
            for one, roles in self.staff.items()
            if one not in away
            and all(one in some for some in named)
            and all(self.works_in.get(one) in {None, *offices} for offices in held)
        }
        return Seeing(staff=there, sealed=bool(named))


@dataclass(frozen=True, slots=True, kw_only=True)
class Seeing:
    """The staff who may see a child. Of a sealed child it is few, and one of them is told whatever their role."""

    staff: Staff
    sealed: bool = False

    def told(
        self, roles: Collection[Role], *, owner: int | None = None, but: Collection[int] = NOBODY
    ) -> frozenset[int]:
        """Everybody of these roles; for the case manager the one of this case, or who gives it one."""
        found = self._of(frozenset(roles) - {Role.CASE_MANAGER})
        if Role.CASE_MANAGER in roles:
            found |= {owner} if owner is not None and owner in self.staff else self._of(GIVES_A_WORKER)
        return self._or_somebody(found - set(but), but)

    def doers(self, roles: Collection[Role], *, owner: int | None) -> frozenset[int]:
        """Who does a task: the case's manager alone where a case manager may, so that it is somebody's."""
        if Role.CASE_MANAGER in roles and owner is not None and owner in self.staff:
            return frozenset({owner})
        return self.told(roles, owner=owner)

    def _of(self, roles: Collection[Role]) -> frozenset[int]:
        return frozenset(one for one, mine in self.staff.items() if mine & frozenset(roles))

    def _or_somebody(self, found: frozenset[int], but: Collection[int]) -> frozenset[int]:
        if found:
            return found
        last = frozenset(self.staff) if self.sealed else self._of(GIVES_A_WORKER)
        return last - set(but)
