"""Two real brokers, and a tablet whose outbox and link may be killed and started again on the same disk."""

import random
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest

from common.broker import BrokerAddress
from common.faults import FaultPoint, no_faults
from common.time import SystemClock
from edge.link.link import Link
from edge.link.models import LinkSettings
from edge.link.session import answers
from edge.messages.keys import DeviceKeys, RegistryKeys
from edge.messages.seal import open_receipt, open_result, seal_capture
from edge.outbox.backoff import Retry
from edge.outbox.sqlite import SqliteOutbox
from registry.broker import embedded_broker
from tests.edge.link.registry_double import RegistryDouble

MOSQUITTO = BrokerAddress(host="127.0.0.1", port=1883)
QUICK = Retry(first_s=0.1, cap_s=0.2, tries=200)
SETTINGS = LinkSettings(session_s=120, reconnect_base=1.1, confirm_s=1.0)


@pytest.fixture(scope="session")
def iotcore() -> Iterator[BrokerAddress]:
    with embedded_broker() as address:
        yield BrokerAddress(host=address.host, port=address.port)


@pytest.fixture(params=["iotcore", "mosquitto"])
def broker(request: pytest.FixtureRequest) -> BrokerAddress:
    if request.param == "iotcore":
        found: BrokerAddress = request.getfixturevalue("iotcore")
        return found
    if not answers(MOSQUITTO):
        pytest.skip("no Mosquitto answers on 127.0.0.1:1883: this case was tried on iotcore only")
    return MOSQUITTO


class Tablet:
    def __init__(self, folder: Path, broker: BrokerAddress, registry_keys: RegistryKeys) -> None:
        self.device = f"van-{uuid4().hex[:10]}"
        self.keys, self._registry_public, self._folder, self.broker = (
            DeviceKeys.generate(),
            registry_keys.public,
            folder,
            broker,
        )
        self.outbox: SqliteOutbox
        self.link: Link

    def start(self, *, faults: FaultPoint = no_faults, retry: Retry = QUICK, connect: bool = True) -> None:
        self.outbox = SqliteOutbox(
            self._folder / "outbox.sqlite",
            seal=partial(seal_capture, device_keys=self.keys, registry_public=self._registry_public),
            clock=SystemClock(),
            uniform=random.Random(7).uniform,
            retry=retry,
            faults=faults,
        )
        self.link = Link(
            self.broker,
            device=self.device,
            outbox=self.outbox,
            open_receipt=partial(open_receipt, device=self.device, registry_public=[self._registry_public]),
            open_result=partial(
                open_result, device=self.device, device_keys=[self.keys], registry_public=[self._registry_public]
            ),
            clock=SystemClock(),
            monotonic=time.monotonic,
            uniform=random.Random(8).uniform,
            settings=SETTINGS,
            faults=faults,
        )
        if connect:
            self.link.start()

    def stop(self) -> None:
        self.link.stop()
        self.outbox.close()


def eventually(true: Callable[[], bool], seconds: float = 15) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if true():
            return True
        time.sleep(0.01)
    return true()


@pytest.fixture
def registry_keys() -> RegistryKeys:
    return RegistryKeys.generate()


@pytest.fixture
def tablet(tmp_path: Path, broker: BrokerAddress, registry_keys: RegistryKeys) -> Iterator[Tablet]:
    tablet = Tablet(tmp_path, broker, registry_keys)
    yield tablet
    tablet.stop()


@pytest.fixture
def registry(tablet: Tablet, broker: BrokerAddress, registry_keys: RegistryKeys) -> Iterator[RegistryDouble]:
    registry = RegistryDouble(broker, registry_keys, {tablet.device: tablet.keys.public})
    yield registry
    registry.close()
