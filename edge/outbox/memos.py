"""What the screen shows of an encounter, to and from the outbox file."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from edge.messages.models import CaptureReport, EyeStatus, Result
from edge.outbox.models import EncounterMemo, OutgoingState, ReceiptStatus, SlotMemo

RECENT = """
    SELECT e.capture_id, e.saved_at, e.slots, o.state, e.receipt, e.reason, e.result, e.result_at
    FROM encounter AS e LEFT JOIN outgoing AS o USING (capture_id)
    ORDER BY (coalesce(e.receipt, '') = 'quarantined' AND e.dismissed = 0) DESC, e.saved_at DESC
    LIMIT ?
"""


def slots_to_text(report: CaptureReport) -> str:
    """No name and no template: only how many eyes each slot has."""
    eyes = {
        slot.number: sum(eye.status is EyeStatus.CAPTURED for eye in (slot.left, slot.right)) for slot in report.slots
    }
    return json.dumps(eyes)


def from_row(row: tuple[Any, ...]) -> EncounterMemo:
    capture_id, saved_at, slots, state, receipt, reason, result, result_at = row
    return EncounterMemo(
        capture_id=UUID(bytes=capture_id),
        saved_at=datetime.fromtimestamp(saved_at, UTC),
        slots=tuple(SlotMemo(number=int(number), eyes=eyes) for number, eyes in json.loads(slots).items()),
        state=None if state is None else OutgoingState(state),
        receipt=None if receipt is None else ReceiptStatus(receipt),
        reason=reason,
        result=None if result is None else Result.model_validate_json(result),
        result_at=None if result_at is None else datetime.fromtimestamp(result_at, UTC),
    )
