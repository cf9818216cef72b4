"""Publishes what waits to leave, until the broker acknowledges it.

A result may go out twice (two intake processes, or an end between acknowledgement and mark); the tablet takes the
second for the first.
"""

import logging
import threading
import time
from typing import Protocol

from sqlalchemy import select, update

from common.faults import FaultPoint
from common.time import Clock
from registry import faults as points
from registry.db import Database
from registry.errors import DatabaseUnavailable
from registry.intake.tables import Outgoing

log = logging.getLogger(__name__)

BATCH = 100
ACKNOWLEDGED_WITHIN_S = 5.0


class Publication(Protocol):
    def is_published(self) -> bool: ...

    def wait_for_publish(self, timeout: float | None = None) -> None: ...


class Wire(Protocol):
    """What the sender needs of the MQTT link."""

    def publish(self, topic: str, payload: bytes) -> Publication | None:
        """None when there is no connection."""
        ...


class Sender:
    def __init__(self, *, database: Database, clock: Clock, fault: FaultPoint) -> None:
        self._database, self._clock, self._fault = database, clock, fault

    def run(self, wire: Wire, stop: threading.Event, wake: threading.Event, *, poll_s: float = 1.0) -> None:
        """Until `stop`; `wake` says that there is something."""
        while not stop.is_set():
            wake.clear()
            try:
                sent = self.run_once(wire)
            except DatabaseUnavailable as exc:
                log.warning("Results wait: %s", exc)
                sent = 0
            if not sent:
                wake.wait(poll_s)

    def run_once(self, wire: Wire) -> int:
        """How many messages the broker now has. Errors: DatabaseUnavailable."""
        with self._database.reading() as work:
            waiting = work.session.execute(
                select(Outgoing.id, Outgoing.topic, Outgoing.payload)
                .where(Outgoing.sent_at.is_(None))
                .order_by(Outgoing.id)
                .limit(BATCH)
            ).all()
        under_way = [(row.id, wire.publish(row.topic, row.payload)) for row in waiting]
        if waiting:
            self._fault(points.RESULT_PUBLISHED)
        done = _acknowledged(under_way)
        if done:
            self._mark(done)
            self._fault(points.RESULT_MARKED)
        return len(done)

    def _mark(self, ids: list[int]) -> None:
        with self._database.writing() as work:
            work.session.execute(
                update(Outgoing)
                .where(Outgoing.id.in_(ids), Outgoing.sent_at.is_(None))
                .values(sent_at=self._clock.now(), attempts=Outgoing.attempts + 1)
            )
            work.commit()


def _acknowledged(under_way: list[tuple[int, Publication | None]]) -> list[int]:
    deadline = time.monotonic() + ACKNOWLEDGED_WITHIN_S
    done = []
    for row_id, publication in under_way:
        if publication is None:
            continue
        try:
            publication.wait_for_publish(max(0.0, deadline - time.monotonic()))
        except (RuntimeError, ValueError) as exc:
            log.info("Message %d was not taken: %s", row_id, exc)
            continue
        if publication.is_published():
            done.append(row_id)
    return done
