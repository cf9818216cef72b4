"""What scores mean: error rates for an encoder, measured and kept in a file."""

from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from matching.calibration.models import Calibration, GenuineModel, ImpostorModel, Kind, Miss
from matching.errors import CalibrationInvalid

__all__ = ["Calibration", "GenuineModel", "ImpostorModel", "Kind", "Miss", "default_calibration", "load_calibration"]


def load_calibration(path: Path) -> Calibration:
    """Errors: CalibrationInvalid, with the first field that is wrong; FileNotFoundError."""
    return _parse(path.read_bytes(), str(path))


def default_calibration() -> Calibration:
    """The calibration that comes with this package."""
    file = resources.files("matching.calibration").joinpath("default.json")
    return _parse(file.read_bytes(), "the default calibration")


def _parse(data: bytes, name: str) -> Calibration:
    try:
        return Calibration.model_validate_json(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise CalibrationInvalid(f"{name} is no calibration: {where}: {first['msg']}") from error
