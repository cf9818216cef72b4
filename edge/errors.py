"""What stops the tablet's program from starting, beyond what its packages say themselves."""

from pathlib import Path


class EdgeError(Exception):
    """The root of this package's errors."""


class ConfigInvalid(EdgeError, ValueError):
    """`problems` names each key and what is wrong with it."""

    def __init__(self, path: Path, problems: tuple[str, ...]) -> None:
        super().__init__(f"The tablet's settings {path} cannot be used: {'; '.join(problems)}.")
        self.path, self.problems = path, problems


class ConfigMissing(EdgeError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"There are no settings at {path}; `panah device provision` writes them for a tablet.")
        self.path = path


class PortTaken(EdgeError):
    def __init__(self, port: int) -> None:
        super().__init__(
            f"Port {port} is in use, so the kiosk page cannot be shown. End the other program, or set kiosk_port."
        )
        self.port = port
