"""A whole tablet in a folder, with synthetic eyes before its scanner."""

import random
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

from common.time import Clock, SystemClock
from devices.interfaces import Scanner
from devices.replay import ReplayScanner, Shot
from edge.bootstrap import Outside, Tablet, load_iris_extractor
from edge.capture.models import CaptureSettings
from edge.config import read_config, write_config
from edge.link.models import LinkSettings
from edge.messages.keys import DeviceKeys, RegistryPublic
from edge.outbox.backoff import Retry

NOWHERE = "mqtt://127.0.0.1:9"
"""A port on which nothing listens."""


class Tape:
    """What the replayed scanner shows; when it has run out, more may be inserted."""

    def __init__(self) -> None:
        self._shots: Iterator[Shot] = iter(())

    def insert(self, shots: Iterable[Shot]) -> None:
        self._shots = iter(shots)

    def open(self) -> Scanner:
        return ReplayScanner(self)

    def __iter__(self) -> Iterator[Shot]:
        return self

    def __next__(self) -> Shot:
        return next(self._shots)


def make_tablet(
    folder: Path,
    *,
    registry_public: RegistryPublic,
    broker: str = NOWHERE,
    device: str = "van-2",
    clock: Clock | None = None,
    open_scanner: Callable[[], Scanner] = lambda: ReplayScanner(()),
    **changes: Any,
) -> Tablet:
    path = write_config(
        folder,
        device=device,
        label="ون ۲",
        team="میدان خراسان",
        broker=broker,
        device_keys=DeviceKeys.generate(),
        registry_public=[registry_public],
        scanner="replay:tape.csv",
        **changes,
    )
    outside = Outside(
        clock=clock or SystemClock(),
        monotonic=time.monotonic,
        uniform=random.Random(3).uniform,
        new_id=uuid4,
        open_scanner=open_scanner,
        load_extractor=load_iris_extractor,
        retry=Retry(first_s=0.5, cap_s=1.0),
        link=LinkSettings(session_s=60),
        capture=CaptureSettings(silent_s=0.3),
    )
    return Tablet(read_config(path), outside)
