"""The intake as it runs: one MQTT link, a listener, workers and a sender, each in a thread of its own."""

import logging
import os
import secrets
import socket
import threading
from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from common.broker import BrokerAddress
from registry.intake.engines import Upkeep
from registry.intake.listener import Listener
from registry.intake.sender import Sender
from registry.intake.worker import Worker
from registry.mqtt import MqttLink

log = logging.getLogger(__name__)


class Intake:
    """Made by `registry.bootstrap.build_intake`. As a context manager it runs inside the block."""

    def __init__(
        self,
        *,
        address: BrokerAddress,
        topic: str,
        listener: Callable[[Callable[[], None]], Listener],
        workers: Sequence[Callable[[Callable[[], None]], Worker]],
        sender: Sender,
        prepare: Callable[[], object] = lambda: None,
        upkeep: Upkeep | None = None,
    ) -> None:
        """`listener` and `workers` are made with what they call after each commit; `prepare` runs before anything is
        taken in (the engine reads the gallery); `upkeep` saves what the engine holds."""
        self._stop, self._work, self._send = threading.Event(), threading.Event(), threading.Event()
        self._listener = listener(self._work.set)
        self._workers = [make(self._send.set) for make in workers]
        self._sender, self._prepare, self._upkeep = sender, prepare, upkeep
        self._link = MqttLink(
            address, client_id=f"registry-{secrets.token_hex(6)}", topic=topic, arrived=self._listener.put
        )
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        self._prepare()
        runs = [("listener", lambda: self._listener.run(self._link, self._stop))]
        runs += [(f"worker-{n}", self._worker_run(worker)) for n, worker in enumerate(self._workers, start=1)]
        runs += [("sender", lambda: self._sender.run(self._link, self._stop, self._send))]
        if self._upkeep is not None:
            upkeep = self._upkeep
            runs += [("upkeep", lambda: upkeep.run(self._stop))]
        self._threads = [threading.Thread(target=run, name=f"intake-{name}", daemon=True) for name, run in runs]
        for thread in self._threads:
            thread.start()
        self._link.start()

    def wait_ready(self, timeout_s: float = 10.0) -> None:
        """Errors: BrokerUnavailable; the intake goes on trying all the same."""
        self._link.wait_ready(timeout_s)

    def stop(self) -> None:
        """Let what was begun end, take nothing new. Safe to call twice."""
        self._stop.set()
        self._work.set()
        self._send.set()
        for thread in self._threads:
            thread.join(timeout=10)
        self._link.stop()
        if self._upkeep is not None:
            self._upkeep.save()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _worker_run(self, worker: Worker) -> Callable[[], None]:
        return lambda: worker.run(self._stop, self._work)


def worker_name() -> str:
    """Unlike any other worker's, here and elsewhere; at most 64 characters."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(6)}"
