"""What can go wrong while the demo puts the house together."""

from pathlib import Path


class DemoError(Exception):
    """The root of this package's errors."""


def _last_words(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines() if log.exists() else []
    return "\n".join(lines[-15:])


class RegistryDidNotStart(DemoError):
    def __init__(self, log: Path) -> None:
        self.last_words = _last_words(log)
        super().__init__(f"The registry did not start. Its last words:\n{self.last_words}")


class ChildEnded(DemoError):
    def __init__(self, name: str, log: Path) -> None:
        self.name, self.last_words = name, _last_words(log)
        super().__init__(f"{name} ended before its shift was over. Its last words:\n{self.last_words}")


class NotDelivered(DemoError):
    def __init__(self, waiting: int, seconds: float) -> None:
        self.waiting, self.seconds = waiting, seconds
        super().__init__(f"{waiting} captures have no outcome after {seconds:.0f} s; look at the registry's log.")
