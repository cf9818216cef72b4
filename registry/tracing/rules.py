"""Whether a search may mean a child, and who is told. Law: DOMAIN, tracing. Pure.

A search is a record whatever it finds, and its answer is the same whatever it found: the inquirer gets a reference,
never a hint. What may match goes to the worker of the child, who knows whether being found is safe.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from registry.access.rules import Role
from registry.children.partial_dates import age_range
from registry.children.rules import age_today
from registry.names.rules import Grade, covers, grade
from registry.tracing.forms import InquiryForm, SoughtChild

TAKES = frozenset({Role.SCREENING, Role.SOCIAL_WORKER, Role.CASE_MANAGER})
GETS_UNASSIGNED = frozenset({Role.CENTRE_MANAGER})
"""Who is told of a child without a worker, and gives it one."""
YEARS_OFF = 2
"""Ages told by two people differ by so much and still are of one child."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is on record of a child, as far as a search can be compared with it."""

    own: tuple[str, ...]
    fathers: tuple[str, ...] = ()
    grandfathers: tuple[str, ...] = ()
    sex: str = "unknown"
    age: tuple[int, int] | None = None
    places: tuple[str, ...] = ()


def is_enough(child: SoughtChild) -> bool:
    """A name alone would fit hundreds: something more must be known."""
    more = (child.fathers_name, child.grandfathers_name, child.family_name, child.birth, child.age)
    return any(more) or bool(child.last_seen and child.last_seen.place)


def agreeing(child: SoughtChild, known: Known, today: date) -> tuple[str, ...] | None:
    """The fields that agree, or None when it is not this child: the name is another, a known fact contradicts, or
    nothing but the given name agrees."""
    if max(covers(name, known.own) for name in (child.given_name, child.nickname or child.given_name)) is Grade.OTHER:
        return None
    if "unknown" not in (child.sex, known.sex) and str(child.sex) != known.sex:
        return None
    found = ["given_name"]
    for field, asked, there in (
        ("fathers_name", child.fathers_name, known.fathers),
        ("grandfathers_name", child.grandfathers_name, known.grandfathers),
    ):
        if asked and there:
            if covers(asked, there) is Grade.OTHER:
                return None
            found.append(field)
    if child.family_name and covers(child.family_name, known.own) is not Grade.OTHER:
        found.append("family_name")
    asked_age = age_asked(child, today)
    if asked_age and known.age:
        if asked_age[0] - YEARS_OFF > known.age[1] or known.age[0] - YEARS_OFF > asked_age[1]:
            return None
        found.append("age")
    if child.last_seen and child.last_seen.place and _near(child.last_seen.place, known.places):
        found.append("last_seen")
    return tuple(found) if len(found) > 1 else None


def age_asked(child: SoughtChild, today: date) -> tuple[int, int] | None:
    if child.birth is not None:
        return age_range(child.birth, today)
    return age_today(child.age.low, child.age.high, child.age.said_on, today) if child.age else None


def may_be_kept_away(inquiry: InquiryForm, restrained: Iterable[str]) -> bool:
    """Whether the inquirer may be somebody whom the child's family file keeps away: looked at before anything else."""
    return any(grade(inquiry.inquirer.name, name) is not Grade.OTHER for name in restrained)


def _near(place: str, places: Iterable[str]) -> bool:
    return any(covers(place, [one]) is not Grade.OTHER for one in places)
