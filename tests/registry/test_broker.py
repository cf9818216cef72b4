"""The embedded broker, and the address of another one."""

import contextlib
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.broker import BrokerAddress, embedded_broker
from registry.errors import BrokerUrlInvalid, PortTaken


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


def test_an_address_keeps_its_password_to_itself() -> None:
    address = BrokerAddress.parse("mqtts://registry:s%40cret@broker.example:8884")
    assert (address.host, address.port, address.tls) == ("broker.example", 8884, True)
    assert (address.username, address.password) == ("registry", "s@cret")
    assert "cret" not in f"{address} {address!r} {address.url}"


def test_an_address_without_a_port_has_the_usual_one() -> None:
    assert BrokerAddress.parse("mqtt://broker").port == 1883
    assert BrokerAddress.parse("mqtts://broker").port == 8883


@pytest.mark.parametrize("url", ["", "broker:1883", "http://broker", "mqtt://", "mqtt://a:port", "mqtt://a/path"])
def test_what_is_no_address_is_refused_with_an_example(url: str) -> None:
    with pytest.raises(BrokerUrlInvalid, match="mqtt://host:1883"):
        BrokerAddress.parse(url)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with contextlib.suppress(BrokerUrlInvalid):
        assert BrokerAddress.parse(text).host
