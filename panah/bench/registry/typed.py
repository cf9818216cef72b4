"""The ways to ask a route beside the plain one: what people type into its searches and filters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from common.time import jalali_digits
from panah.bench.registry.population import NOW

Query = dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Typing:
    """What somebody has in hand who types into a search."""

    draw: Random
    name: str
    card: str
    child_id: int
    numbers: Sequence[str]
    """Of cases."""

    def slip(self) -> str:
        """The name with one letter left out."""
        place = self.draw.randrange(len(self.name))
        return self.name[:place] + self.name[place + 1 :] if len(self.name) > _LEAST else self.name

    def shift(self) -> str:
        day = (NOW - timedelta(days=self.draw.randint(1, 45))).date()
        return jalali_digits(day, language="en").replace("/", "-")

    def up_to(self, most: int) -> str:
        return str(self.draw.randint(2, most))


_LEAST = 3
Way = Query | Callable[[Typing], Query]
_FIND: dict[str, Way] = {
    "by name": lambda typing: {"q": typing.name},
    "by a slip": lambda typing: {"q": typing.slip()},
    "by number": lambda typing: {"q": typing.draw.choice(typing.numbers)},
    "by card": lambda typing: {"q": typing.card},
}
_BY_NAMES: dict[str, Way] = {
    "by name": lambda typing: {"name": typing.name},
    "by a slip": lambda typing: {"name": typing.slip()},
    "by name and father": lambda typing: {"name": typing.name, "father": "محمد"},
}
_ANOTHER_SHIFT: dict[str, Way] = {"another shift": lambda typing: {"shift": typing.shift()}}
WAYS: dict[str, dict[str, Way]] = {
    "/cases": _FIND
    | {"closed": {"state": "closed"}, "a later page": lambda typing: {"state": "all", "page": typing.up_to(400)}},
    "/api/cases": _FIND | {"all": {"state": "all"}},
    "/children": _FIND | _ANOTHER_SHIFT,
    "/api/children": _BY_NAMES,
    "/encounters": _ANOTHER_SHIFT | {"page 3": {"page": "3"}},
    "/api/encounters": _ANOTHER_SHIFT,
    "/api/families": {"of a child": lambda typing: {"child_id": str(typing.child_id)}},
    "/api/places": {"of a district": lambda typing: {"district": typing.up_to(22)}},
    "/api/tasks": {"due": {"due_before": NOW.isoformat()}},
    "/audit": {
        "earlier": lambda typing: {"before": typing.up_to(100_000)},
        "of an action": {"action": "capture"},
        "of a rare action": {"action": "account"},
    },
}
