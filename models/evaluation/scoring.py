"""Every picture against every picture, turned as far as a search turns them before it calls a child new."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from matching import Template
from matching.comparison import pair_scores
from matching.rotations import WIDE
from models.evaluation.extraction import Record

SAYS_NOTHING = np.float32(0.5)
"""The score of two codes that share too few bits to compare: half of the bits differ, as between strangers."""
BLOCK = 256
"""Pictures a block: progress can be shown, and packing the other side's codes again costs little beside scoring."""


def all_scores(records: Sequence[Record], *, done: Callable[[int], None] = lambda _: None) -> NDArray[np.float32]:
    """Dissimilarities, float32 (n, n), symmetric. NaN only in the rows and columns of pictures without a code.

    Scores do not depend on which of two templates is the probe, so only half of the pairs are computed. `done` is
    told how many pictures are settled.
    """
    scores = np.full((len(records), len(records)), np.nan, np.float32)
    have, templates = coded(records)
    done(len(records) - len(have))
    for start in range(0, len(have), BLOCK):
        block = slice(start, start + BLOCK)
        found = _scored(templates[block], templates[start:])
        scores[np.ix_(have[block], have[start:])] = found
        scores[np.ix_(have[start:], have[block])] = found.T
        done(len(templates[block]))
    return scores


def cross_scores(
    probes: Sequence[Record], others: Sequence[Record], *, done: Callable[[int], None] = lambda _: None
) -> NDArray[np.float32]:
    """Probes against others, float32 (len(probes), len(others)); NaN where either has no code."""
    scores = np.full((len(probes), len(others)), np.nan, np.float32)
    (rows, templates), (columns, against) = coded(probes), coded(others)
    done(len(probes) - len(rows))
    for start in range(0, len(rows), BLOCK):
        block = slice(start, start + BLOCK)
        if against:
            scores[np.ix_(rows[block], columns)] = _scored(templates[block], against)
        done(len(templates[block]))
    return scores


def coded(records: Sequence[Record]) -> tuple[NDArray[np.intp], list[Template]]:
    """Which records have a template, and the templates."""
    have = np.array([k for k, record in enumerate(records) if record.template is not None], dtype=np.intp)
    return have, [Template.from_bytes(r.template) for r in records if r.template is not None]


def _scored(probes: Sequence[Template], others: Sequence[Template]) -> NDArray[np.float32]:
    return filled(pair_scores(probes, others, rotations=WIDE).fused.astype(np.float32))


def filled(found: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.where(np.isnan(found), SAYS_NOTHING, found)
