"""numba's threading layer: tbb or OpenMP, never workqueue, which ends the process under concurrent searches."""

import contextlib
import ctypes
import sys
from pathlib import Path

import numba

from matching.errors import ThreadingLayerMissing

_SAFE = ("tbb", "omp")


def require_safe_threading() -> str:
    """Start numba's threads on a safe layer and return its name. Errors: ThreadingLayerMissing.

    pip puts libtbb under the environment's lib folder, where the dynamic linker does not look; loading it by
    path first lets numba find it.
    """
    with contextlib.suppress(OSError):
        ctypes.CDLL(str(Path(sys.prefix) / "lib" / "libtbb.so.12"), mode=ctypes.RTLD_GLOBAL)
    asked = str(numba.config.THREADING_LAYER)
    if asked == "default":
        numba.config.THREADING_LAYER = "threadsafe"
    elif asked not in (*_SAFE, "threadsafe", "safe"):
        raise ThreadingLayerMissing(asked)
    try:
        numba.get_num_threads()
        found = str(numba.threading_layer())
    except ValueError as error:
        raise ThreadingLayerMissing("absent") from error
    if found not in _SAFE:
        raise ThreadingLayerMissing(found)
    return found
