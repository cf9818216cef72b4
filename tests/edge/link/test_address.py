"""A broker's address is understood or refused with what to write instead."""

import pytest

from edge.link.errors import BrokerUrlInvalid
from edge.link.models import Broker


@pytest.mark.parametrize(
    ("url", "broker"),
    [
        ("mqtt://127.0.0.1:1884", Broker(host="127.0.0.1", port=1884)),
        ("mqtt://broker.example", Broker(host="broker.example", port=1883)),
        ("mqtts://broker.example/", Broker(host="broker.example", port=8883, tls=True)),
        ("mqtt://van:p%40ss@[::1]", Broker(host="::1", port=1883, username="van", password="p@ss")),
    ],
)
def test_an_address_says_host_port_and_whether_it_is_encrypted(url: str, broker: Broker) -> None:
    assert Broker.from_url(url) == broker


@pytest.mark.parametrize("url", ["", "http://x", "mqtt://", "mqtt://x:99999", "mqtt://x/topic", "127.0.0.1:1883"])
def test_another_address_is_refused_with_what_to_write(url: str) -> None:
    with pytest.raises(BrokerUrlInvalid, match="Write mqtt://HOST:PORT"):
        Broker.from_url(url)


def test_a_password_is_neither_printed_nor_in_an_error() -> None:
    assert "secret" not in repr(Broker.from_url("mqtt://van:secret@x"))
    with pytest.raises(BrokerUrlInvalid) as caught:
        Broker.from_url("mqtt://van:secret@x/topic")
    assert "secret" not in str(caught.value)
