"""Who belongs to a household, who is told and who receives. Law: DOMAIN, states and tasks; the least a form holds.

A family file holds members and aid to the household. What a child said stays in the child's file, and a member who is
kept away is still a member: of the truth of a family nothing is left out, of what we know of its children everything.
Pure.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.access.rules import Role

READS = frozenset({Role.SCREENING, Role.PSYCHOLOGIST, Role.SOCIAL_WORKER, Role.CASE_MANAGER, Role.CENTRE_MANAGER})
WRITES = frozenset({Role.SCREENING, Role.SOCIAL_WORKER, Role.CASE_MANAGER})
RESTRAINS = WRITES | {Role.PSYCHOLOGIST, Role.CENTRE_MANAGER}
"""Safety does not wait for rank; lifting does."""
LIFTS = frozenset({Role.CENTRE_MANAGER})


class Relation(StrEnum):
    """To the household's children."""

    MOTHER = "mother"
    FATHER = "father"
    STEPPARENT = "stepparent"
    GRANDPARENT = "grandparent"
    SIBLING = "sibling"
    UNCLE_OR_AUNT = "uncle_or_aunt"
    COUSIN = "cousin"
    GUARDIAN = "guardian"
    SPOUSE = "spouse"
    OTHER = "other"


class AidKind(StrEnum):
    LIVELIHOOD = "livelihood"
    JOB = "job"
    SKILLS = "skills"
    RENT = "rent"
    FOOD = "food"
    CLOTHES = "clothes"
    MEDICAL = "medical"
    SCHOOL = "school"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restraint:
    until: date | None = None
    lifted: bool = False


def is_restrained(restraints: Iterable[Restraint], today: date) -> bool:
    """One in force is enough. The last day counts."""
    return any(not one.lifted and (one.until is None or today <= one.until) for one in restraints)


def may_lift(set_by: str, by: str) -> bool:
    """Whoever closed a member's access does not open it again alone: another person looks first."""
    return set_by != by
