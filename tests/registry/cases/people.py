"""Staff of a centre with accounts of their own, made without a password: they act through the services."""

from registry.access.rules import Role
from registry.access.tables import Account, RoleAssignment
from registry.bootstrap import Registry
from registry.cases.rules.facts import Actor
from tests.registry.house import NOW


def hire(registry: Registry, name: str, *roles: Role | str) -> Actor:
    given = [Role(role) for role in roles]
    with registry.database.writing() as work:
        account = Account(name=name, password_hash="!", created_at=NOW)
        account.roles = [RoleAssignment(role=role, given_at=NOW, given_by="test") for role in given]
        work.session.add(account)
        work.session.flush()
        work.commit()
        return Actor(account_id=account.id, name=name, roles=frozenset(given))


def staff(registry: Registry) -> dict[Role, Actor]:
    """One of every role, and no two roles in one hand."""
    return {role: hire(registry, f"s-{role}", role) for role in Role}
