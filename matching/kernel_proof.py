"""The compiled kernel held against the plain one on codes that were not made for it: those of real eyes."""

from collections.abc import Sequence

import numpy as np

from matching.errors import KernelsDiffer
from matching.kernels import compiled, reference
from matching.rotations import USUAL, packed, rotated
from matching.scoring import DEFAULT_NORMALISATION, score_table
from matching.search import Scan
from matching.template import Template

_ROUNDING = 1e-12


def demand_equal(templates: Sequence[Template], *, scan: Scan = compiled.scan) -> int:
    """Each code against all others, at all rotations; how many pairs that were. Errors: KernelsDiffer."""
    rows = np.concatenate([packed((*one.left, *one.right)) for one in templates])
    table, floor = score_table(DEFAULT_NORMALISATION), DEFAULT_NORMALISATION.floor
    codes = [code for one in templates for code in (*one.left, *one.right)]
    for number, code in enumerate(codes):
        probe = rotated((code,), USUAL)
        found, plain = scan(rows, probe, table, floor), reference.scan(rows, probe, table, floor)
        near = np.isclose(found.scores, plain.scores, rtol=0, atol=_ROUNDING, equal_nan=True)
        unlike = np.flatnonzero(~near | (found.counts != plain.counts).any(axis=1))
        if len(unlike):
            raise KernelsDiffer(
                f"the kernels disagree on code {number} against code {unlike[0]} and {len(unlike) - 1} more: "
                f"{found.scores[unlike[0]]} instead of {plain.scores[unlike[0]]}"
            )
    return len(codes) * len(rows)
