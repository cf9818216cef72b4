"""Scanners for tests: each as a tablet gets it, with a way to look behind it."""

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest
from numpy.typing import NDArray

from devices.interfaces import Scanner
from devices.models import Eye
from devices.replay import ReplayScanner
from devices.serial.scanner import SerialScanner
from devices.serial.simulated import SimulatedScanner

Shot = tuple[NDArray[np.uint8], Eye | None]


def picture(number: int, *, height: int = 24, width: int = 32) -> NDArray[np.uint8]:
    """A small picture that is unlike every other one."""
    return np.random.default_rng(number).integers(0, 256, (height, width), dtype=np.uint8)


def endless_shots() -> Iterator[Shot]:
    sides: tuple[Eye | None, ...] = ("left", "right", None)
    return ((picture(number), sides[number % 3]) for number in itertools.count())


@dataclass(frozen=True)
class Rig:
    """A scanner, and what the world would see of it."""

    scanner: Scanner
    is_lit: Callable[[], bool]


@pytest.fixture(params=["replay", "serial"])
def rig(request: pytest.FixtureRequest) -> Iterator[Rig]:
    if request.param == "replay":
        replay = ReplayScanner(endless_shots())
        yield Rig(replay, lambda: replay.lamp_on)
        replay.close()
    else:
        with SimulatedScanner(endless_shots(), frames_per_second=None) as device:
            scanner = SerialScanner(device.port)
            yield Rig(scanner, lambda: device.lamp_on)
            scanner.close()


@pytest.fixture
def shots() -> Callable[[], Iterator[Shot]]:
    return endless_shots
