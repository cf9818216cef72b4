"""A whole centre for tests and tablets that send it real sealed captures."""

import datetime as dt
import random
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from sqlalchemy import text

from edge.messages.keys import DeviceKeys
from edge.messages.models import (
    Age,
    Assent,
    CaptureReport,
    EncounterOutcome,
    EyeCapture,
    EyeStatus,
    Place,
    Sex,
    Slot,
    SlotResult,
)
from edge.messages.seal import open_receipt, open_result, seal_capture
from matching import EyeCode, LocalEngine, Template
from matching.simulation import Capture, simulate_templates
from registry.bootstrap import Matching, Registry, build_admitter, build_settler, build_worker
from registry.intake.admission import Admission, Incoming
from registry.intake.deciding import Weigher
from registry.intake.tables import Outgoing
from registry.intake.worker import Worker

GOOD = Capture(noise=0.12, noise_spread=0.02, lids=0.1, turn=2)
NOW = dt.datetime(2026, 11, 24, 18, 0, tzinfo=dt.UTC)


class StillClock:
    """A clock that a test moves."""

    def __init__(self, now: dt.datetime = NOW) -> None:
        self.instant = now

    def now(self) -> dt.datetime:
        return self.instant

    def forward(self, **by: float) -> None:
        self.instant += dt.timedelta(**by)


@dataclass
class Centre:
    """The intake without a broker: what arrives is handed over, what leaves is read from its table."""

    registry: Registry
    weigher: Weigher
    engine: LocalEngine = field(default_factory=LocalEngine)

    @property
    def matching(self) -> Matching:
        return Matching(engine=self.engine, weigher=self.weigher)

    def worker(self, fault: Callable[[str], None] = lambda _name: None, *, engine: LocalEngine | None = None) -> Worker:
        matching = Matching(engine=engine or self.engine, weigher=self.weigher)
        draw = random.Random().randrange
        return build_worker(self.registry, build_settler(self.registry, matching, draw=draw, fault=fault), fault=fault)

    def admit(self, *sent: "Sent", fault: Callable[[str], None] = lambda _name: None) -> list[Admission]:
        admitter = build_admitter(self.registry, fault=fault)
        return admitter.admit([Incoming(one.device, one.sealed) for one in sent])

    def settle(self) -> None:
        while self.worker().run_once():
            pass

    def take(self, *sent: "Sent") -> None:
        self.admit(*sent)
        self.settle()

    def rows(self, statement: str, **values: object) -> list[dict[str, object]]:
        with self.registry.database.reading() as work:
            return [dict(row._mapping) for row in work.session.execute(text(statement), values)]

    def one(self, statement: str, **values: object) -> object:
        (row,) = self.rows(statement, **values)
        (value,) = row.values()
        return value


@dataclass(frozen=True)
class Sent:
    device: str
    report: CaptureReport
    sealed: bytes

    @property
    def id(self) -> uuid.UUID:
        return self.report.capture_id


@dataclass
class Tablet:
    """A van's tablet: it seals captures and opens what comes back."""

    name: str
    keys: DeviceKeys
    centre: Centre
    clock: StillClock

    def seal(self, report: CaptureReport) -> Sent:
        public = self.centre.registry.keyring.signing.public
        return Sent(self.name, report, seal_capture(report, device_keys=self.keys, registry_public=public))

    def meet(self, *slots: Slot, outcome: EncounterOutcome = EncounterOutcome.TRANSFER, **fields: object) -> Sent:
        now = self.clock.now()
        report = {
            "capture_id": uuid.uuid4(),
            "device": self.name,
            "team": "گشت ۱",
            "shift_date": now.date(),
            "captured_at": now,
            "place": Place(name="میدان شوش"),
            "number_of_children": max(1, len(slots)),
            "outcome": outcome,
            "slots": slots,
        } | fields
        return self.seal(CaptureReport.model_validate(report))

    def result(self, sent: Sent) -> tuple[SlotResult, ...]:
        with self.centre.registry.database.reading() as work:
            row = work.session.query(Outgoing).filter_by(capture_id=sent.id).one()
        public = self.centre.registry.keyring.public
        opened = open_result(row.payload, device=self.name, device_keys=[self.keys], registry_public=public)
        return opened.slots

    def receipt_status(self, sealed: bytes) -> str:
        return open_receipt(sealed, device=self.name, registry_public=self.centre.registry.keyring.public).status


class Eyes:
    """Children by number; every call gives another capture of the same eyes."""

    def __init__(self, seed: int, *, children: int = 24, shots: int = 6) -> None:
        rng = np.random.default_rng(seed)
        self._shots = [list(shots_) for shots_ in simulate_templates(rng, children, how=GOOD, captures=shots)]

    def of(self, child: int, shot: int = 0) -> Template:
        return self._shots[child][shot]


def captured(template: Template, eye: str) -> EyeCapture:
    codes = template.left if eye == "left" else template.right
    one = Template(**{eye: codes}, encoder=template.encoder)  # type: ignore[arg-type]
    return EyeCapture(status=EyeStatus.CAPTURED, template=one.to_bytes(), quality=0.9)


NOT_CAPTURED = EyeCapture(status=EyeStatus.TEMPORARILY_NOT_POSSIBLE, reason="بسته")


def slot(template: Template | None, number: int = 1, **fields: object) -> Slot:
    values = {
        "number": number, "given_name": "ستاره", "sex": Sex.GIRL, "age": Age(low=9, high=11), "assent": Assent.GIVEN,
        "left": NOT_CAPTURED, "right": NOT_CAPTURED,
    } | fields  # fmt: skip
    if template is None:
        values |= {"assent": Assent.REFUSED, "no_iris_reason": "نخواست"}
    else:
        values |= {eye: captured(template, eye) for eye in ("left", "right") if getattr(template, eye)}
    return Slot.model_validate(values)


def unsure_of(weigher: Weigher, enrolled: Template, again: Template, stranger: Template) -> Template:
    """Partly one child's eyes, partly a stranger's: just so much that it is for a person to decide."""
    for share in range(4, 28):
        probe = _mixed(again, stranger, share)
        candidates = LocalEngine().compare(probe, [(1, enrolled)])
        decided = weigher.weigh(probe, candidates, late=None, gallery_size=2, children={1: 1}, context={})
        if decided.outcome == "review":
            return probe
    raise AssertionError("no share of the stranger makes it unsure")


def _mixed(a: Template, b: Template, share: int) -> Template:
    """`share` of 32 words of each code from `a`, the others from `b`."""

    def mix(x: EyeCode, y: EyeCode) -> EyeCode:
        ours = np.arange(len(x.code)) * 11 % 32 < share
        return EyeCode(np.where(ours, x.code, y.code), np.where(ours, x.mask, y.mask), x.quality, x.confidence)

    return Template((mix(a.left[0], b.left[0]),), (mix(a.right[0], b.right[0]),), a.encoder)
