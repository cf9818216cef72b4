"""Templates against templates given by hand, with the same scores that a gallery gives."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.errors import TemplateVersionUnknown
from matching.fusion import PairFound
from matching.interfaces import Candidate
from matching.rotations import USUAL, Rotations
from matching.search import DEFAULT_SCORER, Rows, Scorer, best_confidence, check_template
from matching.template import Template


def compare(a: Template, b: Template) -> float:
    """How unlike two templates are: 0 for the same code, about 0.45 for strangers; symmetric.

    NaN if no eye (or too few bits) in common. Errors: TypeError, TemplateVersionUnknown.
    """
    return float(_against(check_template(a, "a"), [check_template(b, "b")], USUAL, DEFAULT_SCORER).fused[0])


def compare_many(
    probe: Template,
    others: Sequence[tuple[int, Template]],
    *,
    rotations: Rotations = USUAL,
    scorer: Scorer = DEFAULT_SCORER,
) -> tuple[Candidate, ...]:
    """A candidate for each template with an eye in common, best first."""
    templates = [check_template(t, "other") for _, t in others]
    found = _against(check_template(probe, "probe"), templates, rotations, scorer)
    candidates = [
        found.candidate(slot, template_id, *_confidences(probe, templates[slot]))
        for slot, (template_id, _) in enumerate(others)
        if not np.isnan(found.fused[slot])
    ]
    return tuple(sorted(candidates, key=lambda c: (c.score, c.id)))


def score_matrix(
    templates: Sequence[Template], others: Sequence[Template] | None = None, *, scorer: Scorer = DEFAULT_SCORER
) -> NDArray[np.float32]:
    """All pairs: float32, (len(templates), len(others)); symmetric when `others` is left out. NaN as in `compare`."""
    columns = templates if others is None else others
    _same_encoder([*templates, *columns])
    left, right = _rows([check_template(t, "other") for t in columns])
    out = np.empty((len(templates), len(columns)), np.float32)
    for k, probe in enumerate(templates):
        out[k] = scorer.search(check_template(probe, "template"), left, right, len(columns), USUAL).fused
    return out


@dataclass(frozen=True, slots=True, eq=False)
class PairScores:
    """Scores of every template against every other one, float (templates, others); NaN where there is none."""

    fused: NDArray[np.float64]
    left: NDArray[np.float64]
    right: NDArray[np.float64]


def pair_scores(
    templates: Sequence[Template],
    others: Sequence[Template],
    *,
    rotations: Rotations = USUAL,
    scorer: Scorer = DEFAULT_SCORER,
) -> PairScores:
    """Both eyes' score and each eye's."""
    _same_encoder([*templates, *others])
    left, right = _rows([check_template(t, "other") for t in others])
    found = [
        scorer.search(check_template(t, "template"), left, right, len(others), rotations) for t in templates
    ]  # fmt: skip
    shape = (len(templates), len(others))
    fused = np.array([one.fused for one in found]).reshape(shape)
    lefts = np.array([one.left.scores for one in found]).reshape(shape)
    return PairScores(fused, lefts, np.array([one.right.scores for one in found]).reshape(shape))


def _against(probe: Template, others: Sequence[Template], rotations: Rotations, scorer: Scorer) -> PairFound:
    _same_encoder([probe, *others])
    left, right = _rows(others)
    return scorer.search(probe, left, right, len(others), rotations)


def _rows(templates: Sequence[Template]) -> tuple[Rows, Rows]:
    return Rows.of([t.left for t in templates]), Rows.of([t.right for t in templates])


def _same_encoder(templates: Sequence[Template]) -> None:
    for other in templates[1:]:
        if other.encoder != templates[0].encoder:
            raise TemplateVersionUnknown(other.encoder, templates[0].encoder)


def _confidences(probe: Template, other: Template) -> tuple[float, float]:
    left = min(best_confidence(probe.left), best_confidence(other.left))
    return left, min(best_confidence(probe.right), best_confidence(other.right))
