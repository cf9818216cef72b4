"""From the broker into the journal, and the receipt back."""

import logging
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from common.faults import FaultPoint
from edge.messages.topics import CAPTURES, device_of, receipt_topic
from registry import faults as points
from registry.errors import DatabaseUnavailable
from registry.intake.admission import Admission, Admitter, Disposition, Incoming
from registry.mqtt import Arrival

log = logging.getLogger(__name__)

BATCH = 64
_PAUSES_S = (0.2, 0.5, 1.0, 2.0, 5.0)


def shared_topic(group: str) -> str:
    """Shared among the intake processes of one registry, so that each capture goes to one of them.

    The group is named after the registry: two registries on one broker must not take captures from each other.
    """
    return f"$share/intake-{group}/{CAPTURES}"


class Wire(Protocol):
    """What the listener needs of the MQTT link."""

    def acknowledge(self, arrival: Arrival) -> None: ...

    def publish(self, topic: str, payload: bytes) -> object | None: ...


class Listener:
    """Journals what arrives, then acknowledges it, then sends the receipt: in this order, whatever breaks."""

    def __init__(
        self,
        *,
        admitter: Admitter,
        fault: FaultPoint,
        journalled: Callable[[], None] = lambda: None,
        batch: int = BATCH,
    ) -> None:
        """`journalled` is called after each commit: there is something to settle."""
        self._admitter, self._fault, self._journalled, self._batch = admitter, fault, journalled, batch
        self._arrivals: queue.SimpleQueue[Arrival] = queue.SimpleQueue()

    def put(self, arrival: Arrival) -> None:
        """From the network thread. The broker's in-flight bound keeps this queue short."""
        self._arrivals.put(arrival)

    def run(self, wire: Wire, stop: threading.Event) -> None:
        """Until `stop`. While the database is away nothing is acknowledged, so the broker and the tablets keep it."""
        while not stop.is_set():
            batch = self._next_batch()
            troubles = 0
            while batch and not stop.is_set():
                try:
                    self.take(batch, wire)
                    batch = []
                except DatabaseUnavailable as exc:
                    log.warning("Captures wait: %s", exc)
                    stop.wait(_PAUSES_S[min(troubles, len(_PAUSES_S) - 1)])
                    troubles += 1

    def take(self, batch: Sequence[Arrival], wire: Wire) -> list[Admission]:
        """One batch, all of it. Errors: DatabaseUnavailable: nothing was acknowledged."""
        admissions = self._admitter.admit([Incoming(device_of(a.topic) or "", a.payload) for a in batch])
        self._journalled()
        for arrival in batch:
            wire.acknowledge(arrival)
        self._fault(points.ACKNOWLEDGED)
        for admission in admissions:
            if admission.receipt is not None:
                wire.publish(receipt_topic(admission.incoming.device), admission.receipt)
            if admission.disposition in (Disposition.REFUSED, Disposition.QUARANTINED):
                log.warning(
                    "A capture for %s was %s: %s", admission.incoming.device, admission.disposition, admission.reason
                )
        self._fault(points.RECEIPT_PUBLISHED)
        return admissions

    def _next_batch(self) -> list[Arrival]:
        batch: list[Arrival] = []
        try:
            batch.append(self._arrivals.get(timeout=0.2))
            while len(batch) < self._batch:
                batch.append(self._arrivals.get_nowait())
        except queue.Empty:
            pass
        return batch
