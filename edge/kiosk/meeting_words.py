"""What the page of an open encounter says, and which buttons it has."""

from dataclasses import dataclass, replace

from common.text import to_persian_digits
from devices.models import Eye
from edge.capture.errors import AssentMissing, CaptureError
from edge.capture.models import EYES, NOT_SEEN, NOT_TRIED, SlotDraft
from edge.capture.unfit import Unfit
from edge.kiosk.meeting import Look, Step
from edge.messages.models import Age, Assent, EncounterOutcome, EyeStatus, Sex

EYE = {"left": "چشم چپ", "right": "چشم راست"}

UNFIT = {
    Unfit.INJURED: "زخم یا ورم دارد",
    Unfit.BANDAGED: "پانسمان شده",
    Unfit.KEPT_SHUT: "باز نگه نمی‌دارد",
    Unfit.MISSING: "این چشم را ندارد",
    Unfit.ARTIFICIAL: "چشم مصنوعی است",
    Unfit.CLOUDED: "لک همیشگی دارد",
}
FOR_NOW = tuple((why.value, words) for why, words in UNFIT.items() if not why.is_for_ever)
FOR_EVER = tuple((why.value, words) for why, words in UNFIT.items() if why.is_for_ever)

SEXES = ((Sex.GIRL.value, "دختر"), (Sex.BOY.value, "پسر"))
AGES = {
    "0-4": (Age(low=0, high=4, method="estimated"), "زیر ۵"),
    "5-7": (Age(low=5, high=7, method="estimated"), "۵ تا ۷"),
    "8-10": (Age(low=8, high=10, method="estimated"), "۸ تا ۱۰"),
    "11-13": (Age(low=11, high=13, method="estimated"), "۱۱ تا ۱۳"),
    "14-17": (Age(low=14, high=17, method="estimated"), "۱۴ تا ۱۷"),
}
"""As the team sees it: a number typed in the dark would only look more exact."""
OUTCOMES = (
    (EncounterOutcome.AID_ONLY.value, "کمک در خیابان"),
    (EncounterOutcome.APPOINTMENT.value, "قرار دیدار گذاشته شد"),
    (EncounterOutcome.TRANSFER.value, "همراه به مرکز می‌آید"),
    (EncounterOutcome.REFUSED.value, "همراهی نخواست"),
)

_REFUSED = {
    Assent.REFUSED: "کودک نمی‌خواهد؛ دوربین خاموش می‌ماند و بی‌عنبیه ثبت می‌شود.",
    Assent.WITHDRAWN: "کودک گفت بس است؛ آنچه گرفته شده بود پاک شد و بی‌عنبیه ثبت می‌شود.",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EyeView:
    side: Eye
    title: str
    said: str
    icon: str
    tone: str = ""
    is_captured: bool = False
    is_unfit: bool = False
    """By the team's word, which a tap takes back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingView:
    step: Step
    number: str
    """Of the child now before the team, or to come."""
    scanning: bool
    trouble: str
    places: tuple[str, ...]
    has_child: bool = False
    eyes: tuple[EyeView, ...] = ()
    scan: str = ""
    """What the button that lights the lamp says; empty when it may not be lit or nothing is left to take."""
    note: str = ""
    may_withdraw: bool = False
    may_agree: bool = False
    may_go_without: bool = False


def meeting_view(look: Look) -> MeetingView:
    slot = look.slot
    empty = MeetingView(step=look.step, number="۱", scanning=look.scanning, trouble=look.trouble, places=look.places)
    if slot is None:
        return empty
    wanted = slot.wanted()
    refused = slot.assent is not Assent.GIVEN
    is_without = slot.no_iris_reason is not None
    may_scan = look.dark is None and bool(wanted) and not is_without
    return replace(
        empty,
        number=to_persian_digits(slot.number + (look.step is Step.CHILD)),
        has_child=True,
        # as they stand before whoever holds the tablet: the child's left eye is on the right
        eyes=() if refused or is_without else tuple(_eye(slot, side, look) for side in EYES),
        scan=_scan(wanted, slot.scans) if may_scan else "",
        note=_note(slot, look.dark, wanted),
        may_withdraw=not refused,
        may_agree=slot.assent is Assent.REFUSED,
        may_go_without=not refused and not is_without and bool(wanted) and not slot.captured(),
    )


def _scan(wanted: list[Eye], scans: int) -> str:
    what = "گرفتن دو چشم" if len(wanted) == len(EYES) else f"گرفتن {EYE[wanted[0]]}"
    return f"{what}، دوباره" if scans else what


def _note(slot: SlotDraft, dark: CaptureError | None, wanted: list[Eye]) -> str:
    if slot.assent in _REFUSED:
        return _REFUSED[slot.assent]
    if slot.no_iris_reason is not None:
        return "بی‌عنبیه ثبت می‌شود؛ کودک بی‌عنبیه هم پرونده‌اش کامل است."
    if not wanted:
        return "" if slot.captured() else "هیچ‌یک از دو چشم گرفته نمی‌شود؛ کودک بی‌عنبیه هم پرونده‌اش کامل است."
    if dark is not None and not isinstance(dark, AssentMissing) and not slot.captured():
        return dark.persian
    return ""


def _eye(slot: SlotDraft, side: Eye, look: Look) -> EyeView:
    eye, title = slot.eyes[side], EYE[side]
    if eye.status is EyeStatus.CAPTURED:
        return EyeView(side=side, title=title, said="گرفته شد", icon="circle-check", is_captured=True)
    if side in slot.skipped:
        why = next((text for unfit, text in UNFIT.items() if unfit.value == eye.reason), "")
        when = "هیچ‌وقت نمی‌شود" if eye.status is EyeStatus.PERMANENTLY_NOT_POSSIBLE else "این بار نمی‌شود"
        return EyeView(side=side, title=title, said=f"{when}: {why}" if why else when, icon="eye-off", is_unfit=True)
    if look.scanning:
        return EyeView(side=side, title=title, said=look.advice.get(side) or "همین‌طور نگه دارید", icon="scan-eye")
    if eye.reason == NOT_TRIED:
        return EyeView(side=side, title=title, said="هنوز گرفته نشده", icon="eye")
    said = slot.advice.get(side) or ("اسکنر آن را ندید" if eye.reason == NOT_SEEN else "نشد؛ دوباره بگیرید")
    return EyeView(side=side, title=title, said=said, icon="rotate-ccw", tone="attention")
