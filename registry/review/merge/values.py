"""Column values in and out of JSON, so that a row can be put back exactly as it was."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Table
from sqlalchemy.types import TypeEngine

from registry.base import UtcDateTime

Stored = str | int | float | bool | list[Any] | dict[str, Any] | None


def stored(value: Any) -> Stored:
    """Errors: TypeError for a type that no child-owned table has."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, UUID):
        return str(value)
    if isinstance(value, bytes):
        return value.hex()
    if value is None or isinstance(value, str | int | float | bool | list | dict):
        return value
    raise TypeError(f"a {type(value).__name__} cannot be kept with a merge")


def row_stored(row: Mapping[str, Any]) -> dict[str, Stored]:
    return {name: stored(value) for name, value in row.items()}


def restored(table: Table, values: Mapping[str, Stored]) -> dict[str, Any]:
    return {name: _typed(table.c[name].type, value) for name, value in values.items()}


def _typed(kind: TypeEngine[Any], value: Stored) -> Any:
    if not isinstance(value, str):
        return value
    if isinstance(kind, UtcDateTime):
        return datetime.fromisoformat(value)
    if kind.python_type in (date, datetime):
        return kind.python_type.fromisoformat(value)
    if kind.python_type is UUID:
        return UUID(value)
    return bytes.fromhex(value) if kind.python_type is bytes else value
