"""Two eyes, two frames enrolled, the others searched for: on simulated codes, where the truth is known."""

import dataclasses

import numpy as np

from matching import Template
from matching.template import BITS_PER_COLUMN, COLUMNS, EyeCode
from models.evaluation import two_eyes
from models.evaluation.extraction import Record
from tests.models.evaluation.labelled import rows_of

PEOPLE, FRAMES = 24, 5


def _records(rows, rng: np.random.Generator) -> list[Record]:
    """Each eye's bits, a tenth of them flipped in each frame."""
    eyes: dict[tuple[str, str], np.ndarray] = {}
    records = []
    for row in rows:
        bits = eyes.setdefault((row.subject, row.eye), rng.random((COLUMNS, BITS_PER_COLUMN)) < 0.5)
        code = EyeCode.from_bits(bits ^ (rng.random(bits.shape) < 0.1), rng.random(bits.shape) < 0.8)
        records.append(Record(template=Template(left=(code,)).to_bytes()))
    return records


def test_everybody_is_found_again_from_clean_codes(rng: np.random.Generator) -> None:
    rows = rows_of(PEOPLE, FRAMES)
    found = two_eyes.figures(rows, _records(rows, rng))
    assert [f.how for f in found] == ["joined", "fused"]
    for figure in found:
        assert (figure.searches, figure.missed) == (PEOPLE * (FRAMES - 2), 0)
        assert (figure.every_search, figure.every_missed) == (PEOPLE * 3 * 10, 0)
        assert figure.threshold is not None
        assert figure.genuine_median < figure.threshold < figure.closest_stranger


def test_fusing_two_frames_brings_an_eye_nearer_to_itself(rng: np.random.Generator) -> None:
    rows = rows_of(PEOPLE, FRAMES)
    together, apart = two_eyes.figures(rows, _records(rows, rng))[::-1]
    assert together.genuine_median < apart.genuine_median


def test_a_frame_without_any_code_is_a_missed_search(rng: np.random.Generator) -> None:
    rows = rows_of(PEOPLE, FRAMES)
    records = _records(rows, rng)
    for k, row in enumerate(rows):
        if row.subject == "p000" and row.name.endswith("_4.png"):
            records[k] = dataclasses.replace(records[k], template=None, refused="no_eye")
    figure = two_eyes.figures(rows, records)[0]
    assert figure.missed_names == ("p000 frame 5",)


def test_people_with_one_eye_or_two_frames_take_no_part(rng: np.random.Generator) -> None:
    rows = rows_of(PEOPLE, FRAMES, eyes=("left",)) + rows_of(PEOPLE, 2, eyes=("right",))
    assert two_eyes.figures(rows, _records(rows, rng)) == []
