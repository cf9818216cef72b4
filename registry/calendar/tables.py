"""Holidays and times that are due, as people edit them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base


class Holiday(Base):
    __tablename__ = "holiday"

    day: Mapped[date] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(200))


class TaskDue(Base):
    """By when a task is due, where somebody has set another time than the table's."""

    __tablename__ = "task_due"

    task: Mapped[str] = mapped_column(String(32), primary_key=True)
    due: Mapped[dict[str, Any]]
    """`registry.calendar.forms.DueSet` as JSON."""
    set_at: Mapped[datetime]
    set_by: Mapped[str] = mapped_column(String(200))
