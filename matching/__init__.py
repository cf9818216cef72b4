"""Templates -> who is this. Knows nothing of images, databases or networks."""

from matching.calibration import Calibration, default_calibration, load_calibration
from matching.comparison import compare, compare_many, score_matrix
from matching.decision import Decision, decide, redecide
from matching.engine import LocalEngine
from matching.gallery import DEFAULT_THRESHOLD, Gallery
from matching.interfaces import Candidate, Engine, EyeScore, GalleryChange, SearchResult
from matching.last_chance import LateHit, last_chance
from matching.ready import warm_up
from matching.rotations import TURNED, USUAL, WIDE, Rotations
from matching.scoring import DEFAULT_NORMALISATION, Normalisation
from matching.template import EyeCode, Template
from matching.thresholds import Policy, Thresholds

__all__ = [
    "DEFAULT_NORMALISATION",
    "DEFAULT_THRESHOLD",
    "TURNED",
    "USUAL",
    "WIDE",
    "Calibration",
    "Candidate",
    "Decision",
    "Engine",
    "EyeCode",
    "EyeScore",
    "Gallery",
    "GalleryChange",
    "LateHit",
    "LocalEngine",
    "Normalisation",
    "Policy",
    "Rotations",
    "SearchResult",
    "Template",
    "Thresholds",
    "compare",
    "compare_many",
    "decide",
    "default_calibration",
    "last_chance",
    "load_calibration",
    "redecide",
    "score_matrix",
    "warm_up",
]
