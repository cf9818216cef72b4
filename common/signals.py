"""The signals that end a program, taken in so that its own way out is the only one."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def ends_quietly() -> Iterator[None]:
    """SIGTERM and SIGINT kill nothing here and raise nothing; for the main thread."""
    before = {number: signal.signal(number, lambda *_: None) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
