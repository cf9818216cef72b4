"""What a task is: who, opens when, due, needs, produces, who may waive it, how it is corrected."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from registry.access.rules import Role
from registry.calendar.rules import Due
from registry.cases.forms.fields import Form
from registry.cases.rules.facts import Facts
from registry.cases.rules.refusals import Refusal
from registry.cases.rules.states import OPEN, CaseState


class Scope(StrEnum):
    PLACE = "place"
    """A junction, before there is any child."""
    ENCOUNTER = "encounter"
    """A group met by a team; the capture writes it down."""
    CASE = "case"
    EXIT = "exit"
    REPORT = "report"
    """A complaint or safeguarding report: never in the case's timeline."""


class Correction(StrEnum):
    NEW_ENTRY = "new_entry_pointing_at_the_old"
    NEW_LETTER = "new_letter_pointing_at_the_old"
    """What has gone out cannot be called back."""


@dataclass(frozen=True, slots=True)
class CaseOpens:
    pass


@dataclass(frozen=True, slots=True)
class After:
    """When all of these tasks are done."""

    tasks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Enters:
    state: CaseState


@dataclass(frozen=True, slots=True)
class WhenAsked:
    """A person begins it; `ground` says on what occasion."""

    ground: str


Opens = CaseOpens | After | Enters | WhenAsked
Law = Callable[[Any, Facts, datetime], Refusal | None]
NOBODY: frozenset[Role] = frozenset()


def allowed(form: Form, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001 - one shape for all
    return None


def always(form: Form) -> bool:  # noqa: ARG001
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One line of DOMAIN's table."""

    name: str
    produces: type[Form] | None
    """None where another subject writes it down."""
    who: frozenset[Role]
    """Does it; where it is asked by one person and decided by another, decides it."""
    asked_by: frozenset[Role] = NOBODY
    second: frozenset[Role] = NOBODY
    """A second person of these roles takes part and is named."""
    second_if: Callable[[Any], bool] = always
    scope: Scope = Scope.CASE
    opens: tuple[Opens, ...] = ()
    due: Due | None = None
    due_on_iranian_way_only: bool = False
    every: Due | None = None
    """Opens again this long after it was done."""
    needs: tuple[str, ...] = ()
    states: frozenset[CaseState] = OPEN
    waived_by: frozenset[Role] = NOBODY
    correction: Correction = Correction.NEW_ENTRY
    many: bool = False
    """Each time another entry; otherwise a second one corrects the first."""
    of_the_stay: bool = False
    """Done anew at every arrival."""
    by_two_roles: bool = False
    """Asked by one role and decided by the other, so that two people of one role cannot do it."""
    read_by: frozenset[Role] | None = None
    """Sealed to these; None: everybody who works on the case."""
    done_if: Callable[[Any], bool] = always
    law: Law = allowed
    law_of_correction: Law | None = None
    """What a correction is held to; None: the law itself. It moves nobody, so that the truth can be written late."""
    moves_to: CaseState | None = None
    moves_if: Callable[[Any], bool] = always

    @property
    def writers(self) -> frozenset[Role]:
        """Who may hand in the form: those who ask or do it. Who decides may ask too, for another one to decide."""
        return self.asked_by if self.by_two_roles else self.asked_by | self.who

    @property
    def is_decided(self) -> bool:
        return bool(self.asked_by)


def with_dues(table: Mapping[str, Task], dues: Mapping[str, Due]) -> dict[str, Task]:
    """The table with other times: they are settings, the rest of it is law. Errors: KeyError for no such task."""
    return {**table, **{name: replace(table[name], due=due) for name, due in dues.items()}}
