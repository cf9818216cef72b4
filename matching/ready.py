"""Run every kernel once, so that no child waits for it."""

import time

import numpy as np

from matching.comparison import compare
from matching.gallery import Gallery
from matching.template import WORDS, EyeCode, Template


def warm_up() -> float:
    """Run every kernel once, threads and all; the seconds it took. What was not compiled yet was by the import."""
    started = time.perf_counter()
    words = np.arange(WORDS, dtype=np.uint64)
    template = Template((EyeCode(words, ~words),), (EyeCode(~words, ~words),))
    gallery = Gallery()
    for number in range(200):
        gallery.add(number, template)
    gallery.identify(template)
    compare(template, template)
    return time.perf_counter() - started
