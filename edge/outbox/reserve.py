"""Disk space laid aside for the capture that is being made when the disk runs full."""

import errno
import os
from pathlib import Path


class Reserve:
    """A file of real blocks. Spending it frees them, so that one more commit (twelve children at most) fits.

    `size` bytes; a sealed capture is at most 64 KiB and SQLite writes it twice (log, then database), so one
    mebibyte is room for several.
    """

    def __init__(self, path: Path, size: int) -> None:
        self.path, self.size = path, size

    def lay_aside(self) -> bool:
        """Make the reserve whole; False when the disk has no room for it."""
        handle = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            if os.fstat(handle).st_blocks * 512 < self.size:
                os.posix_fallocate(handle, 0, self.size)
        except OSError as exc:
            if exc.errno not in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
                raise
            os.ftruncate(handle, 0)
            return False
        finally:
            os.close(handle)
        return True

    def spend(self) -> None:
        with self.path.open("r+b") as file:
            file.truncate(0)
            os.fsync(file.fileno())
