"""Fault points: named places where a test may end the process, to prove that nothing is lost there."""

from typing import Protocol


class FaultPoint(Protocol):
    def __call__(self, name: str, /) -> None:
        """Called on passing the place `name` ("outbox.committed"); a test's version may raise."""
        ...


def no_faults(_name: str, /) -> None:
    """In service nothing happens at a fault point."""
