"""One encounter, from the first slot to the saved report."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

from common.time import Clock, shift_date
from devices.errors import DeviceError
from devices.interfaces import PositionSource, Scanner
from devices.models import Eye
from edge.capture.errors import CaptureError, EncounterFinished, NoSuchSlot, ScannerLost, TooManyChildren
from edge.capture.interfaces import Extractor
from edge.capture.models import (
    EYES,
    NOT_TRIED,
    CaptureSettings,
    EncounterFacts,
    Finished,
    Progress,
    ScanEnd,
    ScanResult,
    SlotDraft,
    not_possible,
)
from edge.capture.report import build_report
from edge.capture.rules import why_dark
from edge.capture.scan import Scan
from edge.messages.models import MAX_SLOTS, Age, Assent, CaptureReport, Sex
from edge.outbox.models import Saved


class ScannerPort(Protocol):
    """A scanner that may be unplugged and plugged in again."""

    def scanner(self) -> Scanner:
        """The scanner, opened if need be. Errors: DeviceError."""
        ...

    def lost(self) -> None:
        """Forget the open scanner, so that the next `scanner()` opens it anew."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """Everything outside that an encounter uses."""

    device: str
    team: str
    port: ScannerPort
    extractor: Extractor
    positions: PositionSource | None
    save: Callable[[CaptureReport], Saved]
    require_space: Callable[[], None]
    clock: Clock
    monotonic: Callable[[], float]
    new_id: Callable[[], UUID]
    settings: CaptureSettings = field(default_factory=CaptureSettings)


def never() -> bool:
    return False


def say_nothing(_progress: Progress) -> None:
    """Nobody watches."""


class Encounter:
    """Used by one thread. The scanner is read only between `scan` and its return, and only after assent."""

    def __init__(self, tools: Tools) -> None:
        """Errors: SpaceLow, before anything is asked of a child."""
        tools.require_space()
        self._tools = tools
        self.capture_id = tools.new_id()
        self._slots: list[SlotDraft] = []
        self._accepted_at: float | None = None
        self._templates_at: float | None = None
        self._sensor: str | None = None
        self._is_finished = False

    @property
    def slots(self) -> tuple[SlotDraft, ...]:
        return tuple(self._slots)

    def add_child(
        self, *, assent: Assent, given_name: str | None = None, sex: Sex = Sex.UNKNOWN, age: Age | None = None
    ) -> int:
        """The number of the new slot. A child who refuses has one too. Errors: TooManyChildren."""
        self._require_open()
        if len(self._slots) >= MAX_SLOTS:
            raise TooManyChildren(MAX_SLOTS)
        number = len(self._slots) + 1
        slot = SlotDraft(number=number, assent=Assent(assent), given_name=given_name, sex=Sex(sex), age=age)
        if slot.assent is not Assent.GIVEN:
            self._without_iris(slot, slot.assent.value)
        self._slots.append(slot)
        return number

    def assent(self, number: int) -> None:
        """The child agrees after all."""
        slot = self._slot(number)
        slot.assent, slot.no_iris_reason = Assent.GIVEN, None

    def why_dark(self, number: int) -> CaptureError | None:
        """Why the lamp may not be lit for this child, or None."""
        return why_dark(self._slot(number), self._tools.settings)

    def scan(
        self,
        number: int,
        *,
        stop: Callable[[], bool] = never,
        on_progress: Callable[[Progress], None] = say_nothing,
    ) -> ScanResult:
        """Light the lamp once for this child. An eye captured earlier is kept and not taken again.

        Errors: AssentMissing, TooYoung, TriesUsedUp (the lamp stayed dark); ScannerLost.
        """
        slot = self._slot(number)
        refusal = self.why_dark(number)
        if refusal is not None:
            raise refusal
        scan = Scan(
            extractor=self._tools.extractor,
            settings=self._tools.settings,
            monotonic=self._tools.monotonic,
            stop=stop,
            on_progress=on_progress,
        )
        wanted = slot.wanted()
        if not wanted:
            return self._result(ScanEnd.DONE, slot, scan)
        try:
            end = scan.run(self._open_scanner(), wanted)
        except ScannerLost:
            self._tools.port.lost()
            self._take_over(slot, scan)
            raise
        slot.scans += 1
        self._take_over(slot, scan)
        return self._result(end, slot, scan)

    def eye_not_possible(self, number: int, eye: Eye, reason: str, *, for_ever: bool = False) -> None:
        """An eye that is not taken: injured, missing, the child keeps it closed. The other one may still be."""
        slot = self._slot(number)
        slot.eyes[eye] = not_possible(reason, for_ever=for_ever)
        slot.skipped.add(eye)

    def eye_possible(self, number: int, eye: Eye) -> None:
        """A tap too many is taken back: the eye may be taken again."""
        slot = self._slot(number)
        if eye in slot.skipped:
            slot.skipped.discard(eye)
            slot.eyes[eye] = not_possible(NOT_TRIED)

    def withdraw(self, number: int) -> None:
        """«بس است، نمی‌خواهد»: templates of this child are dropped at once and the lamp stays dark."""
        slot = self._slot(number)
        slot.assent = Assent.WITHDRAWN
        self._without_iris(slot, Assent.WITHDRAWN.value)

    def go_on_without(self, number: int, reason: str) -> None:
        """«ادامه بدون عنبیه»: a child without iris is a full child all the same."""
        self._without_iris(self._slot(number), reason)

    def finish(self, facts: EncounterFacts) -> Finished:
        """Save. When this returns the encounter is on disk; on an error it is open still and may be saved again.

        Errors: DiskFull (nothing was kept), MessageTooLarge, pydantic.ValidationError for facts that cannot be.
        """
        self._require_open()
        tools, now = self._tools, self._tools.clock.now()
        report = build_report(
            facts,
            self._slots,
            capture_id=self.capture_id,
            device=tools.device,
            team=tools.team,
            shift=shift_date(now),
            now=now,
            fix=tools.positions.latest() if tools.positions else None,
            models=tools.extractor.models,
            sensor=self._sensor,
        )
        saved = tools.save(report)
        self._is_finished = True
        return Finished(
            saved=saved,
            accepted_at=self._accepted_at,
            templates_at=self._templates_at,
            saved_at=tools.monotonic(),
        )

    def _open_scanner(self) -> Scanner:
        try:
            scanner = self._tools.port.scanner()
        except DeviceError as exc:
            raise ScannerLost(exc) from exc
        self._sensor = scanner.profile.name or None
        return scanner

    def _take_over(self, slot: SlotDraft, scan: Scan) -> None:
        for eye, found in scan.eyes.items():
            captured = found.capture(self._tools.extractor)
            if captured is not None:
                slot.eyes[eye] = captured
                self._accepted_at = max(self._accepted_at or 0.0, found.accepted_at or 0.0)
                self._templates_at = scan.templates_at
            else:
                slot.eyes[eye] = not_possible(found.reason)
                slot.advice[eye] = found.persian

    def _result(self, end: ScanEnd, slot: SlotDraft, scan: Scan) -> ScanResult:
        missing = tuple(slot.wanted())
        return ScanResult(
            end=end,
            captured=tuple(slot.captured()),
            missing=missing,
            advice={eye: slot.advice.get(eye, "") for eye in missing},
            lamp_s=scan.lamp_s,
            accepted_at=self._accepted_at,
            templates_at=self._templates_at,
        )

    def _without_iris(self, slot: SlotDraft, reason: str) -> None:
        slot.no_iris_reason = reason
        for eye in EYES:
            if eye not in slot.skipped:  # a missing eye stays missing, whatever the child wishes
                slot.eyes[eye] = not_possible(reason)

    def _slot(self, number: int) -> SlotDraft:
        self._require_open()
        if not 1 <= number <= len(self._slots):
            raise NoSuchSlot(number)
        return self._slots[number - 1]

    def _require_open(self) -> None:
        if self._is_finished:
            raise EncounterFinished
