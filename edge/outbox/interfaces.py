"""The outbox as its users see it."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from edge.messages.models import CaptureReport
from edge.messages.seal import VerifiedReceipt, VerifiedResult
from edge.outbox.models import Counts, EncounterMemo, Outgoing, ReceiptEffect, Saved


class Outbox(Protocol):
    """A durable queue of sealed captures. Safe to use from several threads.

    Laws: when `save` returns the capture survives a loss of power; a capture leaves by `settle` alone; what
    `claim_due` hands out for one capture is the same bytes every time.
    """

    def require_space(self) -> None:
        """Call before an encounter begins. Errors: SpaceLow."""
        ...

    def save(self, report: CaptureReport) -> Saved:
        """Seal and keep. Errors: DiskFull (nothing was kept), CaptureAlreadySaved, MessageTooLarge."""
        ...

    def claim_due(self, *, limit: int) -> list[Outgoing]:
        """Captures whose time has come, oldest first; each attempt is counted before it is made."""
        ...

    def next_due_in(self) -> float | None:
        """Seconds until `claim_due` has something (0 if now); None when the queue is empty."""
        ...

    def settle(self, receipt: VerifiedReceipt) -> ReceiptEffect:
        """Let go of the capture that the receipt confirms, if device, id and digest agree."""
        ...

    def keep_result(self, result: VerifiedResult) -> None:
        """Keep what the registry answered, for the screen. A repeated result replaces the earlier one."""
        ...

    def dismiss(self, capture_id: UUID) -> None:
        """The team has read the note on a quarantined capture."""
        ...

    def counts(self) -> Counts: ...

    def recent(self, *, limit: int) -> list[EncounterMemo]:
        """The newest encounters first; quarantined ones stay until dismissed."""
        ...

    def forget_before(self, instant: datetime) -> None:
        """Drop what is only shown (not the queue) of encounters saved before."""
        ...

    def close(self) -> None: ...
