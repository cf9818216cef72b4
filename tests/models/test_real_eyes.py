"""On the research images, where they are: people never trained on are told apart."""

import csv
from pathlib import Path

import cv2
import numpy as np
import pytest

from matching import score_matrix
from models import CaptureRejected, IrisPipeline
from models.boundary.circles import disagreement
from models.training.data import is_held_out
from models.training.truth import circles_of

pytestmark = pytest.mark.real_eyes


def rows_of(folder: Path, people: int) -> list[dict[str, str]]:
    with (folder / "mmu1.csv").open(encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file) if is_held_out(r["subject"]) and r["eye"] == "left"]
    chosen = sorted({r["subject"] for r in rows})[:people]
    return [r for r in rows if r["subject"] in chosen]


def test_people_never_trained_on_are_told_apart(real_eyes: Path, pipeline: IrisPipeline) -> None:
    labels, templates, refused = [], [], 0
    for row in rows_of(real_eyes, 10):
        try:
            templates.append(pipeline.extract(cv2.imread(str(real_eyes / row["path"]), cv2.IMREAD_GRAYSCALE)))
            labels.append(row["subject"])
        except CaptureRejected:
            refused += 1
    scores = score_matrix(templates)
    same = np.array(labels)[:, None] == np.array(labels)[None, :]
    off = ~np.eye(len(labels), dtype=bool)
    assert refused <= 2
    assert np.nanmedian(scores[same & off]) < 0.2
    assert np.nanmean(scores[~same] > 0.34) > 0.995
    assert np.nanmean(scores[same & off] < 0.34) > 0.93


def test_circles_lie_where_the_hand_drawn_masks_end(real_eyes: Path, pipeline: IrisPipeline) -> None:
    gaps = []
    for row in rows_of(real_eyes, 6):
        image, mask = (cv2.imread(str(real_eyes / row[name]), cv2.IMREAD_GRAYSCALE) for name in ("path", "mask"))
        truth = circles_of(image, mask)
        assert truth is not None
        found = pipeline.extract_detailed(image, strict=False)
        gaps.append(min(disagreement(h.circles, truth) for h in found.hypotheses))
    assert np.median(gaps) < 0.05
    assert np.mean(np.array(gaps) < 0.12) > 0.85
