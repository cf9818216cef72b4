"""Compile the kernels at install: `python -m matching.warm_up`.

numba keeps the machine code beside the package (or under NUMBA_CACHE_DIR), for this processor; later processes
only load it.
"""

from matching.kernels.compiled import THREADING_LAYER
from matching.machine import instruction_set
from matching.ready import warm_up

if __name__ == "__main__":
    warm_up()
    print(f"matching kernels ready for {instruction_set()}, threads by {THREADING_LAYER}")  # noqa: T201
