"""Is this a living eye in front of the scanner? Advice for a reviewer, never a reason to refuse a child."""

from models.liveness.judge import Suspicion, judge, likeliest, over_frames, pinned_model
from models.liveness.species import SPECIES, Species

__all__ = ["SPECIES", "Species", "Suspicion", "judge", "likeliest", "over_frames", "pinned_model"]
