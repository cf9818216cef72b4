"""From a picture of one eye to its template: the stages, in order."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.models import DeviceProfile
from matching.template import Eye, EyeCode, Template
from models import views, visible
from models.boundary import classical, from_maps, refine
from models.boundary.circles import Boundaries, disagreement
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    hypotheses: Choice = "both"
    same: float = 0.05
    """Fits nearer to each other than this share of the iris radius are one hypothesis."""
    apart: float = 0.3
    """Fits further apart than this contradict each other: there is no middle, and little confidence."""
    radius: tuple[float, float] = (38.0, 88.0)
    """Iris radii, in view pixels, that are worked on as they come; others get a view of their own."""
    aim: float = 58.0
    """The radius that such a view is made for."""
    limits: Limits = field(default_factory=Limits)
    """What strict extraction refuses for."""


LONELY = 0.6
"""Confidence in a fit that no second one could confirm or deny."""


@dataclass(frozen=True, slots=True)
class Weighed:
    origin: Origin
    fit: refine.Fit
    confidence: float


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
    def load(cls, parameters: Parameters = Parameters(), *, threads: int = 1) -> IrisPipeline:
        """With the pinned models. Errors: WeightsDamaged."""
        # OpenCV's own threads cost more than they bring on pictures this small
        cv2.setNumThreads(1)
        return cls(Segmenter(threads=threads), Encoder(threads=threads), parameters)

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
        view, maps, fits = self._boundaries(picture, watch)
        if not fits:
            raise CaptureRejected("no_eye")
        weighed = self._weighed(fits)
        hypotheses = [self._hypothesis(picture, view, maps, fit, watch) for fit in weighed]
        hypotheses = [h for h in hypotheses if h.code.valid_bits]
        if not hypotheses:
            raise CaptureRejected("too_little_iris")
        with watch.stage("quality"):
            in_focus = focus(view.image, weighed[0].fit.circles.pupil)
            quality = self._quality(picture, view, maps, weighed[0], hypotheses[0], in_focus)
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

    def _boundaries(
        self, picture: NDArray[np.uint8], watch: Stopwatch
    ) -> tuple[views.View, Maps | None, list[tuple[Origin, refine.Fit]]]:
        """The view worked on, its maps and one fit of each kind that found an eye."""
        view, maps, start = views.whole(picture), None, None
        if self.parameters.hypotheses != "classical":
            with watch.stage("segmentation"):
                view, maps, start = self._looked_at(picture, view)
        with watch.stage("boundaries"):
            smooth = refine.smooth(view.image)
            fits: list[tuple[Origin, refine.Fit]] = []
            if start is not None:
                fits.append(("network", refine.refined(smooth, start)))
            if (
                self.parameters.hypotheses != "network"
                and (second := classical.fit(smooth, seen=None if start is None else start.iris)) is not None
            ):
                fits.append(("classical", second))
        return view, maps, fits

    def _looked_at(self, picture: NDArray[np.uint8], view: views.View) -> tuple[views.View, Maps, Boundaries | None]:
        """Maps and first fit; an eye too small or too large in the whole picture is looked at again by itself."""
        maps = self.segmenter(view.image)
        start = from_maps.fit(maps)
        low, high = self.parameters.radius
        if start is None or low <= start.iris.r <= high:
            return view, maps, start
        closer = views.around(picture, view.to_picture(start).iris, radius=self.parameters.aim)
        closer_maps = self.segmenter(closer.image)
        closer_start = from_maps.fit(closer_maps)
        return (view, maps, start) if closer_start is None else (closer, closer_maps, closer_start)

    def _hypothesis(
        self, picture: NDArray[np.uint8], view: views.View, maps: Maps | None, fit: Weighed, watch: Stopwatch
    ) -> Hypothesis:
        with watch.stage("mask"):
            seen = self._seen(view, maps, fit.fit.circles)
            mask = view.mask_to_picture(seen, picture.shape)
            circles = view.to_picture(fit.fit.circles)
        with watch.stage("normalise"):
            sheet = unroll(picture, mask, circles)
        with watch.stage("encode"):
            bits = self.encoder(sheet)
            code = EyeCode.from_bits(bits.code, bits.mask, confidence=fit.confidence, pupil_ratio=circles.pupil_ratio)
        return Hypothesis(fit.origin, circles, code, fit.fit.pupil_edge, fit.fit.iris_edge, mask)

    def _seen(self, view: views.View, maps: Maps | None, circles: Boundaries) -> NDArray[np.uint8]:
        """The network's visible iris, unless it sees almost none within these circles."""
        between = visible.ring(circles, view.image.shape)
        if maps is not None:
            seen = visible.from_network(view.image, maps.visible)
            if (seen[between] > 0).mean() > 0.2:
                return seen
        return visible.from_brightness(view.image, circles)

    def _weighed(self, fits: list[tuple[Origin, refine.Fit]]) -> list[Weighed]:
        """The fits that become codes, the preferred first.

        Fits that agree make one code half way between them; fits that differ notably make that one and both of
        their own; fits that contradict each other make only their own.
        """
        if len(fits) == 1:
            return [Weighed(*fits[0], confidence=LONELY)]
        gap = disagreement(fits[0][1].circles, fits[1][1].circles)
        confidence = float(np.clip(1 - 0.8 * gap / self.parameters.apart, 0.1, 1.0))
        shares = (0.8, 0.6) if gap < self.parameters.apart else (1.0, 0.6)
        own = [Weighed(*fit, confidence=confidence * share) for fit, share in zip(fits, shares, strict=True)]
        if gap >= self.parameters.apart:
            return own
        middle = Weighed("both", refine.between_fits(fits[0][1], fits[1][1]), confidence)
        return [middle] if gap < self.parameters.same else [middle, *own]

    def _quality(
        self,
        picture: NDArray[np.uint8],
        view: views.View,
        maps: Maps | None,
        fit: Weighed,
        best: Hypothesis,
        in_focus: float,
    ) -> QualityFactors:
        circles = fit.fit.circles
        seen = self._seen(view, maps, circles)
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
