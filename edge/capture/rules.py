"""When the scanner's lamp may be lit. The law is in the project's rules for the iris; nothing here knows a device."""

from edge.capture.errors import AssentMissing, CaptureError, TooYoung, TriesUsedUp
from edge.capture.models import CaptureSettings, SlotDraft
from edge.messages.models import Assent


def why_dark(slot: SlotDraft, settings: CaptureSettings) -> CaptureError | None:
    """Why the lamp stays dark for this child, or None when it may be lit."""
    if slot.assent is not Assent.GIVEN:
        return AssentMissing(slot.number)
    if slot.age is not None and slot.age.high < settings.least_age:
        return TooYoung(slot.number, settings.least_age)
    if slot.scans >= settings.scans:
        return TriesUsedUp(slot.number, settings.scans)
    return None
