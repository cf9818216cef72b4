"""Which MQTT broker: the one that PANAH_BROKER_URL names, or an embedded one, on this machine only."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from iotcore import Broker

from registry.errors import BrokerUnavailable, BrokerUrlInvalid, PortTaken

LOCALHOST = "127.0.0.1"
_PORTS = {"mqtt": 1883, "mqtts": 8883}
MAX_MESSAGE_BYTES = 128 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokerAddress:
    """Where a client connects. `password` stays out of `repr` and `str`."""

    host: str
    port: int
    tls: bool = False
    username: str | None = None
    password: str | None = None

    @classmethod
    def parse(cls, url: str) -> Self:
        """From mqtt://[user[:password]@]host[:port] or mqtts://…. Errors: BrokerUrlInvalid."""
        try:
            parts = urlsplit(url)
            port = parts.port or _PORTS[parts.scheme]
        except (ValueError, KeyError) as exc:
            raise BrokerUrlInvalid(_without_password(url)) from exc
        if not parts.hostname or parts.path not in ("", "/") or parts.query:
            raise BrokerUrlInvalid(_without_password(url))
        return cls(
            host=parts.hostname,
            port=port,
            tls=parts.scheme == "mqtts",
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )

    @property
    def url(self) -> str:
        """Without user and password."""
        return f"{'mqtts' if self.tls else 'mqtt'}://{self.host}:{self.port}"

    def __repr__(self) -> str:
        return f"BrokerAddress({self.url})"


@contextmanager
def embedded_broker(*, port: int | None = None) -> Iterator[BrokerAddress]:
    """A broker in a child process, gone when the block ends, and also when this process dies.

    Errors: PortTaken; BrokerUnavailable when it does not come up.
    """
    chosen = free_port() if port is None else port
    with tempfile.TemporaryDirectory(prefix="panah-broker-") as folder:
        config = Path(folder) / "broker.toml"
        config.write_text(_CONFIG.format(port=chosen, host=LOCALHOST, max_bytes=MAX_MESSAGE_BYTES))
        broker = Broker(config_path=str(config))
        try:
            broker.start()
        except OSError as exc:
            raise PortTaken(chosen, "the embedded MQTT broker") from exc
        except RuntimeError as exc:
            raise BrokerUnavailable(f"mqtt://{LOCALHOST}:{chosen}", str(exc)) from exc
        try:
            yield BrokerAddress(host=LOCALHOST, port=chosen)
        finally:
            broker.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOCALHOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _without_password(url: str) -> str:
    head, at, tail = url.rpartition("@")
    return f"{head.split('://')[0]}://…@{tail}" if at else url


_CONFIG = """\
id = 0

[router]
id = 0
max_connections = 1000
max_outgoing_packet_count = 500
max_segment_size = 104857600
max_segment_count = 10

[v5.1]
name = "v5"
listen = "{host}:{port}"
next_connection_delay_ms = 1

[v5.1.connections]
connection_timeout_ms = 60000
max_payload_size = {max_bytes}
max_inflight_count = 500
dynamic_filters = true
"""
