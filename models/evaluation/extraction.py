"""Templates of many pictures, several processes at once."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow
from matching.template import Eye, Template
from models import advice, pixel_shape, weights
from models.boundary.circles import Boundaries
from models.encoding import MODEL as ENCODER_FILE
from models.encoding import Encoder
from models.errors import CaptureRejected
from models.images import load_image
from models.pipeline import Choice, IrisPipeline, Parameters
from models.results import Extraction
from models.segmentation import MODEL as SEGMENTATION_FILE
from models.segmentation import Segmenter

MODELS = (SEGMENTATION_FILE, ENCODER_FILE)
SURE = 0.5
"""Confidence from which a pupil is measured."""

Change = Callable[[NDArray[np.uint8], str], NDArray[np.uint8]]
"""What spoils a picture (and may depend on its name): a function at a module's top level, so that workers find it."""


@dataclass(frozen=True, slots=True)
class Setting:
    """What makes the codes."""

    choice: Choice = "both"
    """Which boundary fits."""
    folder: Path = weights.FOLDER
    """The pinned models."""
    shapes: tuple[tuple[str, float], ...] = ()
    """Each device's pixel shape, where it is not square (`models.evaluation.sensors`)."""

    def check(self) -> None:
        """Before workers are started: one that cannot load its models only ends. Errors: NoWeights, WeightsDamaged."""
        for name in MODELS:
            weights.pinned(name, self.folder)

    def trained_on(self) -> frozenset[str]:
        """People whom what makes the codes has seen."""
        return frozenset().union(*(weights.trained_on(name, self.folder) for name in MODELS))

    def pins(self) -> dict[str, str]:
        """SHA-256 of every file in the folder's manifest, those that only advise included."""
        return weights.pins(self.folder)


SHIPPED = Setting()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What became of one picture. template: bytes, None where no code could be made, and then `refused` says why."""

    template: bytes | None
    refused: str | None = None
    findings: tuple[str, ...] = ()
    """Reasons for which strict capture would have asked for another picture."""
    advice: tuple[str, ...] = ()
    """What else may be odd (`models.advice`): another side, upside down, a print, a screen, a lens."""
    side: str | None = None
    """Which eye the picture looks like; None where that cannot be told."""
    origins: tuple[str, ...] = ()
    quality: float = 0.0
    confidence: float = 0.0
    valid_bits: int = 0
    iris_radius: float = 0.0
    pupil_ratio: float = 0.0
    pupil_shape: float | None = None
    """Its width over its height; None where it cannot be told or the circles are doubted."""
    factors: tuple[tuple[str, float], ...] = ()
    """Measures after ISO/IEC 29794-6 (`models.factors`), by name."""
    dice: float | None = None
    """Overlap of visible iris with the manifest's mask, 0..1."""
    circles: tuple[tuple[float, ...], ...] = ()
    """For each hypothesis: pupil x, y, r, iris x, y, r in pixels of the picture; r to the sides."""
    tall: float = 1.0
    """Their height over their width."""
    milliseconds: tuple[tuple[str, float], ...] = ()

    @property
    def total_ms(self) -> float:
        return sum(value for _, value in self.milliseconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A picture, and what is done to it before it is coded."""

    row: ManifestRow
    change: Change | None = None


def extract_all(
    rows: Sequence[ManifestRow],
    *,
    setting: Setting = SHIPPED,
    workers: int | None = None,
    done: Callable[[Record], None] = lambda _: None,
    change: Change | None = None,
) -> list[Record]:
    """A record for each row, in order; nothing is refused for its quality. `done` is told each, in order."""
    tasks = [Task(row=row, change=change) for row in rows]
    count = workers or len(os.sched_getaffinity(0))
    if count == 1 or len(rows) < 8:
        _load(setting)
        return [_told(_extract(task), done) for task in tasks]
    # spawned: a forked process would share the locks of ONNX Runtime's threads
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(count, mp_context=context, initializer=_load, initargs=(setting,)) as pool:
        return [_told(record, done) for record in pool.map(_extract, tasks, chunksize=4)]


def device_of(row: ManifestRow) -> str:
    """As the manifest has it, or where it has none by the pictures' size: sensors in one list mostly differ in it."""
    return row.more.get("device") or _size(row.path)


@lru_cache(maxsize=1 << 16)
def _size(path: Path) -> str:
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    return "" if picture is None else f"{picture.shape[1]} x {picture.shape[0]}"


def _told(record: Record, done: Callable[[Record], None]) -> Record:
    done(record)
    return record


_pipelines: dict[str, IrisPipeline] = {}
"""This process's pipelines by device, "" for all others: a pool hands its workers nothing else to keep."""


def _load(setting: Setting) -> None:
    # OpenCV's own threads would fight with the other processes
    cv2.setNumThreads(1)
    segmenter, encoder = Segmenter(folder=setting.folder), Encoder(folder=setting.folder)
    _pipelines.clear()
    for device, shape in (("", 1.0), *setting.shapes):
        parameters = Parameters(hypotheses=setting.choice, pixel_shape=shape)
        _pipelines[device] = IrisPipeline(segmenter, encoder, parameters)


def _extract(task: Task) -> Record:
    row = task.row
    try:
        picture = load_image(row.path)
        if task.change is not None:
            picture = task.change(picture, row.name)
        pipeline = _pipelines.get(device_of(row), _pipelines[""])
        found = pipeline.extract_detailed(picture, row.eye, strict=False)
        record = _record(picture, found, row if task.change is None else None, row.eye)
        # only of the picture as it came is anything asked but codes
        return record if task.change is not None else _advised(record, picture, found, row.eye)
    except CaptureRejected as refused:
        return Record(template=None, refused=refused.reason)
    except FileNotFoundError:  # the manifest was checked, so it went away since
        return Record(template=None, refused="unreadable")


def _advised(record: Record, picture: NDArray[np.uint8], found: Extraction, eye: Eye) -> Record:
    bearing, suspicion = advice.examined(picture, found)
    return dataclasses.replace(record, advice=advice.told(bearing, suspicion, eye), side=bearing.eye)


def _record(picture: NDArray[np.uint8], found: Extraction, row: ManifestRow | None, eye: Eye) -> Record:
    """row: whose mask is compared; None for a changed picture, which no mask fits."""
    # every code lies under one eye, so that any two pictures can be compared whatever their side
    template = Template(left=found.template.eye(eye), encoder=found.template.encoder)
    return Record(
        template=template.to_bytes(),
        findings=found.findings,
        origins=tuple(h.origin for h in found.hypotheses),
        quality=round(found.quality.overall, 4),
        confidence=round(found.confidence, 4),
        valid_bits=found.hypotheses[0].code.valid_bits,
        iris_radius=round(found.quality.iris_radius, 1),
        pupil_ratio=round(found.quality.pupil_ratio, 3),
        pupil_shape=_pupil_shape(picture, found),
        factors=tuple((name, round(float(v), 4)) for name, v in dataclasses.asdict(found.quality.measured).items()),
        dice=None if row is None else _overlap(found, row),
        circles=tuple(_circles(h.circles) for h in found.hypotheses),
        tall=round(found.hypotheses[0].circles.iris.tall, 4),
        milliseconds=tuple((name, round(value, 2)) for name, value in found.milliseconds.items()),
    )


def _pupil_shape(picture: NDArray[np.uint8], found: Extraction) -> float | None:
    return pixel_shape.of_pupil(picture, found.hypotheses[0].circles.pupil) if found.confidence > SURE else None


def _circles(boundaries: Boundaries) -> tuple[float, ...]:
    values = (c for circle in (boundaries.pupil, boundaries.iris) for c in (circle.x, circle.y, circle.r))
    return tuple(round(value, 1) for value in values)


def _overlap(found: Extraction, row: ManifestRow) -> float | None:
    mask = row.more.get("mask")
    if mask is None:
        return None
    truth = cv2.imread(str(row.folder / mask), cv2.IMREAD_GRAYSCALE)
    best = found.hypotheses[0]
    if truth is None or truth.shape != best.visible.shape:
        return None
    between = best.circles.iris.disc(truth.shape) & ~best.circles.pupil.disc(truth.shape)
    return _dice((best.visible > 127) & between, truth > 127)


def _dice(one: NDArray[np.bool_], other: NDArray[np.bool_]) -> float:
    return round(float(2 * (one & other).sum() / max(one.sum() + other.sum(), 1)), 4)
