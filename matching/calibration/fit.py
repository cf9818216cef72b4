"""From labelled captures to a calibration: all pairs are scored, strangers and own apart, one eye and both."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from matching.calibration.genuine import enrollable, fit_genuine, trusted_bits
from matching.calibration.models import Calibration, KindModel, NormalisationConstants
from matching.calibration.tail import ScoredPairs, fit_impostors
from matching.comparison import score_matrix
from matching.errors import CalibrationInvalid
from matching.scoring import DEFAULT_NORMALISATION
from matching.template import VERSION, Template


@dataclass(frozen=True, slots=True, eq=False)
class LabelledCapture:
    """A template, of one eye or both, and whose it is."""

    person: str
    template: Template
    name: str = ""


@dataclass(frozen=True, slots=True)
class ClosePair:
    """Two strangers who came close: perhaps one person under two names."""

    score: float
    first: str
    second: str


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    impostors: ScoredPairs
    genuine: NDArray[np.float64]
    trusted: NDArray[np.float64]
    """Trusted bits of each genuine pair's probe."""
    closest: tuple[ClosePair, ...]


def calibrate(
    captures: Sequence[LabelledCapture], *, version: str, made_on: datetime.date, source: str, seed: int = 0
) -> tuple[Calibration, tuple[ClosePair, ...]]:
    """The calibration, and the closest strangers for a person to look at. Errors: CalibrationInvalid."""
    if not captures:
        raise CalibrationInvalid("there are no captures to calibrate with")
    rng = np.random.default_rng(seed)
    single = score_pairs(_single_eyes(captures))
    double = score_pairs([_two_eyes(captures)])
    norm = DEFAULT_NORMALISATION
    codes = [len(eye) for c in captures for eye in (c.template.left, c.template.right) if eye]
    calibration = Calibration(
        version=version,
        made_on=made_on,
        encoder=captures[0].template.encoder,
        template_version=VERSION,
        source=source,
        normalisation=NormalisationConstants(n0=norm.n0, pivot=norm.pivot, floor=norm.floor),
        codes_per_eye=float(np.mean(codes)),
        one_eye=_kind(single, rng),
        both_eyes=_kind(double, rng),
    )
    return calibration, single.closest


def score_pairs(groups: Sequence[Sequence[LabelledCapture]]) -> Pairs:
    """All pairs within each group; a genuine pair counts once for each of its two as the probe.

    The other of a genuine pair must be a capture that "new" would have been said of: who was never enrolled
    on a bad capture cannot be missed because of it.
    """
    people = {person: k for k, person in enumerate(sorted({c.person for group in groups for c in group}))}
    strangers: list[tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]] = []
    genuine, trusted, closest = [np.zeros(0)], [np.zeros(0)], list[ClosePair]()
    for group in groups:
        scores = score_matrix([c.template for c in group]).astype(float)
        label = np.array([people[c.person] for c in group], np.intp)
        bits = np.array([trusted_bits(c.template.left) + trusted_bits(c.template.right) for c in group])
        a, b = np.triu_indices(len(group), 1)
        apart = (label[a] != label[b]) & np.isfinite(scores[a, b])
        strangers.append((scores[a, b][apart], label[a][apart], label[b][apart]))
        enrolled = np.array([enrollable(c.template) for c in group])
        own = (label[:, None] == label[None, :]) & ~np.eye(len(group), dtype=bool)
        probe, other = np.nonzero(own & enrolled[None, :])
        genuine.append(scores[probe, other])
        trusted.append(bits[probe])
        closest += _closest(group, scores[a, b][apart], a[apart], b[apart])
    merged = [np.concatenate(parts) for parts in zip(*strangers, strict=True)]
    return Pairs(
        ScoredPairs(merged[0], merged[1].astype(np.intp), merged[2].astype(np.intp), len(people)),
        np.concatenate(genuine),
        np.concatenate(trusted),
        tuple(sorted(closest, key=lambda pair: pair.score)[:20]),
    )


def _kind(pairs: Pairs, rng: np.random.Generator) -> KindModel:
    people = pairs.impostors.people
    return KindModel(
        impostors=fit_impostors(pairs.impostors, rng=rng),
        genuine=fit_genuine(pairs.genuine, pairs.trusted, people=people),
    )


def _single_eyes(captures: Sequence[LabelledCapture]) -> list[list[LabelledCapture]]:
    lefts = [LabelledCapture(c.person, _only(c.template, "left"), c.name) for c in captures if c.template.left]
    rights = [LabelledCapture(c.person, _only(c.template, "right"), c.name) for c in captures if c.template.right]
    return [group for group in (lefts, rights) if group]


def _two_eyes(captures: Sequence[LabelledCapture]) -> list[LabelledCapture]:
    """Templates of both eyes as they are; single eyes of one person joined in their order, first with first."""
    both = [c for c in captures if c.template.left and c.template.right]
    eyes: dict[str, tuple[list[Template], list[Template]]] = defaultdict(lambda: ([], []))
    for c in captures:
        if not (c.template.left and c.template.right):
            eyes[c.person][0 if c.template.left else 1].append(c.template)
    joined = [
        LabelledCapture(person, Template.join(left, right))
        for person, (lefts, rights) in eyes.items()
        for left, right in zip(lefts, rights, strict=False)
    ]
    return both + joined


def _only(template: Template, eye: str) -> Template:
    if eye == "left":
        return Template(left=template.left, encoder=template.encoder)
    return Template(right=template.right, encoder=template.encoder)


def _closest(
    group: Sequence[LabelledCapture], scores: NDArray[np.float64], a: NDArray[np.intp], b: NDArray[np.intp]
) -> list[ClosePair]:
    best = np.argsort(scores)[:20]
    return [
        ClosePair(float(scores[k]), group[a[k]].name or group[a[k]].person, group[b[k]].name or group[b[k]].person)
        for k in best
    ]
