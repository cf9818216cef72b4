"""Which MQTT broker: the one that PANAH_BROKER_URL names, or an embedded one, on this machine only."""

import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from iotcore import Broker

from common.broker import BrokerAddress
from registry.errors import BrokerUnavailable, PortTaken

LOCALHOST = "127.0.0.1"
MAX_MESSAGE_BYTES = 128 * 1024


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
