"""What the registry sends: verified, made durable, and only then acknowledged by the caller."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from common.faults import FaultPoint
from edge.messages.errors import MessageError
from edge.messages.seal import VerifiedReceipt, VerifiedResult
from edge.messages.topics import receipt_topic, result_topic
from edge.outbox.interfaces import Outbox
from edge.outbox.models import ReceiptEffect

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Inbox:
    device: str
    outbox: Outbox
    open_receipt: Callable[[bytes], VerifiedReceipt]
    open_result: Callable[[bytes], VerifiedResult]
    faults: FaultPoint

    def kind(self, topic: str) -> str | None:
        """ "receipt", "result", or None for a topic that was never subscribed to."""
        return {receipt_topic(self.device): "receipt", result_topic(self.device): "result"}.get(topic)

    def handle(self, kind: str, payload: bytes) -> bool:
        """True when the message was good. Returns only when its effect is on disk; a bad message has none.

        Errors: OutboxError and sqlite3.Error, when the effect could not be made durable: do not acknowledge.
        """
        self.faults(f"link.{kind}.arrived")
        try:
            self._apply(kind, payload)
        except MessageError as exc:
            # Acknowledged all the same: the broker would bring it again for ever, and it will not get better.
            log.warning("a %s was refused (%s): %s", kind, exc.code, exc)
            return False
        self.faults(f"link.{kind}.handled")
        return True

    def _apply(self, kind: str, payload: bytes) -> None:
        if kind == "result":
            self.outbox.keep_result(self.open_result(payload))
            return
        receipt = self.open_receipt(payload)
        effect = self.outbox.settle(receipt)
        if effect is ReceiptEffect.OTHER_DIGEST:
            log.warning("the registry confirmed other bytes for %s; the capture is kept", receipt.capture_id)
