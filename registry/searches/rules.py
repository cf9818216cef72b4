"""Whom a narrowed search looks at, who may ask for one, and when the night's second looks are due.

A search looks at everybody enrolled unless a person narrows it, with a reason. Whoever lacks a fact that is asked for
stays in: a child whose age nobody wrote down must not become unfindable by it. Names are no part of it: how a name
sounds says nothing of an iris.
"""

import math
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from common.time import TEHRAN
from registry.access.rules import Role

SEARCHES = frozenset({Role.SCREENING, Role.CASE_MANAGER})
"""Who confirms identities and whose case it is. A reviewer sees no more than two records, security searches nothing."""

NIGHT_AT = time(2, 30)
"""Tehran's clock: after the last shift's captures have come in, before the next one starts."""
LOOKED_BACK = timedelta(days=14)
"""Whoever was called new longer ago is left to the sweep."""
_EARTH_KM = 6371.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Around a place, or met at a place of one of these names."""

    latitude: float | None = None
    longitude: float | None = None
    kilometres: float | None = None
    places: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Either places, or all of a circle, or both."""
        given = [value is not None for value in (self.latitude, self.longitude, self.kilometres)]
        return all(given) or (not any(given) and bool(self.places))

    @property
    def is_round(self) -> bool:
        return self.kilometres is not None

    def said(self) -> str | None:
        if self.latitude is None or self.longitude is None or self.kilometres is None:
            return None
        return f"{self.kilometres:g} km around {self.latitude:.4f}, {self.longitude:.4f}"

    def holds(self, latitude: float, longitude: float) -> bool:
        if self.latitude is None or self.longitude is None or self.kilometres is None:
            return False
        return kilometres(self.latitude, self.longitude, latitude, longitude) <= self.kilometres


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Everything that is set has to hold; nothing set narrows nothing."""

    sex: str | None = None
    """girl | boy"""
    age_low: int | None = None
    age_high: int | None = None
    """Years, both included: whose age today may lie in between."""
    seen_from: date | None = None
    seen_until: date | None = None
    """Last met within these days, both included."""
    region: Region | None = None

    def refusal(self) -> str | None:
        """Why this narrows nothing, or nothing that there could be."""
        region = self.region
        if region is not None and not region.is_whole:
            return "half_a_region"
        if not self.said():
            return "narrows_nothing"
        if self.age_low is not None and self.age_high is not None and self.age_low > self.age_high:
            return "ages_cross"
        if self.seen_from is not None and self.seen_until is not None and self.seen_from > self.seen_until:
            return "days_cross"
        return None

    def stored(self) -> dict[str, Any]:
        """As JSON values; `restored` reads them."""
        days = {"seen_from": self.seen_from, "seen_until": self.seen_until}
        return asdict(self) | {name: day.isoformat() if day else None for name, day in days.items()}

    @classmethod
    def restored(cls, stored: Mapping[str, Any]) -> "Narrowing":
        days = {name: stored[name] and date.fromisoformat(stored[name]) for name in ("seen_from", "seen_until")}
        region = stored["region"] and Region(**(stored["region"] | {"places": tuple(stored["region"]["places"])}))
        return cls(**(dict(stored) | days | {"region": region}))

    def said(self) -> dict[str, str | int | float]:
        """As it is stored with the decision, and shown."""
        region = self.region or Region()
        facts: dict[str, str | int | float | None] = {
            "sex": self.sex,
            "age_low": self.age_low,
            "age_high": self.age_high,
            "seen_from": self.seen_from.isoformat() if self.seen_from else None,
            "seen_until": self.seen_until.isoformat() if self.seen_until else None,
            "region": region.said(),
            "places": "، ".join(region.places) or None,
        }
        return {name: value for name, value in facts.items() if value is not None}

    def allows_age(self, age: tuple[int, int] | None) -> bool:
        """`age`: the youngest and the oldest that a child may be today; None: nobody knows."""
        if age is None:
            return True
        youngest = -1 if self.age_low is None else self.age_low
        oldest = 200 if self.age_high is None else self.age_high
        return age[0] <= oldest and youngest <= age[1]


def kilometres(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """Along the globe."""
    up, down = math.radians(latitude), math.radians(other_latitude)
    half = math.sin((down - up) / 2) ** 2
    half += math.cos(up) * math.cos(down) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(min(1.0, math.sqrt(half)))


def may_search(roles: Collection[Role]) -> bool:
    return bool(SEARCHES & frozenset(roles))


def night_of(now: datetime) -> date | None:
    """The night whose second looks are due now, named by the day that it leads to; None in the evening before."""
    local = now.astimezone(TEHRAN)
    return local.date() if local.time() >= NIGHT_AT else None
