"""The link's two threads: one keeps the connection, one sends what is due.

Order of everything: a capture is claimed (counted on disk) before it is published; a receipt's effect is on disk
before the receipt is acknowledged. So a process killed anywhere sends again or receives again, and loses nothing.
"""

import logging
import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace

from common.broker import BrokerAddress
from common.faults import FaultPoint, no_faults
from common.time import Clock
from edge.link.inbox import Inbox
from edge.link.models import LinkSettings, LinkState, LinkStatus, TlsFiles
from edge.link.session import Session
from edge.messages.seal import VerifiedReceipt, VerifiedResult
from edge.messages.topics import capture_topic, receipt_topic, result_topic
from edge.outbox.backoff import Uniform
from edge.outbox.errors import OutboxError
from edge.outbox.interfaces import Outbox

log = logging.getLogger(__name__)

_PAUSE_AFTER_TROUBLE_S = 5.0


class Link:
    """Start it once, stop it once. Every method may be called from any thread."""

    def __init__(
        self,
        broker: BrokerAddress,
        *,
        device: str,
        outbox: Outbox,
        open_receipt: Callable[[bytes], VerifiedReceipt],
        open_result: Callable[[bytes], VerifiedResult],
        clock: Clock,
        monotonic: Callable[[], float],
        uniform: Uniform,
        settings: LinkSettings | None = None,
        tls: TlsFiles | None = None,
        on_change: Callable[[], None] = lambda: None,
        faults: FaultPoint = no_faults,
    ) -> None:
        self._device, self._outbox, self._clock, self._uniform = device, outbox, clock, uniform
        self._settings = settings or LinkSettings()
        self._faults, self._on_change, self._monotonic = faults, on_change, monotonic
        self._inbox = Inbox(
            device=device, outbox=outbox, open_receipt=open_receipt, open_result=open_result, faults=faults
        )
        self._session = Session(
            broker,
            client_id=f"panah-{device}",
            topics=(receipt_topic(device), result_topic(device)),
            settings=self._settings,
            events=self,
            tls=tls,
        )
        self._lock = threading.Lock()
        self._status = LinkStatus(state=LinkState.STOPPED, since=clock.now())
        self._unconfirmed = 0  # published, no PUBACK yet
        self._confirmed_at = 0.0  # when the broker last showed a sign of life, or was first owed one
        self._online, self._lost, self._kicked, self._ending = (threading.Event() for _ in range(4))
        self._threads = [
            threading.Thread(target=self._guarded, args=(work,), name=f"link-{device}-{name}", daemon=True)
            for name, work in (("connection", self._keep_connected), ("sending", self._keep_sending))
        ]
        self.failure: BaseException | None = None
        """What ended the link, when it was not `stop`."""

    @property
    def status(self) -> LinkStatus:
        with self._lock:
            return self._status

    def start(self) -> None:
        self._set_state(LinkState.CONNECTING)
        for thread in self._threads:
            thread.start()

    def kick(self) -> None:
        """Something was saved: send it now."""
        self._kicked.set()

    def stop(self) -> None:
        """End both threads. What is unsent stays in the outbox."""
        self._end()
        for thread in self._threads:
            if thread.is_alive() and thread is not threading.current_thread():
                thread.join()
        self._set_state(LinkState.STOPPED)

    # -- the connection ------------------------------------------------------------------------------------------

    def _keep_connected(self) -> None:
        failures = 0
        while not self._ending.is_set():
            failures = 0 if self._connect_once() else failures + 1
            if not self._ending.is_set():
                self._ending.wait(self._reconnect_delay(failures))

    def _connect_once(self) -> bool:
        """Hold one connection until it ends. True when it had been usable."""
        self._lost.clear()
        with self._lock:
            self._unconfirmed = 0
        try:
            self._session.open()
        except OSError as exc:
            self._set_state(LinkState.OFFLINE, str(exc))
            return False
        while not self._lost.wait(1.0) and not self._ending.is_set():
            pass
        was_online = self._online.is_set()
        self._online.clear()
        if self.failure is not None:
            self._session.drop()
            self._session.end_thread()
        elif self._ending.is_set():
            self._session.close()
        else:
            self._session.end_thread()
        return was_online

    def _reconnect_delay(self, failures: int) -> float:
        exponent = min(self._settings.reconnect_doublings, failures)
        return self._uniform(0.0, self._settings.reconnect_base**exponent)

    # -- sending -------------------------------------------------------------------------------------------------

    def _keep_sending(self) -> None:
        while not self._ending.is_set():
            if not self._online.wait(1.0):
                continue
            self._kicked.clear()
            if self._ending.is_set():  # it may have been the end that kicked
                return
            self._kicked.wait(self._pause_after_sending())

    def _pause_after_sending(self) -> float:
        """Send what is due; seconds until there may be more."""
        try:
            if self._send_due():
                return 0.0
            due = self._outbox.next_due_in()
        except (OutboxError, sqlite3.Error):
            log.exception("the outbox cannot be read or written; sending pauses")
            return _PAUSE_AFTER_TROUBLE_S
        patience = self._patience()
        if patience <= 0:
            log.warning("the broker confirmed nothing for %s s; the connection is made anew", self._settings.confirm_s)
            self._online.clear()
            self._session.drop()
            return 0.0
        return min(patience, self._settings.idle_s if due is None or self._room() == 0 else due)

    def _patience(self) -> float:
        """Seconds that the broker may still take for the next PUBACK. A dead network often closes nothing."""
        with self._lock:
            if self._unconfirmed == 0:
                return self._settings.idle_s
            return self._confirmed_at + self._settings.confirm_s - self._monotonic()

    def _send_due(self) -> bool:
        """True when a whole window was claimed, so that more is likely due."""
        room = self._room()
        if room == 0:
            return False
        rows = self._outbox.claim_due(limit=room)
        for row in rows:
            self._faults("link.publish.before")
            # Counted before and outside of publishing: paho calls `confirmed` with its own lock held.
            with self._lock:
                if self._unconfirmed == 0:
                    self._confirmed_at = self._monotonic()
                self._unconfirmed += 1
            self._session.publish(capture_topic(self._device), row.sealed)
            self._faults("link.publish.handed_over")
        if rows:
            self._on_change()
        return len(rows) == room and self._room() > 0

    def _room(self) -> int:
        with self._lock:
            return max(0, self._settings.window - self._unconfirmed)

    # -- what the session tells (paho's thread) --------------------------------------------------------------------

    def subscribed(self) -> None:
        self._set_state(LinkState.ONLINE)
        self._online.set()
        self._kicked.set()

    def refused(self, reason: str) -> None:
        log.warning("the broker refused this tablet: %s", reason)
        self._set_state(LinkState.REFUSED, reason)
        self._lost.set()

    def lost(self, reason: str) -> None:
        if self.status.state not in (LinkState.REFUSED, LinkState.STOPPED):
            self._set_state(LinkState.OFFLINE, reason)
        self._online.clear()
        self._lost.set()

    def confirmed(self, refusal: str | None) -> None:
        with self._lock:
            self._unconfirmed = max(0, self._unconfirmed - 1)
            self._confirmed_at = self._monotonic()
        if refusal is not None:
            log.warning("the broker did not take a capture: %s; it stays in the queue", refusal)
        self._guarded(lambda: self._faults("link.puback.received"))
        self._kicked.set()

    def arrived(self, topic: str, payload: bytes, message: int) -> None:
        kind = self._inbox.kind(topic)
        if kind is not None and self.failure is None:
            self._guarded(lambda: self._take(kind, payload, message))

    def _take(self, kind: str, payload: bytes, message: int) -> None:
        try:
            good = self._inbox.handle(kind, payload)
        except (OutboxError, sqlite3.Error):
            # Not acknowledged: after a reconnect the broker brings it again, and then there may be room.
            log.exception("a %s could not be kept; the connection is made anew", kind)
            self._session.drop()
            return
        self._session.acknowledge(message)
        self._faults(f"link.{kind}.acknowledged")
        if not good:
            with self._lock:
                self._status = replace(self._status, refused_messages=self._status.refused_messages + 1)
        self._on_change()

    # -- state -----------------------------------------------------------------------------------------------------

    def _guarded(self, work: Callable[[], None]) -> None:
        """Whatever nobody foresaw (or a fault point raised) ends the link as a whole, and is kept to be shown."""
        try:
            work()
        except BaseException as exc:
            if self.failure is None:
                self.failure = exc
                log.critical("the link ended", exc_info=exc)
                self._set_state(LinkState.STOPPED, repr(exc))
            self._session.drop()
            self._end()

    def _end(self) -> None:
        self._ending.set()
        self._lost.set()
        self._online.set()  # so that the sending thread wakes and sees the end
        self._kicked.set()

    def _set_state(self, state: LinkState, reason: str | None = None) -> None:
        with self._lock:
            if (state, reason) == (self._status.state, self._status.reason):
                return
            self._status = replace(self._status, state=state, since=self._clock.now(), reason=reason)
        self._on_change()
