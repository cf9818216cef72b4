"""What the screen says, in the words of the house: known and new look alike and differ by word and shape."""

from dataclasses import dataclass

from common.text import to_persian_digits
from edge.link.models import LinkState
from edge.messages.models import Age, Sex, SlotOutcome
from edge.outbox.models import OutgoingState, ReceiptStatus


@dataclass(frozen=True, slots=True)
class Said:
    text: str
    icon: str
    tone: str = ""
    """"" or "attention": saffron, for what asks for a person."""
    hint: str = ""


OUTCOMES = {
    SlotOutcome.KNOWN: Said("احتمالاً پیش‌تر دیده‌ایم", "history", hint="پیش از هر چیز، دو نشانه را با کودک بسنجید"),
    SlotOutcome.NEW: Said("نخستین دیدار", "user-plus", hint="پروندهٔ تازه‌ای برای کودک باز می‌شود"),
    SlotOutcome.REVIEW: Said("در حال بررسی", "search", hint="همکار مرکز می‌سنجد؛ خدمت به کودک منتظر نمی‌ماند"),
    SlotOutcome.CANNOT_TELL: Said("نمی‌توان گفت؛ دوباره بگیرید", "rotate-ccw", "attention"),
    SlotOutcome.NO_IRIS: Said("بی‌عنبیه ثبت شد", "circle-check", hint="کودک بی‌عنبیه هم پرونده‌اش کامل است"),
}

LINK = {
    LinkState.ONLINE: Said("آنلاین", "wifi"),
    LinkState.CONNECTING: Said("در حال وصل شدن", "refresh-cw"),
    LinkState.OFFLINE: Said("بی‌شبکه", "wifi-off", "attention"),
    LinkState.REFUSED: Said("شبکه راه نمی‌دهد", "triangle-alert", "attention"),
    LinkState.STOPPED: Said("خاموش", "wifi-off", "attention"),
}

SENDING = Said("ذخیره شد", "circle-dashed", hint="در حال فرستادن به مرکز")
SAVED_OFFLINE = Said("ذخیره شد", "circle-dashed", hint="با وصل شدن شبکه فرستاده می‌شود")
ARRIVED = Said("به مرکز رسید", "circle-dot", hint="در انتظار پاسخ")
SET_ASIDE = Said(
    "ذخیره است، مرکز هنوز نپذیرفته", "triangle-alert", "attention", "به پشتیبانی بگویید؛ چیزی را پاک نکنید"
)
QUARANTINED = Said("مرکز برای بررسی نگه داشت", "triangle-alert", "attention", "به پشتیبانی بگویید")


def before_result(state: OutgoingState | None, receipt: ReceiptStatus | None, link: LinkState) -> Said:
    """An encounter to which the registry has not answered."""
    if receipt is ReceiptStatus.QUARANTINED:
        return QUARANTINED
    if state is None:
        return ARRIVED
    if state is OutgoingState.SET_ASIDE:
        return SET_ASIDE
    return SENDING if link is LinkState.ONLINE else SAVED_OFFLINE


def in_queue(number: int) -> str:
    return f"{to_persian_digits(number)} در صف"


def children(number: int) -> str:
    if number == 0:
        return "برخورد"
    return "کودک" if number == 1 else f"{to_persian_digits(number)} کودک"


def child_of(number: int, of: int) -> str:
    return "کودک" if of == 1 else f"کودک {to_persian_digits(number)} از {to_persian_digits(of)}"


def sex(value: Sex) -> str:
    return {Sex.GIRL: "دختر", Sex.BOY: "پسر", Sex.UNKNOWN: ""}[value]


def age(value: Age | None) -> str:
    if value is None:
        return ""
    if value.low == value.high:
        return to_persian_digits(f"{value.low} ساله")
    return to_persian_digits(f"{value.low} تا {value.high} سال")
