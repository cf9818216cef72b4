"""What the law looks at: one case as it stands, without a database."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import TypeVar

from common.time import in_tehran
from registry.access.rules import Role
from registry.calendar.rules import WITHOUT_HOLIDAYS, Due, Rhythm, WorkingCalendar
from registry.cases.forms.arriving import Arrival
from registry.cases.forms.assessing import HealthAssessment, Identity, Nationality, NationalityStanding, Risk
from registry.cases.forms.fields import Form
from registry.cases.rules.states import CaseState

F = TypeVar("F", bound=Form)


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """Who acts. `name` is what the history shows."""

    account_id: int
    name: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A form in force: decided where it needed a decision, and not corrected since."""

    id: int
    task: str
    form: Form
    by: int
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptAway:
    """A member of the child's family who is told and given nothing. `at_home`: lives there still."""

    name: str
    at_home: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """An accepted transfer of the case from one office to another."""

    number: str
    from_province: str
    to_province: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What people have set instead of the law's own times; where they have not, the law's hold."""

    rhythms: Mapping[Risk, Rhythm] = field(default_factory=dict)
    reviews: Mapping[str, Due] = field(default_factory=dict)
    """By when an exit is reviewed, by the exit's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    number: str
    state: CaseState
    state_since: datetime
    opened_at: datetime
    """Opened or reopened last: what was written before does not count for this time."""
    owner: int | None = None
    """The case manager's account."""
    age: tuple[int, int] | None = None
    """Today's, as an interval."""
    entries: tuple[Entry, ...] = ()
    """In force, the oldest first."""
    waived: frozenset[str] = frozenset()
    """Skipped, by a decision, since the case was opened."""
    open_tasks: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    """Wait for a decision."""
    open_promises: int = 0
    kept_away: tuple[KeptAway, ...] = ()
    nationality: tuple[Nationality, ...] = ()
    """What the child's record says, each with its source and date."""
    moves: tuple[Move, ...] = ()
    provinces: frozenset[str] = frozenset()
    """Where the registry knows an office."""
    calendar: WorkingCalendar = field(default=WITHOUT_HOLIDAYS)
    times: Times = field(default_factory=Times)

    def of(self, task: str, since: datetime | None = None) -> Iterator[Entry]:
        start = since or self.opened_at
        return (entry for entry in self.entries if entry.task == task and entry.at >= start)

    def latest(self, kind: type[F], since: datetime | None = None) -> F | None:
        """The newest form of a kind since the case was opened (or since `since`)."""
        start = since or self.opened_at
        for entry in reversed(self.entries):
            if isinstance(entry.form, kind) and entry.at >= start:
                return entry.form
        return None

    @property
    def arrival(self) -> Entry | None:
        """The last one since the case was opened. A corrected arrival keeps the place in time of the first entry."""
        return max(self.of("arrival"), key=lambda entry: entry.at, default=None)

    @property
    def arrived_at(self) -> datetime | None:
        """The clock of keeping."""
        arrival = self.arrival
        return arrival.form.arrived_at if arrival and isinstance(arrival.form, Arrival) else None

    @property
    def stay_since(self) -> datetime:
        """From when on what was written belongs to this stay; without one, to this time of the case."""
        arrival = self.arrival
        return arrival.at if arrival else self.opened_at

    @property
    def risk(self) -> Risk:
        """Before the assessment the middle one: neither forgotten nor alarmed."""
        found = self.latest(HealthAssessment)
        return found.risk if found else Risk.MEDIUM

    @property
    def is_grown(self) -> bool:
        """Only when the whole interval is: in doubt a person is a child."""
        return self.age is not None and self.age[0] >= 18

    @property
    def iranian_way(self) -> bool:
        """Unknown, disputed, Iranian with or without papers, or a child of an Iranian mother. Law: DOMAIN. Two claims
        of two countries dispute each other."""
        unsure = (NationalityStanding.UNKNOWN, NationalityStanding.DISPUTED)
        if self.latest(Identity) is None or any(claim.standing in unsure for claim in self.claims):
            return True
        if any(claim.country == "IR" or claim.mother_is_iranian for claim in self.claims):
            return True
        return len({claim.country for claim in self.claims}) != 1

    @property
    def claims(self) -> tuple[Nationality, ...]:
        """Of nationality: the record's, and where that has none, the one that an older identity form was asked for."""
        found = self.latest(Identity)
        asked = (found.nationality,) if found and found.nationality else ()
        return self.nationality or asked


def days_ago(now: datetime, days: int) -> datetime:
    return now - timedelta(days=days)


def today(now: datetime) -> date:
    return in_tehran(now).date()
