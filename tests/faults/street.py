"""A van's tablet as a process that a test may kill: it saves reports from a folder, one after the other.

    python -m tests.faults.street CONFIG FOLDER

FOLDER has `*.cbor`, one report a file. "saved NAME" on stdout is what the screen would say. It stays until its
standard input ends.
"""

import random
import sys
import time
from pathlib import Path
from typing import NoReturn
from uuid import uuid4

from common.time import SystemClock
from edge.bootstrap import Outside, Tablet
from edge.config import read_config
from edge.link.models import LinkSettings
from edge.messages.content import from_cbor
from edge.messages.models import CaptureReport
from edge.outbox.backoff import Retry
from edge.outbox.errors import CaptureAlreadySaved

PAUSE_S = 0.1


def _nothing_to_scan() -> NoReturn:
    raise AssertionError("reports are made beforehand here")


def open_tablet(config: Path) -> Tablet:
    outside = Outside(
        clock=SystemClock(), monotonic=time.monotonic, uniform=random.Random().uniform, new_id=uuid4,
        open_scanner=_nothing_to_scan, load_extractor=_nothing_to_scan,
        retry=Retry(first_s=1.0, cap_s=1.0, tries=1000), link=LinkSettings(reconnect_base=1.05),
    )  # fmt: skip
    return Tablet(read_config(config), outside)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main(config: Path, folder: Path) -> None:
    tablet = open_tablet(config)
    tablet.start()
    for file in sorted(folder.glob("*.cbor")):
        try:
            tablet.outbox.save(from_cbor(file.read_bytes(), CaptureReport))
        except CaptureAlreadySaved:
            continue  # in the life before; it may have died before it could say so
        tablet.link.kick()
        _say(f"saved {file.stem}")
        time.sleep(PAUSE_S)
    _say("all saved")
    sys.stdin.read()
    tablet.stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
