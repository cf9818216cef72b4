"""The embedded broker, and the address of another one."""

import socket

import pytest

from registry.broker import embedded_broker
from registry.errors import PortTaken


def test_the_embedded_broker_listens_on_this_machine_only_and_is_gone_afterwards() -> None:
    with embedded_broker() as address:
        assert address.host == "127.0.0.1"
        socket.create_connection((address.host, address.port), timeout=2).close()
    with pytest.raises(OSError):
        socket.create_connection((address.host, address.port), timeout=2)


def test_a_taken_port_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(PortTaken, match=str(port)), embedded_broker(port=port):
            pass
