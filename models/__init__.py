"""Pixels -> template: quality, segmentation, normalisation, encoding; and how the models were made."""

from models.errors import CaptureRejected, ModelsError, WeightsDamaged
from models.images import load_image
from models.pipeline import IrisPipeline, Parameters
from models.quality import QuickQuality, quick_quality
from models.reasons import REASONS, Reason, sentence
from models.results import Extraction, Hypothesis, QualityFactors

__all__ = [
    "REASONS",
    "CaptureRejected",
    "Extraction",
    "Hypothesis",
    "IrisPipeline",
    "ModelsError",
    "Parameters",
    "QualityFactors",
    "QuickQuality",
    "Reason",
    "WeightsDamaged",
    "load_image",
    "quick_quality",
    "sentence",
]
