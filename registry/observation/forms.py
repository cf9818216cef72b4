"""What a team hands in about a place, and about who belongs together."""

from typing import Annotated

from pydantic import Field, model_validator

from edge.messages.models import Sex
from registry.cases.forms.fields import Day, Form, FormRefused, Line, Lines, Moment, Note, Words
from registry.observation.rules import (
    BETWEEN_CHILDREN,
    TO_AN_ADULT,
    AgeBand,
    Control,
    PlaceKind,
    Relation,
    Source,
)

Count = Annotated[int, Field(ge=0, le=1_000)]
Latitude = Annotated[float, Field(ge=-90, le=90)]
Longitude = Annotated[float, Field(ge=-180, le=180)]


class PlaceForm(Form):
    """`short_notice_because`: why observation starts less than two months before the district."""

    name: Line
    kind: PlaceKind
    district: Annotated[Line, Field(max_length=100)]
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    district_starts_on: Day
    observe_from: Day
    short_notice_because: Annotated[Note, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def _a_whole_point(self) -> "PlaceForm":
        if (self.latitude is None) != (self.longitude is None):
            raise FormRefused("half_a_point")
        return self


class SeenForm(Form):
    """So many children of this apparent sex and age."""

    sex: Sex
    age_band: AgeBand
    seen: Annotated[int, Field(ge=1, le=1_000)]


class ObservationForm(Form):
    """`corrects`: the observation that this one stands for from now on."""

    started_at: Moment
    ended_at: Moment
    team: Line
    counts: Annotated[tuple[SeenForm, ...], Field(max_length=15)] = ()
    kinds_of_work: Lines = ()
    adults_in_control: Control = Control.UNKNOWN
    adults_note: Annotated[Note, Field(max_length=1000)] = ""
    packs_handed_out: Count = 0
    first_contacts: Count = 0
    note: Note = ""
    corrects: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _each_count_once(self) -> "ObservationForm":
        if len({(one.sex, one.age_band) for one in self.counts}) < len(self.counts):
            raise FormRefused("counted_twice")
        return self


class RelationForm(Form):
    """`slot` and `other`: the children's numbers in the encounter; or an adult in words."""

    slot: Annotated[int, Field(ge=1, le=100)]
    other: Annotated[int, Field(ge=1, le=100)] | None = None
    adult: Line | None = None
    relation: Relation
    source: Source

    @model_validator(mode="after")
    def _between_two(self) -> "RelationForm":
        if (self.other is None) == (self.adult is None):
            raise FormRefused("child_or_adult")
        if self.other == self.slot:
            raise FormRefused("relation_to_itself")
        if self.relation not in (BETWEEN_CHILDREN if self.adult is None else TO_AN_ADULT):
            raise FormRefused("relation_of_others")
        return self


class WithdrawForm(Form):
    because: Annotated[Words, Field(max_length=500)]
