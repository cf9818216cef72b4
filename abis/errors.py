"""What can go wrong: `Refused` answers one request, the others keep the service from starting."""

from pathlib import Path

from abis.codes import Failure


class AbisError(Exception):
    """The root of this package's errors."""


class Refused(AbisError):
    """A request that gets `returnValue` 2. `failure` goes to the caller, `detail` to the log only."""

    def __init__(self, failure: Failure, detail: str) -> None:
        super().__init__(f"failure {failure.value} ({failure.name.lower()}): {detail}")
        self.failure, self.detail = failure, detail


class HomeUnusable(AbisError):
    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(f"The folder {path} (PANAH_ABIS_HOME) cannot be used: {cause}.")
        self.path, self.cause = path, cause


class HomeNotOurs(AbisError):
    """The folder holds something else, perhaps a registry: nothing in it was read or changed."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The folder {path} (PANAH_ABIS_HOME) holds something else than an ABIS gallery. "
            "An ABIS never works on another program's folder, a registry's above all; give it an empty one."
        )
        self.path = path


class HomeInUse(AbisError):
    def __init__(self, path: Path) -> None:
        super().__init__(f"Another process serves the gallery in {path}; end it first, or use another folder.")
        self.path = path


class StoreDamaged(AbisError):
    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(f"The gallery {path} cannot be read ({cause}). Restore it and its key from the backup.")
        self.path, self.cause = path, cause


class KeyFileDamaged(AbisError):
    def __init__(self, path: Path) -> None:
        super().__init__(
            f"The key file {path} is missing or damaged. Restore it from the backup: "
            "what it sealed cannot be opened with another key."
        )
        self.path = path


class EncoderChanged(AbisError):
    """Stored templates of another encoder than this program's: they could never be found again."""

    def __init__(self, stored: str, current: str) -> None:
        super().__init__(
            f"The gallery holds templates of the encoder '{stored}', this program makes '{current}'. "
            "Serve it with the program that made it, or start an empty gallery and insert the references again."
        )
        self.stored, self.current = stored, current


class NotCalibrated(AbisError):
    """Without error rates for this encoder no targetFPIR can be kept."""

    def __init__(self, calibrated: str, current: str) -> None:
        super().__init__(
            f"The calibration is for the encoder '{calibrated}', this program makes '{current}'; "
            "make one with `panah match calibrate` and name it in PANAH_ABIS_CALIBRATION."
        )
        self.calibrated, self.current = calibrated, current


class ShareKeyUnusable(AbisError):
    def __init__(self, path: Path, cause: str) -> None:
        super().__init__(f"The data share key {path} (PANAH_ABIS_SHARE_KEY) cannot be used: {cause}.")
        self.path, self.cause = path, cause


class TokenNeeded(AbisError):
    def __init__(self, host: str) -> None:
        super().__init__(
            f"To listen on {host}, where other machines can ask, set PANAH_ABIS_TOKEN; "
            "without it only 127.0.0.1 is allowed."
        )
        self.host = host


class PortTaken(AbisError):
    def __init__(self, port: int, host: str, cause: str) -> None:
        super().__init__(f"Port {port} on {host} cannot be listened on: {cause}. Choose another port.")
        self.port, self.host, self.cause = port, host, cause
