"""Why the team does not take an eye: a short list, so that one tap says it and reports can count it.

After ISO/IEC 39794-6: an eye that cannot be captured is so for now or for good.
"""

from enum import StrEnum


class Unfit(StrEnum):
    INJURED = "injured"
    BANDAGED = "bandaged"
    KEPT_SHUT = "kept_shut"
    """Opens for a moment only, or the child does not want this one taken. Nobody holds a lid."""
    MISSING = "missing"
    ARTIFICIAL = "artificial"
    CLOUDED = "clouded"
    """A lasting scar or veil that hides the iris."""

    @property
    def is_for_ever(self) -> bool:
        return self in (Unfit.MISSING, Unfit.ARTIFICIAL, Unfit.CLOUDED)


class NoIris(StrEnum):
    """Why a child is met without iris."""

    TOO_YOUNG = "too_young"
    TRIES_USED_UP = "tries_used_up"
    TEAM = "team_went_on"
    """The team's choice, whatever for: a broken scanner, cold, hurry."""
