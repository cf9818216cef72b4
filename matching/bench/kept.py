"""How long it takes to keep a gallery on disk, sealed, and to begin with it again."""

import gc
import shutil
import time
from pathlib import Path

from matching.engine import LocalEngine
from matching.memory import gallery_bytes

_KEY = bytes(32)


def saving_s(engine: LocalEngine, path: Path) -> float | None:
    """None where the disk has no room for it."""
    if shutil.disk_usage(path.parent).free < gallery_bytes(engine.size, engine.codes_per_eye or 1.0):
        return None
    started = time.perf_counter()
    engine.save(path, key=_KEY)
    return time.perf_counter() - started


def loading_s(path: Path) -> float:
    """The lesser of two: memory that nobody had before costs a virtual machine seconds a million, once."""
    gc.collect()
    return min(_loading_s(path) for _ in range(2))


def _loading_s(path: Path) -> float:
    started = time.perf_counter()
    LocalEngine.load(path, key=_KEY)
    return time.perf_counter() - started
