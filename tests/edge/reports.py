"""Capture reports for tests: real shapes, invented children."""

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import numpy as np

from edge.messages.models import (
    Assent,
    CaptureReport,
    EncounterOutcome,
    EyeCapture,
    EyeStatus,
    Place,
    Slot,
)
from matching.template import EyeCode, Template


def template_bytes(eye: str, seed: int) -> bytes:
    random = np.random.default_rng(seed)
    code = EyeCode.from_bits(random.random((128, 16)) < 0.5, np.ones((128, 16), bool))
    return Template(**{eye: (code,)}).to_bytes()


def eye_capture(eye: str, seed: int) -> EyeCapture:
    return EyeCapture(
        status=EyeStatus.CAPTURED,
        template=template_bytes(eye, seed),
        alternates=(template_bytes(eye, seed + 1), template_bytes(eye, seed + 2)),
        quality=0.8,
    )


def capture_report(
    device: str = "van-1", *, capture_id: UUID | None = None, children: int = 1, seed: int = 7
) -> CaptureReport:
    slots = tuple(
        Slot(
            number=k + 1,
            given_name="سارا",
            assent=Assent.GIVEN,
            left=eye_capture("left", seed + 10 * k),
            right=eye_capture("right", seed + 10 * k + 5),
        )
        for k in range(children)
    )
    return CaptureReport(
        capture_id=capture_id or uuid4(),
        device=device,
        team="گشت ۳",
        shift_date=date(2026, 3, 21),
        captured_at=datetime(2026, 3, 21, 18, 4, 5, 6, tzinfo=UTC),
        place=Place(name="میدان شوش", latitude=35.66, longitude=51.43, accuracy_m=6.0),
        number_of_children=children,
        outcome=EncounterOutcome.TRANSFER,
        slots=slots,
        models={"segmentation": "0" * 64},
    )
