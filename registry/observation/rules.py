"""Observing a place before its district starts, and who belongs together in an encounter.

Law: DOMAIN, states and tasks. What is observed are places, hours, kinds of work and counts: there is no field for a
name, a face or a picture. Pure.
"""

from calendar import monthrange
from datetime import date
from enum import StrEnum

from registry.access.rules import Role

PLANS = frozenset({Role.CENTRE_MANAGER, Role.COUNTY_OFFICER})
OBSERVES = frozenset({Role.OUTREACH, Role.SCREENING, Role.SOCIAL_WORKER, Role.PSYCHOLOGIST})
SEES_PLACES = PLANS | OBSERVES
"""Exact points are for patrol planning and those who go there."""
MONTHS_AHEAD = 2


class PlaceKind(StrEnum):
    JUNCTION = "junction"
    SQUARE = "square"
    MARKET = "market"
    STATION = "station"
    SHRINE = "shrine"
    WORKSHOP = "workshop"
    OTHER = "other"


class AgeBand(StrEnum):
    """As it appears from a distance: broad on purpose."""

    UNDER_5 = "0-4"
    FROM_5 = "5-9"
    FROM_10 = "10-14"
    FROM_15 = "15-17"
    UNKNOWN = "unknown"


class Control(StrEnum):
    """Whether adults seem to direct the children."""

    NONE = "none"
    SUSPECTED = "suspected"
    SEEN = "seen"
    UNKNOWN = "unknown"


class Relation(StrEnum):
    """Between two children of an encounter, or of a child to an adult who was there."""

    SIBLING = "sibling"
    COUSIN = "cousin"
    FRIEND = "friend"
    WORKS_WITH = "works_with"
    CAME_WITH = "came_with"
    PARENT = "parent"
    RELATIVE = "relative"
    EMPLOYER = "employer"
    OTHER = "other"


BETWEEN_CHILDREN = frozenset(
    {Relation.SIBLING, Relation.COUSIN, Relation.FRIEND, Relation.WORKS_WITH, Relation.CAME_WITH, Relation.OTHER}
)
TO_AN_ADULT = frozenset({Relation.CAME_WITH, Relation.PARENT, Relation.RELATIVE, Relation.EMPLOYER, Relation.OTHER})


class Source(StrEnum):
    CHILD_SAID = "child_said"
    ADULT_SAID = "adult_said"
    DOCUMENT = "document"
    TEAM_SAW = "team_saw"


def latest_start(district_starts_on: date) -> date:
    """The last day on which observation may start: two months before the district does."""
    month = district_starts_on.month - MONTHS_AHEAD
    year, month = (district_starts_on.year, month) if month > 0 else (district_starts_on.year - 1, month + 12)
    return date(year, month, min(district_starts_on.day, monthrange(year, month)[1]))


def starts_too_late(observe_from: date, district_starts_on: date) -> bool:
    return observe_from > latest_start(district_starts_on)
