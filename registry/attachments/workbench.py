"""Has a file opened elsewhere, and takes only what came back whole."""

import json
import subprocess
import sys
import threading
from dataclasses import dataclass

from registry.attachments.media import Media, Refusal
from registry.errors import RuleForbids

AT_ONCE = 2
"""Each may take a gibibyte while it looks."""
PATIENCE_S = 40
_slots = threading.BoundedSemaphore(AT_ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    media: Media
    file: bytes
    preview: bytes
    pages: int | None
    width: int | None
    height: int | None


def look_at(data: bytes, media: Media) -> Looked:
    """Errors: RuleForbids, with what is wrong with the file."""
    with _slots:
        try:
            done = subprocess.run(
                [sys.executable, "-I", "-m", "registry.attachments.looking", media], input=data, capture_output=True,
                timeout=PATIENCE_S, check=True, env={},
            )  # fmt: skip
        except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as exc:
            raise RuleForbids(f"attachments.{Refusal.CANNOT_BE_OPENED}") from exc
    head, _, body = done.stdout.partition(b"\n")
    answer = json.loads(head)
    if "refused" in answer:
        raise RuleForbids(f"attachments.{Refusal(answer['refused'])}")
    size = answer["file"]
    return Looked(
        media=media, file=body[:size], preview=body[size : size + answer["preview"]], pages=answer["pages"],
        width=answer["width"], height=answer["height"],
    )  # fmt: skip
