"""What the sensors' pixels look like, learned from some pictures of each before all are read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

from devices.manifest import ManifestRow
from models import pixel_shape
from models.evaluation.extraction import Setting, device_of, extract_all

PICTURES = 80
"""Of a device; more would tell no more."""


def with_shapes(
    rows: Sequence[ManifestRow],
    setting: Setting,
    *,
    workers: int | None,
    step: Callable[[str, int], Callable[[int], None]] = lambda _name, _total: lambda _done: None,
) -> Setting:
    """The setting with each device's pixel shape, where it is not square."""
    shapes = shapes_of(rows, setting, workers=workers, step=step)
    return replace(setting, shapes=tuple((device, shape) for device, shape in sorted(shapes.items()) if shape != 1))


def shapes_of(
    rows: Sequence[ManifestRow],
    setting: Setting,
    *,
    workers: int | None,
    step: Callable[[str, int], Callable[[int], None]] = lambda _name, _total: lambda _done: None,
) -> dict[str, float]:
    """Each device's pixel shape, 1 where it is square or unsure.

    Always of the same pictures, so that a stopped evaluation goes on with the same shapes.
    """
    # of fewer pictures nothing would be learned, and a list of many sizes would be read twice
    count = Counter(device_of(row) for row in rows)
    told = sorted(device for device, pictures in count.items() if pictures >= pixel_shape.Parameters().pictures)
    chosen = [row for device in told for row in _some(rows, device)]
    done = step("Sensors", len(chosen))
    records = extract_all(chosen, setting=replace(setting, shapes=()), workers=workers, done=lambda _: done(1))
    pupils: dict[str, list[float | None]] = {}
    for row, record in zip(chosen, records, strict=True):
        pupils.setdefault(device_of(row), []).append(record.pupil_shape)
    return dict.fromkeys(count, 1.0) | {device: pixel_shape.of_sensor(found) for device, found in pupils.items()}


def _some(rows: Sequence[ManifestRow], device: str) -> Sequence[ManifestRow]:
    own = [row for row in rows if device_of(row) == device]
    return own[:: max(1, len(own) // PICTURES)][:PICTURES]
