"""One eye during one scan: the best frames so far, and the template they give."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.models import Eye, Frame
from edge.capture.interfaces import Extractor, EyeTemplate, FrameRejected, Glance
from edge.capture.models import NOT_SEEN, CaptureSettings
from edge.messages.models import EyeCapture, EyeStatus, Forgery, Liveness


@dataclass(slots=True)
class _Candidate:
    frame: Frame
    score: float
    accepted_at: float


@dataclass(slots=True, kw_only=True)
class EyeScan:
    eye: Eye
    settings: CaptureSettings
    _good: list[_Candidate] = field(default_factory=list)
    _poor: _Candidate | None = None
    """The best frame that had an advice: tried at the end, when there is nothing better."""
    _kept: list[EyeTemplate] = field(default_factory=list)
    _tried: int = 0
    was_shown: bool = False
    """A frame of it came, good or not."""
    reason: str = NOT_SEEN
    """Why there is no template, as a code."""
    persian: str = ""
    """The same for the screen."""
    accepted_at: float | None = None

    @property
    def good_frames(self) -> int:
        return len(self._good)

    @property
    def is_done(self) -> bool:
        return len(self._kept) >= self.settings.keep

    @property
    def can_try(self) -> bool:
        return self._tried < self.settings.extractions

    def add(self, frame: Frame, glance: Glance, now: float) -> None:
        candidate, self.was_shown = _Candidate(frame, glance.score, now), True
        if glance.advice is None:
            self._good.append(candidate)
            return
        self.reason, self.persian = glance.advice, glance.persian
        if self._poor is None or self._poor.score < glance.score:
            self._poor = candidate

    def extract_when_enough(self, extractor: Extractor) -> bool:
        """Once enough good frames are there, the best of them are tried. True when a template came of it."""
        if len(self._good) + len(self._kept) < self.settings.choose_from:
            return False
        return self._extract_best(extractor)

    def extract_what_there_is(self, extractor: Extractor) -> bool:
        """At the end of a scan: the good frames, or the best of the others if it has to be."""
        before = len(self._kept)
        self._extract_best(extractor)
        if not self._kept and self._poor is not None and self.can_try:
            self._try(self._poor, extractor)
        self._poor = None
        return len(self._kept) > before

    def _extract_best(self, extractor: Extractor) -> bool:
        before = len(self._kept)
        self._good.sort(key=lambda candidate: candidate.score)
        while self._good and not self.is_done and self.can_try:
            self._try(self._good.pop(), extractor)
        return len(self._kept) > before

    def _try(self, candidate: _Candidate, extractor: Extractor) -> None:
        self._tried += 1
        try:
            self._kept.append(extractor.extract(candidate.frame, self.eye))
        except FrameRejected as exc:
            self.reason, self.persian = exc.reason, exc.persian
            return
        self.accepted_at = max(self.accepted_at or 0.0, candidate.accepted_at)

    @property
    def has_template(self) -> bool:
        return bool(self._kept)

    def capture(self, extractor: Extractor) -> EyeCapture | None:
        """The fused template with its alternates; None if there is none.

        After the fused one come further hypotheses, then the frames by themselves.
        """
        if not self._kept:
            return None
        found = extractor.fuse(self._kept, self.eye)
        template, *others = found.hypotheses
        return EyeCapture(
            status=EyeStatus.CAPTURED,
            template=template,
            alternates=tuple(others[: self.settings.alternates]),
            quality=min(1.0, max(0.0, found.quality)),
            frames=found.frames,
            liveness=_liveness(found.forgeries),
        )


def _liveness(forgeries: Mapping[Forgery, float] | None) -> Liveness | None:
    if not forgeries:
        return None
    likeliest = max(forgeries, key=lambda name: forgeries[name])
    # what is not over the limit at the wire's precision is not suspected either
    score = round(min(max(forgeries[likeliest], -100.0), 100.0), 3)
    return Liveness(suspected=likeliest if score > 0 else None, score=score)
