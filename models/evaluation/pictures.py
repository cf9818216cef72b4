"""Small pictures with the fitted boundaries drawn, as data inside the page. They show people's eyes: the page that
holds them belongs in the agency's own folder and nowhere else."""

from __future__ import annotations

import base64

import cv2
import numpy as np
from markupsafe import Markup
from numpy.typing import NDArray

from devices.manifest import ManifestRow
from models.errors import CaptureRejected
from models.evaluation.extraction import Record
from models.images import load_image

WIDTH = 220
_TEAL, _SAFFRON = (148, 130, 20), (40, 150, 224)
"""Blue, green, red: the preferred boundaries, the other hypotheses."""


def small(row: ManifestRow, record: Record) -> Markup:
    """An <img> of WIDTH pixels; a sentence where the file cannot be shown."""
    try:
        picture = load_image(row.path)
    except (CaptureRejected, FileNotFoundError):
        return Markup('<span class="soft">no picture</span>')
    drawn = _drawn(picture, record.circles, record.tall)
    sound, data = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, 80])
    if not sound:
        return Markup('<span class="soft">no picture</span>')
    text = base64.b64encode(data.tobytes()).decode()
    height, width = drawn.shape[:2]
    return Markup('<img width="{}" height="{}" alt="{}" src="data:image/jpeg;base64,{}">').format(
        width, height, row.name, text
    )


def _drawn(picture: NDArray[np.uint8], circles: tuple[tuple[float, ...], ...], tall: float) -> NDArray[np.uint8]:
    factor = WIDTH / picture.shape[1]
    size = (WIDTH, max(1, round(picture.shape[0] * factor)))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR)
    canvas = cv2.cvtColor(small, cv2.COLOR_GRAY2BGR)
    # the preferred boundaries are drawn last, so that they lie on top
    for k in range(len(circles) - 1, -1, -1):
        for x, y, r in (circles[k][:3], circles[k][3:]):
            centre = (round(16 * ((x + 0.5) * factor - 0.5)), round(16 * ((y + 0.5) * factor - 0.5)))
            colour = _SAFFRON if k else _TEAL
            axes = (max(round(16 * r * factor), 16), max(round(16 * r * tall * factor), 16))
            cv2.ellipse(canvas, centre, axes, 0, 0, 360, colour, 1, cv2.LINE_AA, shift=4)
    return np.asarray(canvas, dtype=np.uint8)
