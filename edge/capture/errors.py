"""Why a capture cannot go on. `persian` is the sentence on the screen; the English one is for logs and support."""

from devices.errors import DeviceError, ScannerSilent, ScannerUnplugged


class CaptureError(Exception):
    """The root of this package's errors."""

    def __init__(self, english: str, persian: str) -> None:
        super().__init__(english)
        self.persian = persian


class AssentMissing(CaptureError):
    """The camera stays dark until the child's assent is recorded."""

    def __init__(self, slot: int) -> None:
        super().__init__(
            f"Child {slot} has not given assent; record it before the scanner is used.",
            "رضایت کودک ثبت نشده است؛ تا ثبت آن، دوربین خاموش می‌ماند.",
        )
        self.slot = slot


class TooYoung(CaptureError):
    def __init__(self, slot: int, least_age: int) -> None:
        super().__init__(
            f"Child {slot} is under {least_age}; no iris is taken. Go on without it.",
            "از کودک زیر ۵ سال عنبیه گرفته نمی‌شود؛ «ادامه بدون عنبیه» را بزنید.",
        )
        self.slot, self.least_age = slot, least_age


class TriesUsedUp(CaptureError):
    def __init__(self, slot: int, tries: int) -> None:
        super().__init__(
            f"The {tries} tries with child {slot} are used up. Go on without iris; the child may be met again.",
            "دیگر از این کودک نگیرید؛ «ادامه بدون عنبیه» را بزنید. برخورد بی‌عنبیه هم کامل است.",
        )
        self.slot, self.tries = slot, tries


class NoSuchSlot(CaptureError):
    def __init__(self, slot: int) -> None:
        super().__init__(
            f"There is no child {slot} in this encounter; add the child first.", "این کودک در برخورد نیست."
        )
        self.slot = slot


class TooManyChildren(CaptureError):
    def __init__(self, limit: int) -> None:
        super().__init__(
            f"An encounter holds {limit} children; finish it and begin another.",
            "در یک برخورد جای کودک دیگری نیست؛ این را ذخیره و برخورد تازه‌ای باز کنید.",
        )
        self.limit = limit


class EncounterFinished(CaptureError):
    def __init__(self) -> None:
        super().__init__("This encounter is saved; begin another.", "این برخورد ذخیره شده است؛ برخورد تازه‌ای باز کنید.")


class ScannerLost(CaptureError):
    """The scanner failed. What was captured before stays in the encounter; the failed try is not counted."""

    def __init__(self, cause: DeviceError) -> None:
        super().__init__(str(cause), _persian(cause))
        self.cause = cause


def _persian(cause: DeviceError) -> str:
    if isinstance(cause, ScannerUnplugged):
        return "اسکنر جدا شد؛ دوباره وصلش کنید. آنچه گرفته‌اید سر جایش است."
    if isinstance(cause, ScannerSilent):
        return "از اسکنر تصویری نمی‌رسد؛ کابلش را بکشید و دوباره وصل کنید."
    return "اسکنر کار نمی‌کند؛ کابلش را ببینید. بی‌عنبیه هم می‌توانید ادامه دهید."
