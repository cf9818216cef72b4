"""What a device hands over: frames, and the facts of the device that made them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Eye = Literal["left", "right"]
"""Always the child's own left or right."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceProfile:
    """Facts of one model of scanner that change how its pixels are read."""

    name: str
    wavelength_nm: int
    pixels_per_mm: float
    """At the middle of the distance range."""
    distance_mm: tuple[int, int]
    mirrored: bool = False
    """The image is flipped left to right, as a mirror shows it."""
    rotation: Literal[0, 90, 180, 270] = 0
    """Degrees clockwise by which the image must be turned to stand upright."""
    pixel_shape: float = 1.0
    """Width over height of what is round, as the sensor shows it; 1 where its pixels are square."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Frame:
    """One near-infrared picture of one eye.

    image: uint8, (height, width), read-only. `monotonic` orders frames of one scanner (seconds); `utc` is
    the tablet's clock and may be wrong.
    """

    image: NDArray[np.uint8]
    eye: Eye | None
    """The eye the scanner says it looked at; None if it cannot tell."""
    monotonic: float
    utc: datetime
    device_serial: str
    profile: DeviceProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class Fix:
    """One position from the satellite receiver. Degrees (WGS 84), metres, UTC."""

    latitude: float
    longitude: float
    accuracy_m: float | None
    utc: datetime
    monotonic: float
