"""Every picture against every picture."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from matching import Template, score_matrix
from models.evaluation.extraction import Record

SAYS_NOTHING = np.float32(0.5)
"""The score of two codes that share too few bits to compare: half of the bits differ, as between strangers."""


def all_scores(records: Sequence[Record]) -> NDArray[np.float32]:
    """Dissimilarities, float32 (n, n), symmetric. NaN only in the rows and columns of pictures without a code."""
    scores = np.full((len(records), len(records)), np.nan, np.float32)
    have = np.array([k for k, record in enumerate(records) if record.template is not None], dtype=np.intp)
    if len(have):
        templates = [Template.from_bytes(r.template) for r in records if r.template is not None]
        found = score_matrix(templates)
        scores[np.ix_(have, have)] = np.where(np.isnan(found), SAYS_NOTHING, found)
    return scores
