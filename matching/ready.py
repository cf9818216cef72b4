"""Run everything once, so that no child waits for it."""

import contextlib
import time

import numpy as np

from matching.calibration import Calibration
from matching.comparison import compare
from matching.errors import MatchingError
from matching.gallery import Gallery
from matching.identification import identify
from matching.interfaces import Engine
from matching.simulation import Capture, simulate_templates
from matching.template import WORDS, EyeCode, Template
from matching.thresholds import Policy


def rehearse(engine: Engine, *, calibration: Calibration, policy: Policy) -> None:
    """Search for nobody: screening's limits for a gallery of this size are computed once, and kernels are loaded.

    A gallery that cannot be searched yet is left for the first child to report.
    """
    rng = np.random.default_rng(0)
    for people in simulate_templates(rng, 4, how=Capture(), captures=1):
        eyes = people[0]
        for left, right, frames in ((eyes.left, eyes.right, 1), (eyes.left, eyes.right, 2), (eyes.left, (), 1)):
            probe = Template(left, right, calibration.encoder)
            with contextlib.suppress(MatchingError):
                identify(probe, engine, calibration=calibration, policy=policy, frames=frames)


def warm_up() -> float:
    """Run every kernel once, threads and all; the seconds it took. What was not compiled yet was by the import."""
    started = time.perf_counter()
    words = np.arange(WORDS, dtype=np.uint64)
    template = Template((EyeCode(words, ~words),), (EyeCode(~words, ~words),))
    gallery = Gallery()
    for number in range(200):
        gallery.add(number, template)
    gallery.identify(template)
    compare(template, template)
    return time.perf_counter() - started
