"""Writing an encounter down as the team reported it."""

from datetime import datetime
from typing import Any

from edge.messages.models import CaptureReport, EyeCapture, SlotOutcome
from edge.messages.models import Slot as ReportedSlot
from registry.db import UnitOfWork
from registry.encounters.tables import Encounter, Slot
from registry.intake.rules import timing


def record(work: UnitOfWork, report: CaptureReport, *, received_at: datetime, decided_at: datetime) -> Encounter:
    """The encounter without its slots; flushed, so that it has an id. The capture id is unique: a second one fails."""
    when = timing(captured_at=report.captured_at, received_at=received_at)
    place = report.place
    encounter = Encounter(
        capture_id=report.capture_id, device_id=report.device, team=report.team, shift_date=report.shift_date,
        captured_at=report.captured_at, received_at=received_at, decided_at=decided_at, late=when.late,
        clock_doubtful=when.clock_doubtful, place_name=place.name, latitude=place.latitude, longitude=place.longitude,
        accuracy_m=place.accuracy_m, fix_at=place.fix_at, number_of_children=report.number_of_children,
        activity=report.activity, language=report.language, adult=str(report.adult), aid=list(report.aid),
        danger_signs=list(report.danger_signs), outcome=str(report.outcome), models=dict(report.models),
        sensor=report.sensor,
    )  # fmt: skip
    work.session.add(encounter)
    work.session.flush()
    return encounter


def record_slot(
    work: UnitOfWork,
    encounter: Encounter,
    reported: ReportedSlot,
    *,
    outcome: SlotOutcome,
    reason: str,
    evidence: dict[str, Any] | None,
) -> Slot:
    """One child's slot with the outcome; flushed."""
    age = reported.age
    slot = Slot(
        encounter_id=encounter.id, number=reported.number, given_name=reported.given_name, sex=str(reported.sex),
        age_low=age.low if age else None, age_high=age.high if age else None, age_method=age.method if age else None,
        assent=str(reported.assent), left_status=str(reported.left.status), left_reason=reported.left.reason,
        left_quality=reported.left.quality, left_liveness=_liveness(reported.left),
        right_status=str(reported.right.status), right_reason=reported.right.reason,
        right_quality=reported.right.quality, right_liveness=_liveness(reported.right),
        no_iris_reason=reported.no_iris_reason, outcome=str(outcome),
        outcome_reason=reason[:200], evidence=evidence,
    )  # fmt: skip
    work.session.add(slot)
    work.session.flush()
    return slot


def _liveness(eye: EyeCapture) -> dict[str, Any] | None:
    return eye.liveness.model_dump(mode="json") if eye.liveness else None
