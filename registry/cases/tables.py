"""Protection cases, what happened to them, and proposals that wait for a person."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from registry.base import Base, BigId
from registry.children.tables import Child


class Case(Base):
    __tablename__ = "case_file"
    __table_args__ = (
        Index(
            "uq_case_file_open",
            "child_id",
            unique=True,
            sqlite_where=text("state <> 'closed' and joined_to_id is null"),
            postgresql_where=text("state <> 'closed' and joined_to_id is null"),
        ),
        CheckConstraint(
            "state in ('intake', 'in_transfer', 'screening', 'kept', 'with_family', 'quasi_family', 'referred_out', "
            "'closed')",
            name="state",
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    number: Mapped[str] = mapped_column(String(24), unique=True)
    """"1405-01234-7": Jalali year, sequence within it, check digit."""
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    state: Mapped[str] = mapped_column(String(16), index=True)
    opened_at: Mapped[datetime] = mapped_column(index=True)
    closed_at: Mapped[datetime | None]
    opened_by_slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"), index=True)
    """The open case that leads since a merge: this one stays open beside it, with its own orders and tasks."""
    state_since: Mapped[datetime | None]
    """Since when it is in this state; None: since it was opened."""
    round_since: Mapped[datetime | None]
    """Reopened last; None: never. What was written before does not count for this time."""
    arrived_at: Mapped[datetime | None]
    """The last arrival at the centre: the clock of keeping."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    """The case manager."""
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    """Rises with everything that is written on the case."""
    child: Mapped[Child] = relationship()
    events: Mapped[list["CaseEvent"]] = relationship(back_populates="case", order_by="CaseEvent.id")


class CaseEvent(Base):
    """The history of a case: nothing is overwritten.

    kind: opened | met_again | reopened | closed | reopening_declined | moved | written | corrected | asked | granted |
    refused | skipped | promised | promise_kept | promise_broken | committed | commitment_kept | commitment_breached |
    commitment_released | assigned. What was written stands in its own table; `detail` names the task and the entry.
    """

    __tablename__ = "case_event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case_file.id"), index=True)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(32))
    actor: Mapped[str] = mapped_column(String(200))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("slot.id"))
    detail: Mapped[dict[str, Any]]
    case: Mapped[Case] = relationship(back_populates="events")


class Proposal(Base):
    """What a capture proposes and a person decides.

    kind `reopen`: a closed case (`case_id`) of a child met again, due within one working day;
    kind `county_list`: a child met on the street, without a case. One open proposal of a kind a child: the next
    encounter moves `last_slot_id` and `times` on.
    """

    __tablename__ = "proposal"
    __table_args__ = (
        Index(
            "uq_proposal_open",
            "child_id",
            "kind",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_proposal_waiting",
            "due_at",
            "opened_at",
            "id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        CheckConstraint("kind in ('reopen', 'county_list')", name="kind"),
        CheckConstraint("state in ('open', 'accepted', 'declined')", name="state"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default="open", index=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("child.id"), index=True)
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case_file.id"))
    slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    last_slot_id: Mapped[int] = mapped_column(ForeignKey("slot.id"))
    times: Mapped[int] = mapped_column(default=1)
    opened_at: Mapped[datetime]
    due_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[str | None] = mapped_column(String(200))
    reason: Mapped[str | None] = mapped_column(String(500))
    child: Mapped[Child] = relationship()
    case: Mapped[Case | None] = relationship()


class Counter(Base):
    """The last number given in a series ("case:1405"). Read and raised under the gallery lock."""

    __tablename__ = "counter"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    value: Mapped[int]
