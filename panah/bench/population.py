"""A registry that already knows many simulated children, each captured as a tablet does: two frames of each eye."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

import numpy as np
from sqlalchemy import insert

from edge.messages.models import Assent as Answer
from edge.messages.models import CaptureReport, EncounterOutcome, EyeCapture, EyeStatus, Place
from edge.messages.models import Slot as ReportedSlot
from matching import Template
from matching.simulation import Capture, simulate_templates
from matching.template import Eye
from registry.children.tables import Child, ChildSlotLink, GalleryLog, IrisTemplate
from registry.db import Database, UnitOfWork
from registry.encounters.tables import Encounter, Slot

_BATCH = 1000
HOW = Capture(noise=0.2, noise_spread=0.04)
FRAMES = 2


def people(count: int, *, seed: int) -> Iterator[tuple[Template, Template]]:
    """Two captures of each of `count` simulated people."""
    for captures in simulate_templates(np.random.default_rng(seed), count, how=HOW, captures=2, codes=FRAMES):
        yield captures[0], captures[1]


def enrol(database: Database, templates: Iterable[Template], *, device: str, now: datetime) -> int:
    """Write a child, an encounter and a template for each, as if met before; how many. For an empty registry."""
    done, batch = 0, list[Template]()
    for template in templates:
        batch.append(template)
        if len(batch) == _BATCH:
            done += _write(database, batch, first=done, device=device, now=now)
            batch = []
    return done + (_write(database, batch, first=done, device=device, now=now) if batch else 0)


def _write(database: Database, batch: Sequence[Template], *, first: int, device: str, now: datetime) -> int:
    with database.locking_gallery() as work:
        numbers = range(first, first + len(batch))
        encounters = _ids(work, Encounter, [_encounter(device, now) for _ in numbers])
        slots = _ids(work, Slot, [_slot(encounter) for encounter in encounters])
        children = _ids(work, Child, [_child(number, now) for number in numbers])
        work.session.execute(
            insert(ChildSlotLink),
            [
                {"slot_id": slot, "child_id": child, "linked_at": now, "linked_by": "matching"}
                for slot, child in zip(slots, children, strict=True)
            ],
        )
        rows = [
            {"slot_id": slot, "encoder": template.encoder, "data": template.to_bytes(), "created_at": now}
            for slot, template in zip(slots, batch, strict=True)
        ]
        made = enumerate(_ids(work, IrisTemplate, rows), first + 1)
        work.session.execute(
            insert(GalleryLog), [{"seq": seq, "op": "add", "template_id": made_id, "at": now} for seq, made_id in made]
        )
        work.commit()
    return len(batch)


def _ids(
    work: UnitOfWork, table: type[Encounter | Slot | Child | IrisTemplate], rows: list[dict[str, Any]]
) -> Sequence[int]:
    return work.session.scalars(insert(table).returning(table.id, sort_by_parameter_order=True), rows).all()


def _encounter(device: str, now: datetime) -> dict[str, Any]:
    return {
        "capture_id": uuid4(),
        "device_id": device,
        "team": "bench",
        "shift_date": now.date(),
        "captured_at": now,
        "received_at": now,
        "decided_at": now,
        "late": False,
        "clock_doubtful": False,
        "place_name": "—",
        "number_of_children": 1,
        "adult": "none",
        "aid": [],
        "danger_signs": [],
        "outcome": "aid_only",
        "models": {},
    }


def _slot(encounter: int) -> dict[str, Any]:
    return {
        "encounter_id": encounter,
        "number": 1,
        "sex": "unknown",
        "assent": "given",
        "left_status": "captured",
        "right_status": "captured",
        "outcome": "new",
        "outcome_reason": "",
    }


def _child(number: int, now: datetime) -> dict[str, Any]:
    return {
        "code": f"bench-{number}",
        "standing": "confirmed",
        "sex": "unknown",
        "created_at": now,
        "last_met_on": now.date(),
    }


def report(template: Template, *, device: str, now: datetime) -> CaptureReport:
    """A capture of one child with both eyes, as a tablet would send it."""
    return CaptureReport(
        capture_id=uuid4(),
        device=device,
        team="bench",
        shift_date=now.date(),
        captured_at=now,
        place=Place(name="میدان"),
        number_of_children=1,
        outcome=EncounterOutcome.TRANSFER,
        slots=(
            ReportedSlot(number=1, assent=Answer.GIVEN, left=_eye(template, "left"), right=_eye(template, "right")),
        ),
    )


def _eye(template: Template, side: Eye) -> EyeCapture:
    codes = template.eye(side)
    alone = Template(codes, (), template.encoder) if side == "left" else Template((), codes, template.encoder)
    return EyeCapture(status=EyeStatus.CAPTURED, template=alone.to_bytes(), quality=0.9, frames=FRAMES)
