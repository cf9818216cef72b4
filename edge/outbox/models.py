"""What the outbox hands out."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from edge.messages.models import Result


class OutgoingState(StrEnum):
    WAITING = "waiting"
    """Saved, not yet handed to the network."""
    PUBLISHED = "published"
    """Handed to the network at least once; no receipt yet."""
    SET_ASIDE = "set_aside"
    """Handed over many times without a receipt; tried seldom, shown to the team."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """Proof that a capture is on disk."""

    capture_id: UUID
    digest: bytes
    saved_at: datetime
    space_low: bool = False
    """The reserve was spent on it: no new encounter can begin until space was made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One sealed capture to hand to the network now. `sealed` is the same at every attempt."""

    capture_id: UUID
    sealed: bytes
    attempt: int
    """1 for the first time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """For the screen, and for the demo's arithmetic."""

    waiting: int
    published: int
    set_aside: int
    oldest: datetime | None
    """When the oldest capture without a receipt was saved."""
    saved_ever: int
    publications_ever: int
    resent_ever: int
    """Publications of a capture after its first."""
    receipts_ever: int
    quarantined_ever: int

    @property
    def queued(self) -> int:
        """Captures that the registry has not confirmed."""
        return self.waiting + self.published + self.set_aside


class ReceiptStatus(StrEnum):
    HELD = "held"
    QUARANTINED = "quarantined"


class ReceiptEffect(StrEnum):
    """What a verified receipt did."""

    RELEASED = "released"
    """The capture was confirmed and its row is gone."""
    UNKNOWN_CAPTURE = "unknown_capture"
    """No such row: it was released before (a repeated receipt)."""
    OTHER_DIGEST = "other_digest"
    """The registry confirmed other bytes under this id; the row stays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotMemo:
    """What the screen may say of a slot before the registry answered."""

    number: int
    eyes: int
    """Eyes captured, 0 to 2."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterMemo:
    """One recent encounter, as the screen shows it. No name, no template."""

    capture_id: UUID
    saved_at: datetime
    slots: tuple[SlotMemo, ...]
    state: OutgoingState | None
    """None once the registry has it."""
    receipt: ReceiptStatus | None
    reason: str | None
    """The registry's reason for a quarantine."""
    result: Result | None
    result_at: datetime | None
    """When the result was stored here."""
