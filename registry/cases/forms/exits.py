"""Ways out that nobody planned, each with its own form."""

from typing import Annotated

from pydantic import Field

from registry.cases.forms.fields import Day, Form, Line, Lines, Moment, Note, Number, Words


class Seen(Form):
    """What every exit says at the least."""

    seen_at: Moment
    what_happened: Words


class RanAway(Seen):
    last_seen_at: Moment
    last_seen_where: Line
    clothes: Note = ""
    may_have_gone_to: Note = ""
    police_told: bool
    why_in_the_childs_eyes: Note = ""


class InHospital(Seen):
    hospital: Line
    ward: Note = ""
    urgent: bool
    who_stays_with_the_child: Line


class Arrested(Seen):
    authority: Line
    accusation: Note = ""
    held_where: Line
    lawyer_told: bool


class TakenByRelative(Seen):
    by_whom: Line
    relation_claimed: Line
    child_willing: bool | None
    prosecutor_told: bool


class LeftCountry(Seen):
    to: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    with_whom: Note = ""
    by_deportation: bool
    learnt_from: Line


class Died(Seen):
    died_on: Day
    where: Line
    cause: Note = ""
    prosecutor_told: bool
    family_told_by: Line


class TurnedEighteen(Seen):
    born_on_or_said: Line
    aftercare_with: Line


class FoundAdult(Seen):
    """Two findings that do not rest on each other; in doubt a person is a child."""

    evidence: Annotated[Lines, Field(min_length=2)]
    persons_own_word: Note = ""


class MovedProvince(Seen):
    """`accepted_number`: of the transfer by which an office there took the case. `no_office_because`: only where the
    registry knows no office in that province; who takes over instead, and how that is known."""

    province: Line
    receiving_office: Line
    accepted_number: Number | None = None
    no_office_because: Note = ""


class RefusesContact(Seen):
    who_refuses: Line
    tries: Annotated[int, Field(ge=1, le=99)]
    child_seen_safe: bool


class Duplicate(Seen):
    other_case_number: Number
