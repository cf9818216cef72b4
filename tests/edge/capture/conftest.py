"""Encounters with the real recognition on synthetic eyes, over replayed and simulated scanners."""

import itertools
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from uuid import uuid4

import numpy as np
import pytest

from common.time import Clock
from devices.interfaces import Scanner
from devices.models import Eye, Fix
from devices.replay import ReplayScanner
from edge.capture.encounter import Encounter, Tools
from edge.capture.iris import IrisExtractor
from edge.capture.models import CaptureSettings
from edge.capture.port import ReopeningPort
from edge.messages.models import CaptureReport
from edge.outbox.models import Saved
from models import IrisPipeline
from models.synthetic import Difficulty, SyntheticEye, random_conditions
from tests.edge.clocks import SetClock

NOW = datetime(2026, 3, 21, 20, 40, tzinfo=UTC)  # ten past midnight in Tehran: still the shift of the day before


@pytest.fixture(scope="session")
def extractor() -> IrisExtractor:
    return IrisExtractor(IrisPipeline.load())


def picture(child: int, eye: Eye, number: int, difficulty: Difficulty = "good") -> np.ndarray:
    rng = np.random.default_rng([child, number, eye == "left"])
    return SyntheticEye(child, eye).render(random_conditions(rng, difficulty), seed=number).image


def shots(child: int, difficulty: Difficulty = "good", *, frames: int = 5, eyes: tuple[Eye, ...] = ("left", "right")):
    """Frames of both eyes in turn, as a two-eyed scanner gives them."""
    for number in range(frames):
        for eye in eyes:
            yield picture(child, eye, number, difficulty), eye


class Van:
    """What an encounter needs, with everything that was saved in `reports`."""

    def __init__(self, extractor: IrisExtractor) -> None:
        self.extractor, self.reports, self.full = extractor, [], False
        self.scanner: Scanner = ReplayScanner(iter(()))
        self.opened = 0
        self.settings = CaptureSettings(silent_s=0.3)
        self.clock: Clock = SetClock(NOW)
        self.fix: Fix | None = None

    def play(self, *more: Iterator) -> ReplayScanner:
        self.scanner = ReplayScanner(itertools.chain(*more))
        return self.scanner

    def encounter(self) -> Encounter:
        return Encounter(self.tools())

    def tools(self) -> Tools:
        return Tools(
            device="van-1",
            team="گشت ۳",
            port=ReopeningPort(self._open),
            extractor=self.extractor,
            positions=self,
            save=self._save,
            require_space=lambda: None,
            clock=self.clock,
            monotonic=time.monotonic,
            new_id=uuid4,
            settings=self.settings,
        )

    def _open(self) -> Scanner:
        self.opened += 1
        return self.scanner

    def latest(self) -> Fix | None:
        return self.fix

    def close(self) -> None:
        """As a PositionSource."""

    def _save(self, report: CaptureReport) -> Saved:
        self.reports.append(report)
        return Saved(capture_id=report.capture_id, digest=b"\0" * 32, saved_at=NOW)


@pytest.fixture
def van(extractor: IrisExtractor) -> Van:
    return Van(extractor)


def stop_after(times: int) -> Callable[[], bool]:
    """One tap, when it was asked that often."""
    asked = itertools.count()
    return lambda: next(asked) >= times
