"""The wire contract between a van's tablet and the registry: what is said, before it is sealed.

Keys and values are English snake_case; text a person typed is kept as typed. Unknown keys are refused, so
that two versions never misunderstand each other in silence. A new key has a default that says "not told": the registry,
which is updated before its tablets, reads what older tablets send. What an older side would read wrongly is another
MESSAGE_VERSION.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

MESSAGE_VERSION: Final = 1
MAX_SLOTS = 12
MAX_TEMPLATE_BYTES = 4096

Text = Annotated[str, Field(max_length=200)]
Forgery = Literal["print", "screen", "lens"]
"""A printed eye, an eye on a screen, a patterned contact lens."""
TemplateBytes = Annotated[bytes, Field(min_length=1, max_length=MAX_TEMPLATE_BYTES)]


class Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sex(StrEnum):
    GIRL = "girl"
    BOY = "boy"
    UNKNOWN = "unknown"


class EncounterOutcome(StrEnum):
    AID_ONLY = "aid_only"
    REFUSED = "refused"
    APPOINTMENT = "appointment"
    TRANSFER = "transfer"


class AdultPresence(StrEnum):
    NONE = "none"
    PRESENT = "present"
    FEARED = "feared"


class EyeStatus(StrEnum):
    CAPTURED = "captured"
    TEMPORARILY_NOT_POSSIBLE = "temporarily_not_possible"
    PERMANENTLY_NOT_POSSIBLE = "permanently_not_possible"


class Assent(StrEnum):
    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    """Given, then stopped by the child."""
    NOT_ASKED = "not_asked"


class Age(Message):
    """An interval in whole years, and how it was come by."""

    low: int = Field(ge=0, le=30)
    high: int = Field(ge=0, le=30)
    method: Literal["said", "estimated", "document"] = "said"

    @model_validator(mode="after")
    def _ordered(self) -> "Age":
        if self.low > self.high:
            raise ValueError("the lower age is above the higher one")
        return self


class Liveness(Message):
    """Whether an eye's frames looked like a living eye to the tablet: advice for a reviewer, refusing nobody."""

    suspected: Forgery | None
    score: float = Field(ge=-100, le=100, allow_inf_nan=False)
    """Of the likeliest forgery; over 0: suspected. In standard deviations of living eyes' scores."""

    @model_validator(mode="after")
    def _agrees(self) -> "Liveness":
        if (self.suspected is not None) != (self.score > 0):
            raise ValueError("an eye is suspected exactly when its score is over 0")
        return self


class EyeCapture(Message):
    """One eye of one child: a template, or the reason why there is none.

    `template` and `alternates` are `matching.Template.to_bytes()` of this one eye; alternates are another
    boundary hypothesis or another frame.
    """

    status: EyeStatus
    reason: Text | None = None
    template: TemplateBytes | None = None
    alternates: tuple[TemplateBytes, ...] = Field(default=(), max_length=2)
    quality: float | None = Field(default=None, ge=0, le=1)
    frames: int = Field(default=1, ge=1, le=100)
    """Different frames that agree in the template: how far a search with it can be trusted to find the child."""
    liveness: Liveness | None = None
    """None: not assessed, as by tablets from before there was this field."""

    @model_validator(mode="after")
    def _whole(self) -> "EyeCapture":
        if (self.status is EyeStatus.CAPTURED) != (self.template is not None):
            raise ValueError("an eye is captured exactly when it carries a template")
        if self.status is not EyeStatus.CAPTURED and not self.reason:
            raise ValueError("an eye that was not captured needs a reason")
        if self.status is not EyeStatus.CAPTURED and self.liveness is not None:
            raise ValueError("of an eye that was not captured nothing was assessed")
        return self


class Slot(Message):
    """One child of the encounter."""

    number: int = Field(ge=1, le=MAX_SLOTS)
    given_name: Text | None = None
    """As said."""
    sex: Sex = Sex.UNKNOWN
    age: Age | None = None
    assent: Assent
    left: EyeCapture
    right: EyeCapture
    no_iris_reason: Text | None = None


class Place(Message):
    name: Text
    latitude: float | None = Field(default=None, ge=-90, le=90)
    longitude: float | None = Field(default=None, ge=-180, le=180)
    accuracy_m: float | None = Field(default=None, ge=0)
    fix_at: AwareDatetime | None = None


class CaptureReport(Message):
    """One encounter, as the tablet saved it. `capture_id` names it for ever."""

    version: Literal[1] = MESSAGE_VERSION
    capture_id: UUID
    device: Text
    team: Text
    shift_date: date
    captured_at: AwareDatetime
    """By the tablet's clock, which may be wrong."""
    place: Place
    number_of_children: int = Field(ge=1, le=50)
    activity: Text | None = None
    language: Text | None = None
    adult: AdultPresence = AdultPresence.NONE
    aid: tuple[Text, ...] = Field(default=(), max_length=20)
    danger_signs: tuple[Text, ...] = Field(default=(), max_length=20)
    outcome: EncounterOutcome
    slots: tuple[Slot, ...] = Field(max_length=MAX_SLOTS)
    models: dict[str, str] = Field(default_factory=dict)
    """Model name to SHA-256 of the file that made the templates."""
    sensor: Text | None = None
    """The scanner's model as its driver names it, by which calibrations know it. None: not told, or nothing scanned."""

    @model_validator(mode="after")
    def _slots_numbered(self) -> "CaptureReport":
        if [slot.number for slot in self.slots] != list(range(1, len(self.slots) + 1)):
            raise ValueError("slots must be numbered 1, 2, 3, …")
        return self


class Receipt(Message):
    """The registry has the capture in its journal: the tablet may let its copy go."""

    version: Literal[1] = MESSAGE_VERSION
    device: Text
    capture_id: UUID
    digest: bytes = Field(min_length=32, max_length=32)
    """SHA-256 of the sealed bytes as they were published."""
    status: Literal["held", "quarantined"]
    reason: Text | None = None
    received_at: AwareDatetime


class SlotOutcome(StrEnum):
    KNOWN = "known"
    NEW = "new"
    REVIEW = "review"
    CANNOT_TELL = "cannot_tell"
    NO_IRIS = "no_iris"


class SlotResult(Message):
    number: int = Field(ge=1, le=MAX_SLOTS)
    outcome: SlotOutcome
    child_code: Text | None = None
    """What the team may write on an aid card; None while a match is unsure."""
    sex: Sex = Sex.UNKNOWN
    age: Age | None = None
    """Sex and age on record: the two facts to check with the child before anything opens."""
    last_met_on: date | None = None


class Result(Message):
    """What the team may see of the outcome, no more: no name, no address, no commitment."""

    version: Literal[1] = MESSAGE_VERSION
    device: Text
    capture_id: UUID
    decided_at: AwareDatetime
    late: bool = False
    """Received long after the tablet says it was captured."""
    clock_doubtful: bool = False
    slots: tuple[SlotResult, ...]
