"""What can go wrong between a capture and the disk. `persian` is the same sentence for the kiosk."""

from pathlib import Path
from typing import ClassVar
from uuid import UUID


class OutboxError(Exception):
    """The root of this package's errors."""

    persian: ClassVar[str] = "ذخیره نشد."


class DiskFull(OutboxError):
    """There is no room, neither on the disk nor in the reserve. Nothing of the capture was kept."""

    persian = "حافظهٔ تبلت پر است؛ این برخورد ذخیره نشد. تا وصل شدن شبکه و فرستاده شدن صف، برخورد تازه ثبت نکنید."

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The disk that holds {path} is full: the encounter was NOT saved. Connect to the network so that the "
            "queue is sent, or free space, then save again."
        )
        self.path = path


class SpaceLow(OutboxError):
    """The last capture was saved from the reserve, which could not be laid aside again: begin no encounter."""

    persian = "حافظهٔ تبلت پر است. برخوردهای پیشین ذخیره‌اند؛ پیش از برخورد تازه، تبلت را به شبکه وصل کنید."

    def __init__(self, path: Path, needed: int) -> None:
        super().__init__(
            f"The disk that holds {path} has no room for the reserve of {needed} bytes. Earlier encounters are saved; "
            "connect to the network or free space before a new one begins."
        )
        self.path, self.needed = path, needed


class CaptureAlreadySaved(OutboxError):
    persian = "این برخورد پیش‌تر ذخیره شده است."

    def __init__(self, capture_id: UUID) -> None:
        super().__init__(f"The encounter {capture_id} is saved already; nothing was changed.")
        self.capture_id = capture_id


class OutboxUnreadable(OutboxError):
    """The file is damaged, of another version, or not ours. It is never deleted or overwritten."""

    persian = "صف برخوردها خوانده نمی‌شود؛ با پشتیبانی تماس بگیرید و چیزی را پاک نکنید."

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(
            f"The outbox {path} cannot be read ({reason}). Keep the file, it may hold captures; move it away and "
            "start again, and hand it to support."
        )
        self.path, self.reason = path, reason
