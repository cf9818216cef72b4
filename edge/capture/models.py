"""What a capture works with, and what it tells the screen."""

from dataclasses import dataclass, field
from enum import StrEnum

from devices.models import Eye
from edge.messages.models import (
    AdultPresence,
    Age,
    Assent,
    EncounterOutcome,
    EyeCapture,
    EyeStatus,
    Sex,
)
from edge.outbox.models import Saved

EYES: tuple[Eye, Eye] = ("left", "right")
NOT_TRIED = "not_tried"
NOT_SEEN = "not_seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureSettings:
    least_age: int = 5
    """No iris of a child who is surely younger."""
    scans: int = 3
    """Times the lamp is lit for one child, at most."""
    scan_s: float = 15.0
    """Seconds of lamp at one time, at most."""
    silent_s: float = 3.0
    """Seconds without a frame after which the scanner counts as silent."""
    choose_from: int = 3
    """Good frames of an eye to wait for; the best of them are used."""
    keep: int = 3
    """Frames of an eye that give codes, to be fused into one template."""
    extractions: int = 6
    """Frames of an eye that recognition is tried on in one scan, at most."""
    alternates: int = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EncounterFacts:
    """The little a team must say. Names and places as said."""

    place: str
    outcome: EncounterOutcome
    number_of_children: int | None = None
    """None: as many as there are slots."""
    activity: str | None = None
    language: str | None = None
    adult: AdultPresence = AdultPresence.NONE
    aid: tuple[str, ...] = ()
    danger_signs: tuple[str, ...] = ()


def not_possible(reason: str, *, for_ever: bool = False) -> EyeCapture:
    status = EyeStatus.PERMANENTLY_NOT_POSSIBLE if for_ever else EyeStatus.TEMPORARILY_NOT_POSSIBLE
    return EyeCapture(status=status, reason=reason)


@dataclass(slots=True, kw_only=True)
class SlotDraft:
    """One child of an encounter that is not yet saved."""

    number: int
    assent: Assent
    given_name: str | None = None
    sex: Sex = Sex.UNKNOWN
    age: Age | None = None
    eyes: dict[Eye, EyeCapture] = field(default_factory=lambda: {eye: not_possible(NOT_TRIED) for eye in EYES})
    skipped: set[Eye] = field(default_factory=set)
    """Eyes that are not to be taken, by the team's word."""
    advice: dict[Eye, str] = field(default_factory=dict)
    """What the screen said last about an eye."""
    scans: int = 0
    no_iris_reason: str | None = None

    def wanted(self) -> list[Eye]:
        """Eyes that a scan can still bring."""
        return [eye for eye in EYES if eye not in self.skipped and self.eyes[eye].status is not EyeStatus.CAPTURED]

    def captured(self) -> list[Eye]:
        return [eye for eye in EYES if self.eyes[eye].status is EyeStatus.CAPTURED]


class ScanEnd(StrEnum):
    DONE = "done"
    """Every wanted eye has its template."""
    STOPPED = "stopped"
    """One tap."""
    TIME = "time"
    """The lamp was lit as long as it may be, or the scanner had nothing more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """For the screen while the lamp is lit."""

    eye: Eye
    score: float
    advice: str | None
    persian: str
    good_frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ScanResult:
    end: ScanEnd
    captured: tuple[Eye, ...]
    missing: tuple[Eye, ...]
    advice: dict[Eye, str]
    """For each missing eye, the sentence to say."""
    lamp_s: float
    accepted_at: float | None
    """Monotonic seconds when the last frame that became a template was accepted."""
    templates_at: float | None
    """Monotonic seconds when the last template was ready."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """The encounter is on disk; only now may the screen say «ذخیره شد»."""

    saved: Saved
    accepted_at: float | None
    templates_at: float | None
    saved_at: float
    """Monotonic seconds. Last accepted frame → templates → saved are the stages of a capture's way."""
