"""From labelled captures to a calibration: all pairs are scored, strangers and own apart, one eye and both."""

import datetime
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement

import numpy as np
from numpy.typing import NDArray

from matching.calibration.captures import LabelledCapture, single_eyes, two_eyes
from matching.calibration.cascade import OwnScores, costs
from matching.calibration.genuine import OwnPairs, enrollable, fit_genuine, trusted_bits
from matching.calibration.models import Calibration, GenuineModel, ImpostorModel, Kind, KindModel, SensorPair
from matching.calibration.models import NormalisationConstants as Constants
from matching.calibration.tail import MIN_PAIRS, MIN_PEOPLE, ScoredPairs, fit_impostors
from matching.comparison import pair_scores, score_matrix
from matching.errors import CalibrationInvalid
from matching.last_chance import leading
from matching.rotations import WIDE
from matching.scoring import DEFAULT_NORMALISATION
from matching.template import VERSION

Groups = Sequence[Sequence[LabelledCapture]]
"""Captures that are compared with each other: left eyes, right eyes, or both eyes."""


@dataclass(frozen=True, slots=True)
class ClosePair:
    """Two strangers who came close: perhaps one person under two names."""

    score: float
    first: str
    second: str


def calibrate(
    captures: Sequence[LabelledCapture],
    *,
    several: Sequence[LabelledCapture] = (),
    version: str,
    made_on: datetime.date,
    source: str,
    seed: int = 0,
    stands_for: Sequence[str] = (),
) -> tuple[Calibration, tuple[ClosePair, ...]]:
    """The calibration, and the closest strangers for a person to look at.

    captures: of one frame an eye; several: the same frames as the tablet would send them, more than one an eye, which
    strangers are then compared by. Where captures name more than one sensor, strangers of each two are told apart as
    well, if they are enough for a tail. Errors: CalibrationInvalid.
    """
    if not captures:
        raise CalibrationInvalid("there are no captures to calibrate with")
    rng, people = np.random.default_rng(seed), sorted({c.person for c in captures})
    enrolled = several or captures
    one, both = single_eyes(captures), [two_eyes(captures)]
    one_several, both_several = single_eyes(several), [two_eyes(several)]
    closest = strangers(one, people)[1]
    of_one, one_by_sensors = _impostors(one, one_several, people, rng)
    of_both, both_by_sensors = _impostors(both, both_several, people, rng)
    norm = DEFAULT_NORMALISATION
    made = Calibration(
        version=version,
        made_on=made_on,
        encoder=captures[0].template.encoder,
        template_version=VERSION,
        source=source,
        normalisation=Constants(n0=norm.n0, pivot=norm.pivot, floor=norm.floor),
        codes_per_eye=float(np.mean([len(e) for c in enrolled for e in (c.template.left, c.template.right) if e])),
        one_eye=KindModel(impostors=of_one, genuine=_genuine("one_eye", one, one_several, of_one, of_one)),
        both_eyes=KindModel(impostors=of_both, genuine=_genuine("both_eyes", both, both_several, of_both, of_one)),
        sensor_pairs=tuple(
            SensorPair(
                sensors=pair,
                one_eye=one_by_sensors[pair],
                both_eyes=both_by_sensors[pair],
                own_pairs=_own_pairs(one, pair),
            )
            for pair in sorted(one_by_sensors.keys() & both_by_sensors.keys())
        ),
        stands_for=tuple(sorted(stands_for)),
    )
    return made, closest


def strangers(groups: Groups, people: Sequence[str]) -> tuple[ScoredPairs, tuple[ClosePair, ...]]:
    """All pairs of different people within each group, and the closest of them."""
    pairs, closest, _ = _strangers(groups, people, ())
    return pairs, closest


def _strangers(
    groups: Groups, people: Sequence[str], sensors: Sequence[str]
) -> tuple[ScoredPairs, tuple[ClosePair, ...], NDArray[np.intp]]:
    """And each pair's sensors as a number: the first's place × how many there are + the second's; -1: not told."""
    number = {person: k for k, person in enumerate(people)}
    parts: list[tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.intp]]] = []
    closest: list[ClosePair] = []
    taken_by: list[NDArray[np.intp]] = []
    place = {sensor: k for k, sensor in enumerate(sensors)}
    for group in groups:
        scores = score_matrix([c.template for c in group]).astype(float)
        label = np.array([number[c.person] for c in group], np.intp)
        a, b = np.triu_indices(len(group), 1)
        apart = (label[a] != label[b]) & np.isfinite(scores[a, b])
        a, b, found = a[apart], b[apart], scores[a, b][apart]
        parts.append((found, label[a], label[b]))
        sensor = np.array([place.get(c.sensor, -1) for c in group], np.intp)
        low, high = np.minimum(sensor[a], sensor[b]), np.maximum(sensor[a], sensor[b])
        taken_by.append(np.where(low < 0, -1, low * len(sensors) + high))
        closest += [ClosePair(float(found[k]), group[a[k]].called, group[b[k]].called) for k in np.argsort(found)[:20]]
    merged = [np.concatenate(part) for part in zip(*parts, strict=True)]
    pairs = ScoredPairs(merged[0], merged[1].astype(np.intp), merged[2].astype(np.intp), len(people))
    return pairs, tuple(sorted(closest, key=lambda pair: pair.score)[:20]), np.concatenate(taken_by)


def own_pairs(kind: Kind, probes: Groups, enrolled: Groups, of_kind: ImpostorModel, of_one: ImpostorModel) -> OwnPairs:
    """Pairs of one person's captures that share no shot, each probe against each enrolled one of its group.

    The enrolled one must be a capture that "new" would have been said of: who was never enrolled on a bad capture
    cannot be missed because of it.
    """
    logs, trusted, person = [np.zeros(0)], [np.zeros(0)], [np.zeros(0, np.intp)]
    names = sorted({c.person for group in probes for c in group})
    for group, others in zip(probes, enrolled, strict=True):
        for number, name in enumerate(names):
            mine = [c for c in group if c.person == name]
            theirs = [c for c in others if c.person == name and enrollable(c.template)]
            if not mine or not theirs:
                continue
            apart = np.array([[a is not b and not a.shots & b.shots for b in theirs] for a in mine])
            logs.append(costs(_own_scores(mine, theirs, apart), kind, scored_by=of_kind, eyes_by=of_one))
            bits = np.array([trusted_bits(c.template.left) + trusted_bits(c.template.right) for c in mine])
            trusted.append(np.broadcast_to(bits[:, None], apart.shape)[apart])
            person.append(np.full(int(apart.sum()), number, np.intp))
    return OwnPairs(np.concatenate(logs), np.concatenate(trusted), np.concatenate(person))


def _own_scores(
    mine: Sequence[LabelledCapture], theirs: Sequence[LabelledCapture], apart: NDArray[np.bool_]
) -> OwnScores:
    probes, enrolled = [c.template for c in mine], [c.template for c in theirs]
    usual, wide = pair_scores(probes, enrolled), pair_scores([leading(p) for p in probes], enrolled, rotations=WIDE)
    return OwnScores(usual.fused[apart], wide.fused[apart], (usual.left[apart], usual.right[apart]))


def _impostors(
    one_frame: Groups, several: Groups, people: Sequence[str], rng: np.random.Generator
) -> tuple[ImpostorModel, dict[tuple[str, str], ImpostorModel]]:
    """Of all strangers, and of those of each two sensors."""
    sensors = sorted({c.sensor for group in one_frame for c in group} - {""})
    pairs, _, taken_by = _strangers(several if any(several) else one_frame, people, sensors)
    shots = [[c.person for c in group] for group in one_frame]
    of_all = fit_impostors(pairs, rng=rng, seen=sum(_pairs_apart(group) for group in shots))
    return of_all, _by_sensors(pairs, taken_by, one_frame, sensors, np.random.default_rng(len(pairs.scores)))


def _by_sensors(
    pairs: ScoredPairs,
    taken_by: NDArray[np.intp],
    one_frame: Groups,
    sensors: Sequence[str],
    rng: np.random.Generator,
) -> dict[tuple[str, str], ImpostorModel]:
    """By names in alphabetical order; without those of which too few people or pairs are there."""
    found = {}
    for (a, one), (b, other) in combinations_with_replacement(enumerate(sensors), 2):
        own = pairs.where(taken_by == a * len(sensors) + b)
        if len(own.scores) >= MIN_PAIRS and own.people >= MIN_PEOPLE:
            seen = sum(_pairs_across(group, one, other) for group in one_frame)
            found[one, other] = fit_impostors(own, rng=rng, seen=seen)
    return found


def _pairs_across(group: Sequence[LabelledCapture], one: str, other: str) -> int:
    """Pairs of captures of different people, one of each sensor."""
    if one == other:
        return _pairs_apart([c.person for c in group if c.sensor == one])
    first, second = (Counter(c.person for c in group if c.sensor == name) for name in (one, other))
    together = sum(count * second[person] for person, count in first.items())
    return first.total() * second.total() - together


def _own_pairs(groups: Groups, sensors: tuple[str, str]) -> int:
    one, other = sensors
    first, second = (
        Counter((k, c.person) for k, g in enumerate(groups) for c in g if c.sensor == name) for name in sensors
    )
    if one == other:
        return sum(count * (count - 1) // 2 for count in first.values())
    return sum(count * second[person] for person, count in first.items())


def _pairs_apart(people: Sequence[str]) -> int:
    _, each = np.unique(people, return_counts=True)
    return int(len(people) ** 2 - (each**2).sum()) // 2


def _genuine(
    kind: Kind, one: Groups, several: Groups, of_kind: ImpostorModel, of_one: ImpostorModel
) -> tuple[GenuineModel, ...]:
    """Probes of one frame against such; probes of several against both sorts, for not every enrolment has several."""
    models = [fit_genuine(own_pairs(kind, one, one, of_kind, of_one), frames=1)]
    if any(several):
        parts = [own_pairs(kind, several, enrolled, of_kind, of_one) for enrolled in (one, several)]
        together = OwnPairs(
            np.concatenate([part.costs for part in parts]),
            np.concatenate([part.trusted for part in parts]),
            np.concatenate([part.person for part in parts]),
        )
        models.append(fit_genuine(together, frames=min(c.frames for group in several for c in group)))
    return tuple(models)
