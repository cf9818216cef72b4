"""The lamp is lit once: frames in, templates of the wanted eyes out, dark again as soon as may be."""

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from devices.errors import DeviceError, ScannerSilent
from devices.interfaces import Scanner
from devices.models import Eye, Frame
from edge.capture.errors import ScannerLost
from edge.capture.eyes import EyeScan
from edge.capture.interfaces import Extractor
from edge.capture.models import CaptureSettings, Progress, ScanEnd


@dataclass(slots=True, kw_only=True)
class Scan:
    """One use of the scanner. `stop` is asked before and after every frame: one tap ends it."""

    extractor: Extractor
    settings: CaptureSettings
    monotonic: Callable[[], float]
    stop: Callable[[], bool]
    on_progress: Callable[[Progress], None]
    eyes: dict[Eye, EyeScan] = field(default_factory=dict)
    lamp_s: float = 0.0
    templates_at: float | None = None

    def run(self, scanner: Scanner, wanted: Sequence[Eye]) -> ScanEnd:
        """Errors: ScannerLost; what was found before it stays in `eyes`."""
        self.eyes = {eye: EyeScan(eye=eye, settings=self.settings) for eye in wanted}
        began = self.monotonic()
        try:
            # Closing the iterator puts the lamp out, whatever ended the scan.
            with contextlib.closing(scanner.frames(timeout_s=self.settings.silent_s)) as frames:
                end = self._watch(frames, began)
        except DeviceError as exc:
            self._use_frames_at_hand()
            if not (isinstance(exc, ScannerSilent) and any(eye.was_shown for eye in self.eyes.values())):
                raise ScannerLost(exc) from exc
            end = ScanEnd.TIME  # the scanner works; it just sees no eye any more
        finally:
            self.lamp_s = self.monotonic() - began
        return self._conclude(end)

    def _watch(self, frames: Iterator[Frame], began: float) -> ScanEnd:
        if self.stop():
            return ScanEnd.STOPPED
        for frame in frames:
            if self.stop():
                return ScanEnd.STOPPED
            self._look_at(frame)
            if all(eye.is_done for eye in self.eyes.values()):
                return ScanEnd.DONE
            if not any(eye.can_try for eye in self.eyes.values() if not eye.is_done):
                return ScanEnd.TIME
            if self.monotonic() - began >= self.settings.scan_s:
                return ScanEnd.TIME
        return ScanEnd.TIME

    def _look_at(self, frame: Frame) -> None:
        side = frame.eye or next((eye for eye, scan in self.eyes.items() if not scan.is_done), None)
        if side is None or side not in self.eyes or self.eyes[side].is_done:
            return
        scan, glance = self.eyes[side], self.extractor.glance(frame)
        scan.add(frame, glance, self.monotonic())
        self.on_progress(
            Progress(
                eye=side,
                score=glance.score,
                advice=glance.advice,
                persian=glance.persian,
                good_frames=scan.good_frames,
            )
        )
        if scan.extract_when_enough(self.extractor):
            self.templates_at = self.monotonic()

    def _conclude(self, end: ScanEnd) -> ScanEnd:
        """A stop throws everything away; otherwise the frames at hand are used."""
        if end is ScanEnd.STOPPED:
            self.eyes = {eye: EyeScan(eye=eye, settings=self.settings) for eye in self.eyes}
            return end
        self._use_frames_at_hand()
        return ScanEnd.DONE if all(scan.has_template for scan in self.eyes.values()) else end

    def _use_frames_at_hand(self) -> None:
        for scan in self.eyes.values():
            if not scan.is_done and scan.extract_what_there_is(self.extractor):
                self.templates_at = self.monotonic()
