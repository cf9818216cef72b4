"""Templates -> who is this. Knows nothing of images, databases or networks."""

from matching.comparison import compare, compare_many, score_matrix
from matching.engine import LocalEngine
from matching.gallery import DEFAULT_THRESHOLD, Gallery
from matching.interfaces import Candidate, Engine, EyeScore, GalleryChange, SearchResult
from matching.rotations import TURNED, USUAL, WIDE, Rotations
from matching.scoring import DEFAULT_NORMALISATION, Normalisation
from matching.template import EyeCode, Template

__all__ = [
    "DEFAULT_NORMALISATION",
    "DEFAULT_THRESHOLD",
    "TURNED",
    "USUAL",
    "WIDE",
    "Candidate",
    "Engine",
    "EyeCode",
    "EyeScore",
    "Gallery",
    "GalleryChange",
    "LocalEngine",
    "Normalisation",
    "Rotations",
    "SearchResult",
    "Template",
    "compare",
    "compare_many",
    "score_matrix",
]
