"""Where messages come in and answers go out: bytes to bytes, in order, and an answer to whatever comes.

One worker serves inserts, identifies and deletes in the order of their coming, so every insert that came before an
identify is in the gallery when it searches.
"""

import hashlib
import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import Any

from abis import answers
from abis.codes import Failure
from abis.errors import Refused
from abis.operations import Message, Operations
from abis.requests import Echo, Immediate, echo_of, fields_of, read
from common.time import Clock

log = logging.getLogger(__name__)


class Desk:
    """Safe to call from several threads."""

    def __init__(self, operations: Operations, *, clock: Clock) -> None:
        self._operations, self._clock = operations, clock
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="abis")
        self._lock = threading.Lock()
        self._pending = 0

    @property
    def pending(self) -> int:
        """Requests that wait or are being served."""
        return self._pending

    def handle(self, message: bytes) -> bytes:
        """The answer to one message, JSON text as UTF-8 bytes both ways. Raises nothing; waits for its turn."""
        waiting = self.receive(message)
        try:
            return waiting.result()
        except CancelledError:
            return self.aborted(message)

    def receive(self, message: bytes, *, redelivered: bool = False) -> Future[bytes]:
        """Queue one message; its answer when its turn has come. Cancelled when the desk is closed before that."""
        echo = Echo()
        try:
            fields = fields_of(message)
            echo = echo_of(fields)
            request = read(fields)
        except Refused as exc:
            return _done(self._refused(echo, exc))
        if isinstance(request, Immediate):
            return _done(self._answered(echo, lambda: self._operations.now(request, pending=lambda: self.pending)))
        known = Message(digest=hashlib.sha256(message).digest(), redelivered=redelivered)
        return self._queue(lambda: self._answered(echo, lambda: self._operations.perform(request, known)))

    def aborted(self, message: bytes) -> bytes:
        """What a caller who waits is told when its message was not served."""
        try:
            echo = echo_of(fields_of(message))
        except Refused:
            echo = Echo()
        return answers.failed(echo, Failure.ABORTED, now=self._clock.now())

    def close(self) -> None:
        """The request in work is finished; those waiting are cancelled."""
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _queue(self, work: Callable[[], bytes]) -> Future[bytes]:
        self._count(1)
        try:
            waiting = self._worker.submit(work)
        except RuntimeError:  # closed already
            waiting = Future()
            waiting.cancel()
        waiting.add_done_callback(lambda _: self._count(-1))
        return waiting

    def _count(self, change: int) -> None:
        with self._lock:
            self._pending += change

    def _answered(self, echo: Echo, work: Callable[[], Mapping[str, Any]]) -> bytes:
        """The caller gets a code whatever happens; the log gets the trace of what nobody foresaw."""
        try:
            return answers.success(echo, extra=work(), now=self._clock.now())
        except Refused as exc:
            return self._refused(echo, exc)
        except Exception:
            log.exception("%s failed unforeseen", echo.id)
            return answers.failed(echo, Failure.UNEXPECTED, now=self._clock.now())

    def _refused(self, echo: Echo, exc: Refused) -> bytes:
        log.info("%s: %s", echo.id or "a message", exc)
        return answers.failed(echo, exc.failure, now=self._clock.now())


def _done(answer: bytes) -> Future[bytes]:
    future: Future[bytes] = Future()
    future.set_result(answer)
    return future
