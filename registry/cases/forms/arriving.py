"""From the street or another door to the centre: transfer, arrival, its check, first needs."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from registry.cases.forms.fields import Form, Line, Lines, Moment, Note, Words


class Observation(Form):
    """A junction, two months before a district starts. Never photos."""

    place: Line
    hours: Line
    kinds_of_work: Lines
    counts: Annotated[tuple["Counted", ...], Field(max_length=20)] = ()
    adults_in_control: Note = ""
    packs_handed_out: Annotated[int, Field(ge=0, le=10_000)] = 0


class Counted(Form):
    """By appearance only: apparent sex and age band."""

    apparent_sex: Line
    age_band: Line
    number: Annotated[int, Field(ge=0, le=10_000)]


class Ground(StrEnum):
    CHILD_AGREES = "child_agrees"
    SOCIAL_EMERGENCY_ASKS = "social_emergency_asks"
    COURT_ASKS = "court_asks"
    GRAVE_IMMINENT_DANGER = "grave_imminent_danger"


class Transfer(Form):
    """The way to the centre. A child who refuses is an outcome, not a failure."""

    ground: Ground
    agreed: bool
    prosecutor_told_at: Moment | None = None
    siblings: Lines = ()
    siblings_apart_because: Note = ""
    siblings_together: bool = True
    words_of_the_child: Note = ""


class Door(StrEnum):
    VAN = "van"
    SOCIAL_EMERGENCY = "social_emergency"
    WALK_IN = "walk_in"
    COUNTY = "county"
    COURT = "court"
    POLICE = "police"
    HOSPITAL = "hospital"
    CITIZEN = "citizen"


class Arrival(Form):
    """The clock of keeping starts here, whatever the door."""

    door: Door
    arrived_at: Moment
    brought_by: Line
    condition: Note = ""


class CheckedBy(StrEnum):
    IRIS = "iris"
    TWO_STAFF_AND_CARD = "two_staff_and_card"


class ArrivalCheck(Form):
    """The child who left is the child who came."""

    checked_by: CheckedBy
    same_child: bool
    note: Note = ""


class Meal(StrEnum):
    SNACK = "snack"
    HOT_MEAL = "hot_meal"


class UrgentNeed(Form):
    urgent: Note = ""
    bathed: bool
    clothed: bool
    meal: Meal
    refused: Note = ""
    """What the child did not want is written down and left."""


class Waiver(Form):
    """A task skipped: asked by one, decided by another."""

    task: Line
    reason: Words


Observation.model_rebuild()
