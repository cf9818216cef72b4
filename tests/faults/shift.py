"""A short shift with everything in it that must come out right, played on although parts die."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from uuid import UUID, uuid4

from sqlalchemy import text

from edge.messages.models import CaptureReport, EncounterOutcome, Place, Slot
from edge.outbox.models import ReceiptStatus
from registry.db import Database
from tests.faults.fate import Fate, Killed
from tests.faults.parts import CentrePart, Van
from tests.registry.house import Eyes, slot

PATIENCE_S = 40.0


@dataclass(frozen=True)
class Met:
    """What was saved: on which tablet, and who the children truly are, slot by slot (None: no iris was taken)."""

    van: str
    children: tuple[int | None, ...]


@dataclass
class Shift:
    vans: dict[str, Van]
    centre: CentrePart
    database: Database
    eyes: Eyes
    saved: dict[UUID, Met] = field(default_factory=dict)
    doubled: list[UUID] = field(default_factory=list)
    """Ids that were saved once more, with other bytes."""

    @property
    def fates(self) -> list[Fate]:
        return [part.fate for part in (*self.vans.values(), self.centre)]

    @property
    def deaths(self) -> list[str]:
        return [str(death) for fate in self.fates for death in fate.died]

    def play(self) -> None:
        """One child met by both vans at once, siblings, a refusal; then old friends, and two ids used again."""
        one, two = self.vans
        first = [
            self.meet(one, (0, 0)), self.meet(two, (0, 1)), self.meet(one, (1, 0), (2, 0)), self.meet(two, None),
            self.meet(two, (4, 0)),
        ]  # fmt: skip
        self.until(self.settled, "the first half of the shift")
        self.off_and_on(one)
        self.meet(one, (4, 1))
        self.meet(two, (1, 1), (5, 0))
        for again in (first[1], first[3]):
            self.meet(one, (0, 2), again=again)
        self.until(self.settled, "the second half of the shift")
        for again in self.doubled:
            self.act(one, lambda van, id_=again: van.program.outbox.dismiss(id_))
        self.until(self.settled, "the end of the shift")

    def meet(self, name: str, *who: tuple[int, int] | None, again: UUID | None = None) -> UUID:
        """Save an encounter; a team whose tablet dies before it says "saved" makes the encounter again."""
        report = self._report(name, who, again or uuid4())
        while not self.act(name, partial(Van.save, report=report)) and report.capture_id not in self.vans[name].memos():
            report = report if again else report.model_copy(update={"capture_id": uuid4()})
        if again:
            self.doubled.append(again)
        else:
            self.saved[report.capture_id] = Met(name, tuple(one and one[0] for one in who))
        return report.capture_id

    def act(self, name: str, do: Callable[[Van], object]) -> bool:
        """False when the tablet died of it (and lives again)."""
        self.tend()
        try:
            do(self.vans[name])
        except Killed:
            self.tend()
            return False
        return True

    def off_and_on(self, name: str) -> None:
        self.tend()
        self.vans[name].stop()
        self.vans[name].start()

    def tend(self) -> None:
        """Whoever is dead is buried, and starts again."""
        for part in (*self.vans.values(), self.centre):
            while part.dead:
                part.bury()
                part.start()

    def until(self, true: Callable[[], bool], what: str) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            self.tend()
            if true():
                return
            assert time.monotonic() < deadline, f"{what} does not come after {self.deaths}: {self.standing()}"
            time.sleep(0.01)

    def settled(self) -> bool:
        return not any(self.standing().values())

    def standing(self) -> dict[str, object]:
        """What is still under way."""
        return {
            "queued": sum(van.program.outbox.counts().queued for van in self.vans.values()),
            "unanswered": [
                id_
                for van in self.vans.values()
                for id_, memo in van.memos().items()
                if memo.result is None and memo.receipt is not ReceiptStatus.QUARANTINED
            ],
            "undecided": self.count("journal where outcome is null"),
            "unsent": self.count("outgoing where sent_at is null"),
        }

    def count(self, rows: str) -> int:
        (row,) = self.rows(f"select count(*) from {rows}")
        return int(str(row[0]))

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with self.database.reading() as work:
            return [tuple(row) for row in work.session.execute(text(statement))]

    def stop(self) -> None:
        for part in (*self.vans.values(), self.centre):
            part.stop()

    def _report(self, name: str, who: tuple[tuple[int, int] | None, ...], capture_id: UUID) -> CaptureReport:
        now = self.centre.clock.now()
        slots: tuple[Slot, ...] = tuple(slot(self.eyes.of(*one) if one else None, n) for n, one in enumerate(who, 1))
        return CaptureReport(
            capture_id=capture_id, device=self.vans[name].program.config.device, team="گشت ۱", shift_date=now.date(),
            captured_at=now, place=Place(name="میدان شوش"), number_of_children=len(slots),
            outcome=EncounterOutcome.TRANSFER, slots=slots,
        )  # fmt: skip
