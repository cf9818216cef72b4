"""PostgreSQL, where this machine has it."""

from tests.registry.conftest import postgresql, postgresql_alone

__all__ = ["postgresql", "postgresql_alone"]
