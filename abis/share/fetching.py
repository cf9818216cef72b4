"""One bounded HTTP exchange. No redirects, no proxy, no cookies of its own: exactly the address that was asked for."""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol, Self
from urllib.parse import SplitResult, urlsplit

from abis.codes import Failure
from abis.errors import Refused

_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    status: int
    body: bytes = field(repr=False)
    cookies: tuple[str, ...] = field(default=(), repr=False)
    """Set-Cookie headers as they came."""


class Fetch(Protocol):
    def __call__(self, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Reply:
        """GET, or POST where there is a body. Errors: Refused (7)."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpFetch:
    """`seconds` bounds the whole exchange, `max_bytes` the body. `hosts`: host or host:port allowed; empty for all."""

    seconds: float
    max_bytes: int
    hosts: frozenset[str] = frozenset()
    tls: ssl.SSLContext | None = None

    def __call__(self, url: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None) -> Reply:
        parts = address(url)
        if self.hosts and not {parts.hostname, authority(parts)} & self.hosts:
            raise Refused(Failure.FETCH_FAILED, f"{parts.hostname} is not among the allowed data shares")
        connection = self._connection(parts)
        try:
            with _Deadline(connection, self.seconds) as deadline:
                connection.connect()
                deadline.wire = connection.sock
                reply = self._exchange(connection, parts, headers or {}, body)
                if deadline.passed.is_set():
                    raise TimeoutError
                return reply
        except (OSError, http.client.HTTPException, ValueError) as exc:
            raise Refused(Failure.FETCH_FAILED, f"{parts.hostname} gives no answer: {type(exc).__name__}") from exc
        finally:
            connection.close()

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        host, port = str(parts.hostname), parts.port
        if parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=self.seconds)
        context = self.tls or ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=self.seconds, context=context)

    def _exchange(
        self, connection: http.client.HTTPConnection, parts: SplitResult, headers: Mapping[str, str], body: bytes | None
    ) -> Reply:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("GET" if body is None else "POST", path, body=body, headers=dict(headers))
        response = connection.getresponse()
        content = response.read(self.max_bytes + 1)
        if len(content) > self.max_bytes:
            raise Refused(Failure.FETCH_FAILED, f"the answer has more than {self.max_bytes} bytes")
        if response.length:
            raise http.client.IncompleteRead(content, response.length)
        return Reply(status=response.status, body=content, cookies=tuple(response.headers.get_all("Set-Cookie") or ()))


class _Deadline:
    """Cuts the wire after `seconds`, and says so in `passed`. The socket's own timeout begins anew with each packet, so
    a sender of one byte a second would hold the queue for ever."""

    def __init__(self, connection: http.client.HTTPConnection, seconds: float) -> None:
        self._connection = connection
        self.wire: socket.socket | None = None
        """Once connected: the connection lets go of it while an answer of unknown length is still being read."""
        self.passed = threading.Event()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_raised: object) -> None:
        self._timer.cancel()
        self._timer.join()

    def _cut(self) -> None:
        self.passed.set()
        wire = self.wire or self._connection.sock
        if wire is not None:
            with suppress(OSError):  # it may have ended at this moment
                wire.shutdown(socket.SHUT_RDWR)


def address(url: str) -> SplitResult:
    """Errors: Refused (7) for anything but http(s) with a host."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as exc:
        raise Refused(Failure.FETCH_FAILED, "referenceURL is no address") from exc
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname or port == 0 or parts.username is not None:
        raise Refused(Failure.FETCH_FAILED, "referenceURL is no http or https address")
    return parts


def authority(parts: SplitResult) -> str:
    return f"{parts.hostname}:{parts.port or _DEFAULT_PORTS[parts.scheme]}"
