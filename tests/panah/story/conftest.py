"""PostgreSQL, where this machine has it."""

from tests.registry.conftest import postgresql

__all__ = ["postgresql"]
