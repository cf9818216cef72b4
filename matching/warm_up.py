"""Compile the kernels before the first child waits for them: `python -m matching.warm_up`, run at install.

numba keeps the machine code beside the package (or under NUMBA_CACHE_DIR), for this processor; later processes
only load it.
"""

import time

import numpy as np

from matching.comparison import compare
from matching.gallery import Gallery
from matching.kernels.compiled import THREADING_LAYER
from matching.template import WORDS, EyeCode, Template


def warm_up() -> float:
    """Run every kernel once; the seconds it took."""
    started = time.perf_counter()
    words = np.arange(WORDS, dtype=np.uint64)
    template = Template((EyeCode(words, ~words),), (EyeCode(~words, ~words),))
    gallery = Gallery()
    for number in range(200):
        gallery.add(number, template)
    gallery.identify(template)
    compare(template, template)
    return time.perf_counter() - started


if __name__ == "__main__":
    print(f"matching kernels ready in {warm_up():.1f} s ({THREADING_LAYER})")  # noqa: T201
