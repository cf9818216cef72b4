"""Recognition behind the capture's interface: `models` and `matching`, and nothing of them beyond here."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from devices.models import Eye, Frame
from edge.capture.interfaces import EyeTemplate, FrameRejected, Glance
from edge.messages.models import Forgery
from matching.template import EyeCode, Template
from models import CaptureRejected, IrisPipeline, fusion, liveness, quick_quality, weights
from models.normalise import unroll
from models.pipeline import upright
from models.reasons import sentence
from models.results import Extraction


class IrisExtractor:
    """Implements `edge.capture.interfaces.Extractor` with an `IrisPipeline`."""

    def __init__(self, pipeline: IrisPipeline, *, models: Mapping[str, str] | None = None) -> None:
        """models: what the pipeline was loaded from, where that is not the default."""
        self._pipeline = pipeline
        self._models = weights.pins() if models is None else models
        # read now: a damaged file is to be said at start, not before a child
        self._liveness = liveness.pinned_model()

    @property
    def models(self) -> Mapping[str, str]:
        return self._models

    def glance(self, frame: Frame) -> Glance:
        quality = quick_quality(upright(frame.image, frame.profile))
        advice = quality.advice
        return Glance(score=quality.score, advice=advice, persian="" if advice is None else sentence(advice, "fa"))

    def extract(self, frame: Frame, eye: Eye) -> EyeTemplate:
        try:
            # the profile is undone inside, and says how small an iris this device may show
            found = self._pipeline.extract_detailed(frame.image, eye, profile=frame.profile, strict=True)
        except CaptureRejected as exc:
            raise FrameRejected(exc.reason, exc.sentence("fa")) from exc
        codes = found.template.eye(eye)
        return EyeTemplate(
            hypotheses=tuple(_single(code, eye, found.template.encoder) for code in codes),
            quality=codes[0].quality,
            forgeries=self._forgeries(frame, found),
        )

    def _forgeries(self, frame: Frame, found: Extraction) -> dict[Forgery, float]:
        """About 3 ms."""
        picture, best = upright(frame.image, frame.profile), found.hypotheses[0]
        sheet = unroll(picture, best.visible, best.circles)
        return dict(liveness.judge(picture, best.circles, sheet, self._liveness).scores)

    def fuse(self, frames: Sequence[EyeTemplate], eye: Eye) -> EyeTemplate:
        # a scanner that hangs shows the same picture twice: that is one frame, and must not outvote another
        different = {found.hypotheses[0]: found for found in sorted(frames, key=lambda found: -found.quality)}
        best_first = list(different.values())
        forgeries = _forgeries_of(best_first)
        if len(best_first) == 1:
            return replace(best_first[0], forgeries=forgeries)
        templates = [[Template.from_bytes(raw) for raw in found.hypotheses] for found in best_first]
        codes, agreeing = fusion.agreed([[template.eye(eye)[0] for template in found] for found in templates])
        encoder = templates[0][0].encoder
        return EyeTemplate(
            hypotheses=tuple(_single(code, eye, encoder) for code in codes),
            quality=best_first[0].quality,
            frames=agreeing,
            forgeries=forgeries,
        )


def _forgeries_of(frames: Sequence[EyeTemplate]) -> dict[Forgery, float] | None:
    assessed = [found.forgeries for found in frames if found.forgeries is not None]
    return dict(liveness.over_frames(assessed)) if assessed else None


def _single(code: EyeCode, eye: Eye, encoder: str) -> bytes:
    sides: dict[str, Any] = {eye: (code,)}
    return Template(**sides, encoder=encoder).to_bytes()
