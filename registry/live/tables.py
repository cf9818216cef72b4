"""What the live pages follow."""

from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from registry.base import Base, BigId


class LiveEvent(Base):
    """Something that a page may show at once. Written in the transaction it tells of, with ids rising in the order
    of commits: a reader that has seen id n misses nothing by asking for ids above n.

    kind: encounter_settled | case_opened | case_reopened | proposal_opened | proposal_decided | review_opened |
    review_joined | review_decided | merge_asked | merge_refused | children_merged | children_unmerged | slot_detached |
    capture_needs_attention | inbox_changed (`data` names the accounts). On PostgreSQL `NOTIFY panah_live, '<schema>'`
    goes out at commit.
    """

    __tablename__ = "live_event"

    id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(32))
    encounter_id: Mapped[int | None] = mapped_column(BigId)
    slot_id: Mapped[int | None] = mapped_column(BigId)
    child_id: Mapped[int | None] = mapped_column(BigId)
    case_id: Mapped[int | None] = mapped_column(BigId)
    data: Mapped[dict[str, Any]]
    """Ids and outcome words only, no names."""
