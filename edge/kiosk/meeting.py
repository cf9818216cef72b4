"""The encounter that is open on the page: what was tapped becomes a capture session, and back.

The session belongs to one thread, so that taps wait for each other; only `stop` and the look at it come from outside.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum

from devices.models import Eye
from edge.capture.encounter import Encounter
from edge.capture.errors import CaptureError, EncounterFinished, TooYoung, TriesUsedUp
from edge.capture.models import EncounterFacts, Progress, SlotDraft
from edge.capture.unfit import NoIris, Unfit
from edge.messages.errors import MessageError
from edge.messages.models import Age, Assent, EncounterOutcome, Sex
from edge.outbox.errors import OutboxError

_NOT_SAVED = "ذخیره نشد؛ دوباره «ذخیره» را بزنید. اگر باز هم نشد، کودکان را در دو برخورد ثبت کنید."
_NOT_TAKEN = "گرفتن عنبیه از کار افتاد؛ بی‌عنبیه ادامه دهید و به پشتیبانی بگویید."
PLACES_SHOWN = 4

_log = logging.getLogger(__name__)


class Step(StrEnum):
    CHILD = "child"
    EYES = "eyes"
    END = "end"


class NoMeeting(Exception):
    """Nothing is open: it was saved or given up on another page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What the page shows. `slot` belongs to the session's thread: it is read here and never written."""

    step: Step
    slot: SlotDraft | None
    """The child before the scanner; None before the first one."""
    scanning: bool
    dark: CaptureError | None
    """Why the lamp may not be lit for this child."""
    advice: dict[Eye, str]
    trouble: str
    places: tuple[str, ...]


class Meeting:
    def __init__(self, begin: Callable[[], Encounter], tell: Callable[[], None]) -> None:
        """tell: the page is to be looked at again."""
        self._begin, self._tell = begin, tell
        self._worker = ThreadPoolExecutor(max_workers=1, thread_name_prefix="meeting")
        self._encounter: Encounter | None = None
        self._step = Step.CHILD
        self._stop = threading.Event()
        self._scan: Future[None] | None = None
        self._advice: dict[Eye, str] = {}
        self._trouble = ""
        self._places: list[str] = []

    def look(self) -> Look | None:
        """None while nothing is open."""
        encounter = self._encounter
        if encounter is None:
            return None
        slot = encounter.slots[-1] if encounter.slots else None
        try:
            dark = None if slot is None else encounter.why_dark(slot.number)
        except EncounterFinished:  # saved in this very moment
            return None
        return Look(
            step=self._step,
            slot=slot,
            scanning=self._scan is not None and not self._scan.done(),
            dark=dark,
            advice=dict(self._advice),
            trouble=self._trouble,
            places=tuple(self._places),
        )

    def begin(self) -> None:
        """Opens one, unless one is open. Errors: SpaceLow."""
        self._do(self._open)

    def add_child(self, *, assent: Assent, given_name: str | None, sex: Sex, age: Age | None) -> None:
        self._do(lambda: self._add(assent, given_name, sex, age))

    def assent(self) -> None:
        """The child agrees after all."""
        self._of_child(lambda encounter, number: encounter.assent(number))

    def scan(self) -> None:
        """Lights the lamp and returns; `look` shows how it goes on."""
        self._need()
        if self._scan is None or self._scan.done():
            self._stop.clear()
            self._advice, self._trouble = {}, ""
            self._scan = self._worker.submit(self._scanned)
            self._tell()

    def stop(self) -> None:
        """One tap: the lamp is out with the next frame."""
        self._stop.set()

    def unfit(self, eye: Eye, why: Unfit) -> None:
        self._of_child(lambda encounter, n: encounter.eye_not_possible(n, eye, why.value, for_ever=why.is_for_ever))

    def fit_again(self, eye: Eye) -> None:
        self._of_child(lambda encounter, number: encounter.eye_possible(number, eye))

    def withdraw(self) -> None:
        self._of_child(lambda encounter, number: encounter.withdraw(number))

    def without_iris(self) -> None:
        self._of_child(_without_iris)

    def go_to(self, step: Step) -> None:
        def moved(_encounter: Encounter, _number: int) -> None:
            self._step = step

        self._of_child(moved)

    def finish(self, place: str, outcome: EncounterOutcome) -> None:
        """Saved, `look` gives None; if not, it says why and the encounter stays open."""
        self.stop()
        self._do(lambda: self._saved(place, outcome))

    def give_up(self) -> None:
        """Nothing of it is kept."""
        self.stop()
        self._do(self._close)

    def close(self) -> None:
        """With the program: the lamp is out when this returns."""
        self.stop()
        self._worker.shutdown(wait=True, cancel_futures=True)

    def _do(self, work: Callable[[], None]) -> None:
        self._worker.submit(work).result()
        self._tell()

    def _of_child(self, work: Callable[[Encounter, int], None]) -> None:
        self.stop()

        def done() -> None:
            self._trouble = ""
            encounter = self._need()
            try:
                work(encounter, len(encounter.slots))
            except CaptureError as exc:
                self._trouble = exc.persian

        self._do(done)

    def _need(self) -> Encounter:
        if self._encounter is None:
            raise NoMeeting
        return self._encounter

    def _open(self) -> None:
        if self._encounter is None:
            self._encounter, self._step, self._trouble, self._advice = self._begin(), Step.CHILD, "", {}

    def _close(self) -> None:
        self._encounter = None

    def _add(self, assent: Assent, given_name: str | None, sex: Sex, age: Age | None) -> None:
        self._advice, self._trouble = {}, ""
        try:
            self._need().add_child(assent=assent, given_name=given_name, sex=sex, age=age)
        except CaptureError as exc:
            self._trouble = exc.persian
        self._step = Step.EYES

    def _scanned(self) -> None:
        encounter = self._need()
        try:
            encounter.scan(len(encounter.slots), stop=self._stop.is_set, on_progress=self._heard)
        except CaptureError as exc:
            self._trouble = exc.persian
        except Exception:  # noqa: BLE001 - nobody waits for this thread; without a word the page would just stand there
            _log.exception("the scan ended on an error")
            self._trouble = _NOT_TAKEN
        finally:
            # the page is told once more when this has returned, or it would still show the lamp lit
            self._worker.submit(self._tell)

    def _heard(self, progress: Progress) -> None:
        if self._advice.get(progress.eye) != progress.persian:
            self._advice[progress.eye] = progress.persian
            self._tell()

    def _saved(self, place: str, outcome: EncounterOutcome) -> None:
        encounter = self._need()
        try:
            encounter.finish(EncounterFacts(place=place, outcome=outcome))
        except OutboxError as exc:
            self._trouble = exc.persian
        except (MessageError, ValueError):
            self._trouble = _NOT_SAVED
        else:
            self._places = [place, *(known for known in self._places if known != place)][:PLACES_SHOWN]
            self._close()


def _without_iris(encounter: Encounter, number: int) -> None:
    dark, why = encounter.why_dark(number), NoIris.TEAM
    if isinstance(dark, TooYoung):
        why = NoIris.TOO_YOUNG
    elif isinstance(dark, TriesUsedUp):
        why = NoIris.TRIES_USED_UP
    encounter.go_on_without(number, why.value)
