"""An evening on the street, written through the registry's own services; only matching's answers are given by hand."""

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random

from sqlalchemy import select

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
    SlotOutcome,
)
from registry.access.rules import Role
from registry.access.tables import Account
from registry.cases import service as cases
from registry.cases.casework import Desk, Handed, decide, write
from registry.cases.forms.leaving import Closure
from registry.cases.rules.facts import Actor
from registry.children import service as children
from registry.children.recording import mark_slot
from registry.children.tables import Child
from registry.db import UnitOfWork
from registry.devices.service import register
from registry.encounters import service as encounters
from registry.encounters.tables import Encounter
from registry.live.service import Happening, tell
from registry.review import service as review
from registry.web.interfaces import WebContainer

CAPTURED = EyeCapture(status=EyeStatus.CAPTURED, template=b"not searched here", quality=0.87)
CLOSED_EYE = EyeCapture(status=EyeStatus.TEMPORARILY_NOT_POSSIBLE, reason="پلک بسته")


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One child as the team saw it, and what matching is to have answered."""

    name: str | None = None
    sex: Sex = Sex.GIRL
    age: tuple[int, int] | None = (9, 11)
    outcome: SlotOutcome = SlotOutcome.NEW
    child_id: int | None = None
    """The child on record, for known; a candidate, for review."""
    reason: str = ""
    method: str = "said"


@dataclass(kw_only=True)
class Scene:
    web: WebContainer
    draw: Random = field(default_factory=lambda: Random(5))

    def __post_init__(self) -> None:
        with self.web.database.writing() as work:
            for name in ("van-1", "van-2"):
                public = DeviceKeys.generate().public
                register(
                    work, name=name, team=name, public=public, actor="test", trail=self.web.trail, clock=self.web.clock
                )
            work.commit()

    def meet(
        self,
        *seen: Seen,
        device: str = "van-2",
        place: str = "میدان خراسان",
        outcome: EncounterOutcome = EncounterOutcome.TRANSFER,
        ago: dt.timedelta = dt.timedelta(seconds=40),
        late: dt.timedelta = dt.timedelta(0),
        **fields: object,
    ) -> "Met":
        """An encounter received `ago` and captured `late` before that, settled and told to the live pages."""
        now = self.web.clock.now()
        received = now - ago
        report = CaptureReport.model_validate(
            {
                "capture_id": uuid.uuid4(), "device": device, "team": device, "captured_at": received - late,
                "shift_date": (received - late - dt.timedelta(hours=5, minutes=30)).date(), "place": Place(name=place),
                "number_of_children": max(1, len(seen)), "outcome": outcome, "activity": "فروش گل", "language": "fa-AF",
                "aid": ("بستهٔ گرم",), "slots": [_slot(number, one) for number, one in enumerate(seen, start=1)],
            }
            | fields
        )  # fmt: skip
        with self.web.database.locking_gallery() as work:
            encounter = encounters.record(work, report, received_at=received, decided_at=received)
            written = [
                self._settle(work, encounter, said, one, received) for said, one in zip(report.slots, seen, strict=True)
            ]
            happenings = [
                Happening(kind="encounter_settled", encounter_id=encounter.id),
                *(h for w in written for h in w[1]),
            ]
            tell(work, happenings, at=now)
            work.commit()
        return Met(encounter_id=encounter.id, child_ids=tuple(child for child, _ in written))

    def _settle(
        self, work: UnitOfWork, encounter: Encounter, said: Slot, one: Seen, now: dt.datetime
    ) -> tuple[int, Sequence[Happening]]:
        slot = encounters.record_slot(work, encounter, said, outcome=one.outcome, reason=one.reason, evidence=None)
        if one.outcome is SlotOutcome.KNOWN:
            child = work.session.get_one(Child, one.child_id)
            children.met_again(child, slot, met_on=encounter.shift_date)
        else:
            unsure = one.outcome in (SlotOutcome.REVIEW, SlotOutcome.CANNOT_TELL)
            standing = "provisional" if unsure else "confirmed"
            child = children.enrol(
                work, slot, standing=standing, met_on=encounter.shift_date, now=now, draw=self.draw.randrange
            )
        children.link(work, slot, child, by=children.MATCHING, now=now)
        mark_slot(work, slot, child, self.web.names)
        happenings = []
        if child.standing == "provisional":
            suspects = [review.Suspect(child_id=one.child_id, template_id=None, score=0.33)] if one.child_id else []
            reason = "unsure" if suspects else "cannot_tell"
            happenings += review.ask(work, slot=slot, child=child, suspects=suspects, reason=reason, now=now)
        happenings += cases.after_encounter(
            work, child=child, slot=slot, outcome=EncounterOutcome(encounter.outcome), actor="matching", now=now
        )
        return child.id, happenings

    def close_case(self, case_id: int, reason: str = "به خانواده برگشت و پیگیری تمام شد") -> None:
        """Asked by one person and granted by another, as the law has it."""
        asking, granting = (
            self._colleague("asking", Role.CASE_MANAGER),
            self._colleague("granting", Role.CENTRE_MANAGER),
        )
        desk = Desk(trail=self.web.trail, clock=self.web.clock)
        with self.web.database.writing() as work:
            handed = Handed(form=Closure(reason=reason))
            entry = write(work, desk, case_id=case_id, task_name="closure", handed=handed, actor=asking)
            decide(work, desk, entry_id=entry.id, granted=True, reason="", actor=granting)
            work.commit()

    def _colleague(self, name: str, role: Role) -> Actor:
        with self.web.database.writing() as work:
            account = work.session.scalar(select(Account).where(Account.name == name))
            if account is None:
                account = Account(name=name, password_hash="!", created_at=self.web.clock.now())
                work.session.add(account)
                work.session.flush()
            work.commit()
            return Actor(account_id=account.id, name=name, roles=frozenset({role}))


@dataclass(frozen=True, kw_only=True)
class Met:
    encounter_id: int
    child_ids: tuple[int, ...]


def _slot(number: int, one: Seen) -> Slot:
    no_iris = one.outcome is SlotOutcome.NO_IRIS
    age = Age.model_validate({"low": one.age[0], "high": one.age[1], "method": one.method}) if one.age else None
    return Slot(
        number=number, given_name=one.name, sex=one.sex, age=age,
        assent=Assent.REFUSED if no_iris else Assent.GIVEN,
        left=CLOSED_EYE if no_iris else CAPTURED,
        right=CLOSED_EYE if no_iris or one.outcome is SlotOutcome.CANNOT_TELL else CAPTURED,
        no_iris_reason="نخواست" if no_iris else None,
    )  # fmt: skip
