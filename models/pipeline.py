"""From a picture of one eye to its template: the stages, in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.models import DeviceProfile
from matching.template import Eye, EyeCode, Template
from models import views, visible, weights
from models.boundary import classical, look, refine, weigh
from models.boundary.circles import Boundaries
from models.encoding import ENCODER, Encoder
from models.errors import CaptureRejected
from models.factors import measure
from models.findings import Limits, Seen, findings
from models.images import checked
from models.normalise import unroll
from models.quality import focus
from models.results import Extraction, Hypothesis, Origin, QualityFactors
from models.segmentation import Maps, Segmenter

Choice = Literal["both", "network", "classical"]
Mask = NDArray[np.uint8]
"""0/255, of the view or the picture."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    hypotheses: Choice = "both"
    pixel_shape: float = 1.0
    """Width over height of a round thing in this sensor's pictures (`models.pixel_shape`)."""
    trust: weigh.Parameters = field(default_factory=weigh.Parameters)
    limits: Limits = field(default_factory=Limits)
    """What strict extraction refuses for."""


class Stopwatch:
    """Milliseconds by stage. `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.milliseconds: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began = self._clock()
        yield
        self.milliseconds[name] = self.milliseconds.get(name, 0.0) + (self._clock() - began) * 1e3


class IrisPipeline:
    """Loaded once, used for every picture. It keeps nothing between pictures, so several threads may share it."""

    def __init__(
        self,
        segmenter: Segmenter,
        encoder: Encoder,
        parameters: Parameters = Parameters(),
        *,
        clock: Callable[[], float] = time.perf_counter,
    ) -> None:
        self.segmenter, self.encoder, self.parameters, self._clock = segmenter, encoder, parameters, clock

    @classmethod
    def load(
        cls, parameters: Parameters = Parameters(), *, threads: int = 1, folder: Path = weights.FOLDER
    ) -> IrisPipeline:
        """With a folder's pinned models. Errors: NoWeights, WeightsDamaged."""
        # OpenCV's own threads cost more than they bring on pictures this small
        cv2.setNumThreads(1)
        return cls(Segmenter(threads=threads, folder=folder), Encoder(threads=threads, folder=folder), parameters)

    def extract(
        self, image: NDArray[np.uint8], eye: Eye = "left", *, profile: DeviceProfile | None = None, strict: bool = True
    ) -> Template:
        """The template of one eye from a picture, uint8 (h, w).

        The first code is the preferred one; up to two more, with less confidence, come from boundary fits that
        differ notably. Errors: CaptureRejected; with `strict=False` only where no code can be made at all.
        """
        return self.extract_detailed(image, eye, profile=profile, strict=strict).template

    def extract_detailed(
        self, image: NDArray[np.uint8], eye: Eye = "left", *, profile: DeviceProfile | None = None, strict: bool = True
    ) -> Extraction:
        """Like `extract`, with boundaries, masks, quality and times."""
        if eye not in ("left", "right"):
            raise ValueError(f"eye must be 'left' or 'right', not {eye!r}")
        watch = Stopwatch(self._clock)
        with watch.stage("check"):
            picture = upright(checked(image), profile)
        view, maps, fits = self._boundaries(picture, self._squeeze(profile), watch)
        if not fits:
            raise CaptureRejected("no_eye")
        weighed = weigh.weighed(fits, maps, self.parameters.trust)
        with watch.stage("mask"):
            marked = None if maps is None else visible.from_network(view.image, maps.visible)
        hypotheses = [self._hypothesis(picture, view, marked, fit, watch) for fit in weighed]
        hypotheses = [h for h in hypotheses if h.code.valid_bits]
        if not hypotheses:
            raise CaptureRejected("too_little_iris")
        with watch.stage("quality"):
            in_focus = focus(view.image, weighed[0].fit.circles.pupil)
            quality = self._quality(picture, view, marked, weighed[0], hypotheses[0], in_focus)
            seen = Seen(
                circles=hypotheses[0].circles,
                shape=picture.shape,
                measured=quality.measured,
                focus=in_focus,
                limbus=hypotheses[0].iris_edge / max(float(view.image.std()), 1e-6),
                valid_bits=hypotheses[0].code.valid_bits,
            )
            found = findings(seen, profile, self.parameters.limits)
        if strict and found:
            raise CaptureRejected(found[0])
        codes = tuple(replace(h.code, quality=quality.overall) for h in hypotheses)
        template = Template(codes if eye == "left" else (), codes if eye == "right" else (), ENCODER)
        return Extraction(template, tuple(hypotheses), quality, codes[0].confidence, found, watch.milliseconds)

    def _squeeze(self, profile: DeviceProfile | None) -> float:
        """What makes round in the upright picture's view what is round."""
        if profile is None:
            return views.SQUEEZE / self.parameters.pixel_shape
        turned = profile.rotation in (90, 270)
        return views.SQUEEZE * (profile.pixel_shape if turned else 1 / profile.pixel_shape)

    def _boundaries(
        self, picture: NDArray[np.uint8], squeeze: float, watch: Stopwatch
    ) -> tuple[views.View, Maps | None, list[tuple[Origin, refine.Fit]]]:
        """The view worked on, its maps and one fit of each kind that found an eye."""
        view, maps, start = views.whole(picture, squeeze), None, None
        if self.parameters.hypotheses != "classical":
            with watch.stage("segmentation"):
                found = look.look(picture, self.segmenter, squeeze=squeeze)
                view, maps, start = found.view, found.maps, found.start
        with watch.stage("boundaries"):
            image = refine.prepare(view.image)
            fits: list[tuple[Origin, refine.Fit]] = []
            if start is not None and maps is not None:
                fits.append(("network", refine.refined(image, start, maps.visible)))
            if self.parameters.hypotheses != "network":
                seen = None if start is None else start.iris
                second = classical.fit(image.dark, seen=seen, plain=image.plain)
                fits += [] if second is None else [("classical", second.unstretched(image.gain))]
        return view, maps, fits

    def _hypothesis(
        self, picture: NDArray[np.uint8], view: views.View, marked: Mask | None, fit: weigh.Weighed, watch: Stopwatch
    ) -> Hypothesis:
        with watch.stage("mask"):
            seen = self._seen(view, marked, fit.fit.circles)
            mask = view.mask_to_picture(visible.surely(seen), picture.shape)
            told = view.mask_to_picture(visible.within(seen, fit.fit.circles), picture.shape)
            circles = view.to_picture(fit.fit.circles)
        with watch.stage("normalise"):
            sheet = unroll(picture, mask, circles)
        with watch.stage("encode"):
            bits = self.encoder(sheet)
            code = EyeCode.from_bits(bits.code, bits.mask, confidence=fit.confidence, pupil_ratio=circles.pupil_ratio)
        return Hypothesis(fit.origin, circles, code, fit.fit.pupil_edge, fit.fit.iris_edge, told)

    def _seen(self, view: views.View, marked: Mask | None, circles: Boundaries) -> Mask:
        """The network's visible iris, unless it sees almost none within these circles."""
        between = visible.ring(circles, view.image.shape)
        if marked is not None and (marked[between] > 0).mean() > 0.2:
            return marked
        return visible.from_brightness(view.image, circles)

    def _quality(
        self,
        picture: NDArray[np.uint8],
        view: views.View,
        marked: Mask | None,
        fit: weigh.Weighed,
        best: Hypothesis,
        in_focus: float,
    ) -> QualityFactors:
        circles = fit.fit.circles
        seen = self._seen(view, marked, circles)
        return QualityFactors(
            usable=best.code.valid_bits / 2048,
            focus=min(max(in_focus, 0.0) / (2 * self.parameters.limits.least_focus), 1.0),
            contrast=min(max(best.iris_edge, 0.0) / 15, 1.0),
            agreement=best.code.confidence,
            measured=measure(view.image, circles, seen, whole=best.circles, shape=picture.shape),
        )


def upright(picture: NDArray[np.uint8], profile: DeviceProfile | None) -> NDArray[np.uint8]:
    """The picture turned and un-mirrored as the device's profile says."""
    if profile is None:
        return picture
    turned = np.rot90(picture, k=-profile.rotation // 90)
    return np.ascontiguousarray(turned[:, ::-1] if profile.mirrored else turned)
