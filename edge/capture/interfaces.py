"""What a capture asks of recognition. The implementation is `edge.capture.iris`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from devices.models import Eye, Frame
from edge.messages.models import Forgery


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """A first look at one frame: `score` 0..1 ranks frames of one scanner; `advice` is None when all is well."""

    score: float
    advice: str | None
    persian: str = ""
    """The advice as the screen says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EyeTemplate:
    """One eye in one frame, or in several fused. `hypotheses`: `matching.Template.to_bytes()` with one code each, the
    preferred first."""

    hypotheses: tuple[bytes, ...]
    quality: float
    frames: int = 1
    """Once fused: how many different frames agree in the first code."""
    forgeries: Mapping[Forgery, float] | None = None
    """How much it looks like each forgery, over 0: suspected; once fused, in the median frame. None: not assessed."""


class FrameRejected(Exception):
    """A frame that gives no template, with the reason and the sentence for the screen."""

    def __init__(self, reason: str, persian: str) -> None:
        super().__init__(f"the frame gave no template: {reason}")
        self.reason, self.persian = reason, persian


class Extractor(Protocol):
    """For one thread at a time. Frames come as the sensor gave them: the device's profile is undone inside."""

    @property
    def models(self) -> Mapping[str, str]:
        """Model name to SHA-256 of the file."""
        ...

    def glance(self, frame: Frame) -> Glance:
        """About a millisecond; never raises for what is in the picture."""
        ...

    def extract(self, frame: Frame, eye: Eye) -> EyeTemplate:
        """Errors: FrameRejected."""
        ...

    def fuse(self, frames: Sequence[EyeTemplate], eye: Eye) -> EyeTemplate:
        """What several frames of one eye agree on first, then what may still help; one frame's codes stay as they are.

        `frames`: at least one, as `extract` gave them. A frame that contradicts the others is left out.
        """
        ...
