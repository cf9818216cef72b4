"""A shift on either database and over either broker."""

import threading
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from common.broker import BrokerAddress
from edge.config import write_config
from edge.link.session import answers
from edge.messages.keys import DeviceKeys
from registry.bootstrap import Registry
from registry.broker import embedded_broker
from registry.config import RegistrySettings
from registry.db import Database
from registry.devices.service import register
from registry.intake.deciding import Weigher
from tests.faults.fate import Death, Fate, Killed
from tests.faults.parts import CentrePart, Van
from tests.faults.shift import Shift
from tests.registry.conftest import (
    calibration,
    eyes,
    postgresql,
    postgresql_schema,
    settings,
    sqlite_pattern,
    weigher,
)
from tests.registry.house import Eyes

__all__ = ["calibration", "eyes", "postgresql", "postgresql_schema", "settings", "sqlite_pattern", "weigher"]

pytest.register_assert_rewrite("tests.faults.truths")

Plan = dict[str, list[Death]]
Begin = Callable[[Plan], Shift]
"""`begin({"van-1": [Death(…)], "centre": […]})`: the shift, with everything started."""


@pytest.fixture(scope="session")
def embedded() -> Iterator[BrokerAddress]:
    with embedded_broker() as address:
        yield address


@pytest.fixture
def broker(request: pytest.FixtureRequest) -> BrokerAddress:
    """Embedded, unless a test asks for "mosquitto"."""
    if getattr(request, "param", "embedded") == "embedded":
        found: BrokerAddress = request.getfixturevalue("embedded")
        return found
    if not answers(BrokerAddress(host="127.0.0.1", port=1883)):
        pytest.skip("no Mosquitto answers on 127.0.0.1:1883: this was tried over the embedded broker only")
    return BrokerAddress(host="127.0.0.1", port=1883)


@pytest.fixture(autouse=True)
def _the_dead_are_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thread that ends by `Killed` is what was wanted; any other end is reported as ever."""
    report = threading.excepthook
    monkeypatch.setattr(
        threading, "excepthook", lambda args: None if issubclass(args.exc_type, Killed) else report(args)
    )


@pytest.fixture
def begin(
    tmp_path: Path, settings: RegistrySettings, weigher: Weigher, broker: BrokerAddress, eyes: Eyes
) -> Iterator[Begin]:
    begun: list[Shift] = []

    def start(plan: Plan) -> Shift:
        names = ("van-1", "van-2")
        configs = provision(settings, broker, {name: tmp_path / name for name in names})
        shift = Shift(
            vans={name: Van(configs[name], Fate(plan.get(name, ()))) for name in names},
            centre=CentrePart(settings, weigher, broker, Fate(plan.get("centre", ()))),
            database=Database.open(settings.database, schema=settings.database_schema),
            eyes=eyes,
        )
        for part in (shift.centre, *shift.vans.values()):
            part.start()
        begun.append(shift)
        return shift

    yield start
    for shift in begun:
        shift.stop()
        shift.database.close()


def provision(settings: RegistrySettings, broker: BrokerAddress, folders: dict[str, Path]) -> dict[str, Path]:
    """Device names are unlike those of every other run: brokers are shared."""
    registry, run = Registry.open(settings), uuid.uuid4().hex[:10]
    configs = {}
    with registry.database.writing() as work:
        for name, folder in folders.items():
            device, keys = f"{name}-{run}", DeviceKeys.generate()
            register(
                work, name=device, team="گشت ۱", public=keys.public, actor="test", trail=registry.trail,
                clock=registry.clock,
            )  # fmt: skip
            configs[name] = write_config(
                folder, device=device, label=name, team="گشت ۱", broker=broker.url, device_keys=keys,
                registry_public=registry.keyring.public, scanner="replay:none.csv",
            )  # fmt: skip
        work.commit()
    registry.close()
    return configs
