"""Broker, registry and vans as processes of their own, for as long as a demo lasts."""

import json
import os
import queue
import secrets
import socket
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Any

from pydantic import SecretStr
from sqlalchemy import make_url, text

from common.broker import BrokerAddress
from panah.demo.errors import ChildEnded, RegistryDidNotStart
from registry.bootstrap import Registry, make_home
from registry.broker import embedded_broker
from registry.config import RegistrySettings
from registry.db import Database
from registry.errors import BrokerUnavailable
from registry.migrations.run import migrate

START_S = 60.0
"""How long the registry may take to answer; the first start on a slow machine compiles the kernel."""
_END_S = 10.0
_BROKER_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A migrated registry in a fresh home, with its broker running; nothing is served yet."""

    settings: RegistrySettings
    registry: Registry
    environment: Mapping[str, str]

    def command(self, *words: str) -> list[str]:
        return [sys.executable, "-m", *words]


@contextmanager
def house(home: Path, *, database_url: str | None, broker_url: str | None) -> Iterator[House]:
    """Everything that must stand before the registry is served. All of it is gone afterwards.

    Errors: BrokerUnavailable, DatabaseUnavailable.
    """
    with ExitStack() as stack:
        broker = _answering(broker_url) if broker_url else stack.enter_context(embedded_broker()).url
        schema = stack.enter_context(_fresh_schema(database_url))
        given: dict[str, Any] = {
            "home": home,
            "database_url": database_url,
            "broker_url": broker,
            "database_schema": schema,
        }
        settings = RegistrySettings(**given)
        make_home(settings.home)
        database = Database.open(settings.database, schema=schema)
        migrate(database)
        database.close()
        registry = Registry.open(settings)
        stack.callback(registry.close)
        variables = {f"PANAH_{key.upper()}": str(value) for key, value in given.items() if value is not None}
        yield House(settings=settings, registry=registry, environment=_clean_environment() | variables)


def _clean_environment() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("PANAH_")}


@contextmanager
def _fresh_schema(database_url: str | None) -> Iterator[str | None]:
    """On PostgreSQL a schema of the demo's own, dropped afterwards; SQLite lies in the fresh home."""
    if database_url is None or make_url(database_url).get_backend_name() == "sqlite":
        yield None
        return
    database = Database.open(RegistrySettings(database_url=SecretStr(database_url)).database)
    name = f"panah_demo_{secrets.token_hex(4)}"
    try:
        _execute(database, f"create schema {name}")
        try:
            yield name
        finally:
            _execute(database, f"drop schema {name} cascade")
    finally:
        database.close()


def _execute(database: Database, statement: str) -> None:
    """Errors: DatabaseUnavailable."""
    with database.writing() as work:
        work.session.execute(text(statement))
        work.commit()


def _answering(broker_url: str) -> str:
    """The same URL. The registry would wait for its broker for ever; whoever watches a demo would not.

    Errors: BrokerUnavailable.
    """
    address = BrokerAddress.parse(broker_url)
    try:
        socket.create_connection((address.host, address.port), timeout=_BROKER_S).close()
    except OSError as exc:
        raise BrokerUnavailable(address.url, exc.strerror or str(exc)) from exc
    return broker_url


@contextmanager
def serving(standing: House, *, port: int | None, log: Path) -> Iterator[str]:
    """The registry's pages and intake. Gives the address. Errors: RegistryDidNotStart, with its last words."""
    words = standing.command("panah.cli", "registry", "serve", "--with-parent", "--port", str(port or 0))
    with log.open("w") as noise:
        process = subprocess.Popen(
            words,
            env=standing.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=noise,
            text=True,
            start_new_session=True,
        )
    try:
        address = _address(process, log)
        threading.Thread(target=_drain, args=(process.stdout,), daemon=True).start()
        _wait_until_healthy(process, address, log)
        yield address
    finally:
        end(process)


def _address(process: subprocess.Popen[str], log: Path) -> str:
    for line in process.stdout or ():
        if line.startswith("Panah: "):
            return line.removeprefix("Panah: ").strip().rstrip("/")
    raise RegistryDidNotStart(log)


def _wait_until_healthy(process: subprocess.Popen[str], address: str, log: Path) -> None:
    began = monotonic()
    while monotonic() - began < START_S and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/healthz", timeout=2):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            sleep(0.1)
    raise RegistryDidNotStart(log)


def _drain(stream: IO[str] | None) -> None:
    for _ in stream or ():
        pass


def end(process: subprocess.Popen[str]) -> None:
    """Ask it to end, and insist after a while."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            stream.close()


class Child:
    """A van's process: events come from it as JSON lines, orders go to it as lines."""

    def __init__(self, words: Sequence[str], environment: Mapping[str, str], *, log: Path, name: str) -> None:
        self.name, self._log = name, log
        with log.open("w") as noise:
            self._process = subprocess.Popen(
                words,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=noise,
                text=True,
                start_new_session=True,
            )

    def listen(self, events: "queue.Queue[tuple[Child, dict[str, Any]]]") -> None:
        """Put every event into `events`; a last one, {"event": "ended"}, says that the process is gone."""
        threading.Thread(target=self._listen, args=(events,), name=f"listen-{self.name}", daemon=True).start()

    def _listen(self, events: "queue.Queue[tuple[Child, dict[str, Any]]]") -> None:
        for line in self._process.stdout or ():
            events.put((self, json.loads(line)))
        events.put((self, {"event": "ended", "status": self._process.wait()}))

    def tell(self, order: str) -> None:
        if self._process.stdin is None or self._process.poll() is not None:
            raise ChildEnded(self.name, self._log)
        self._process.stdin.write(order + "\n")
        self._process.stdin.flush()

    def failed(self) -> ChildEnded:
        return ChildEnded(self.name, self._log)

    def end(self) -> None:
        end(self._process)
