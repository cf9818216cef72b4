"""A broker's address is understood or refused with what to write instead."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.broker import BrokerAddress
from common.errors import BrokerUrlInvalid


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("mqtt://127.0.0.1:1884", BrokerAddress(host="127.0.0.1", port=1884)),
        ("mqtt://broker.example", BrokerAddress(host="broker.example", port=1883)),
        ("mqtts://broker.example/", BrokerAddress(host="broker.example", port=8883, tls=True)),
        ("mqtt://van:p%40ss@[::1]", BrokerAddress(host="::1", port=1883, username="van", password="p@ss")),
    ],
)
def test_an_address_says_host_port_and_whether_it_is_encrypted(url: str, broker: BrokerAddress) -> None:
    assert BrokerAddress.parse(url) == broker


@pytest.mark.parametrize("url", ["", "http://x", "mqtt://", "mqtt://x:99999", "mqtt://x/topic", "127.0.0.1:1883"])
def test_another_address_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(BrokerUrlInvalid, match="Write mqtt://HOST:PORT"):
        BrokerAddress.parse(url)


def test_a_password_is_neither_printed_nor_in_an_error() -> None:
    assert "secret" not in repr(BrokerAddress.parse("mqtt://van:secret@x"))
    with pytest.raises(BrokerUrlInvalid) as caught:
        BrokerAddress.parse("mqtt://van:secret@x/topic")
    assert "secret" not in str(caught.value)


@given(st.text(max_size=40))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    with contextlib.suppress(BrokerUrlInvalid):
        assert BrokerAddress.parse(text).host
