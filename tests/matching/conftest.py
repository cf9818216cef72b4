"""Randomness from a stated seed, and a calibration of simulated people."""

import datetime

import numpy as np
import pytest

from matching.calibration import Calibration
from matching.calibration.fit import LabelledCapture, calibrate
from matching.simulation import Capture, simulate_templates


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20240229)


@pytest.fixture(scope="session")
def calibration() -> Calibration:
    """Of 150 simulated people, made anew in a few seconds."""
    people = simulate_templates(np.random.default_rng(3), 150, how=Capture(failures=0.002), captures=4)
    captures = [LabelledCapture(f"person {k}", template) for k, taken in enumerate(people) for template in taken]
    made, _ = calibrate(captures, version="test-1", made_on=datetime.date(2024, 2, 29), source="150 simulated people")
    return made
