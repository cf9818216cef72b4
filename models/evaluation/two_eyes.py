"""Both eyes, enrolled with two frames each: are people found again in a gallery of ten thousand?

Frames of a person's left and right eye are paired in the manifest's order. Two pairs are enrolled, every other pair is
one search; every choice of two is tried. The threshold is the one that the strangers' tail predicts (upper 95 % bound)
for a false positive in `fpir` of the searches of people not enrolled, in a gallery of `gallery` people.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow
from matching import Template, score_matrix
from matching.calibration.tail import MIN_PAIRS, MIN_PEOPLE, ScoredPairs, fit_impostors
from models.evaluation.extraction import Record
from models.fusion import fuse_templates

FRAMES = 2
Enrol = Callable[[Sequence[Template]], Template]


@dataclass(frozen=True, slots=True, kw_only=True)
class TwoEyes:
    how: str
    """joined: all codes kept side by side; fused: the frames' bits voted into one code first."""
    people: int
    searches: int
    missed: int
    """With the first two frames enrolled."""
    missed_names: tuple[str, ...]
    every_search: int
    every_missed: int
    """Over every choice of two frames to enrol."""
    threshold: float | None
    """None where too few people are compared for a tail."""
    stranger_pairs: int
    closest_stranger: float
    genuine_median: float


@dataclass(frozen=True, slots=True, eq=False)
class _Searches:
    """One choice of frames: each person's enrolled template, and all their probes."""

    enrolled: list[Template]
    probes: list[Template]
    owner: NDArray[np.intp]
    names: list[str]


def figures(
    rows: Sequence[ManifestRow], records: Sequence[Record], *, fpir: float = 1e-3, gallery: int = 10_000
) -> list[TwoEyes]:
    """One entry for each way to enrol; empty where nobody has three pairs of frames.

    A person with a pair of frames without any code is still enrolled and searched for: failures count as misses.
    """
    people = frames_of(rows, records)
    if len(people) < 2:
        return []
    return [_figures(how, enrol, people, fpir / gallery) for how, enrol in (("joined", joined), ("fused", fused))]


def sentence(f: TwoEyes) -> str:
    if f.threshold is None:
        return f"{f.how}: {f.people} people are too few to predict a threshold"
    missed = f" ({', '.join(f.missed_names)})" if f.missed_names else ""
    return (
        f"{f.how}: {f.missed} of {f.searches} searches missed{missed} at {f.threshold:.3f}, "
        f"{f.every_missed} of {f.every_search} over every choice of frames; median {f.genuine_median:.3f}, "
        f"closest of {f.stranger_pairs} stranger pairs {f.closest_stranger:.3f}"
    )


def frames_of(rows: Sequence[ManifestRow], records: Sequence[Record]) -> dict[str, list[Template]]:
    """By person, their two-eyed frames, left with right in the manifest's order; who has fewer than three is out."""
    eyes: dict[str, tuple[list[Template], list[Template]]] = defaultdict(lambda: ([], []))
    for row, record in zip(rows, records, strict=True):
        eyes[row.subject][row.eye == "right"].append(_sided(record, row))
    paired = {
        subject: [_both(left, right) for left, right in zip(lefts, rights, strict=False)]
        for subject, (lefts, rights) in eyes.items()
    }
    return {subject: frames for subject, frames in paired.items() if len(frames) > FRAMES}


def _sided(record: Record, row: ManifestRow) -> Template:
    if record.template is None:
        return Template()
    # the evaluation keeps every code under one eye
    found = Template.from_bytes(record.template)
    left, right = (found.left, ()) if row.eye == "left" else ((), found.left)
    return Template(left, right, found.encoder)


def _both(left: Template, right: Template) -> Template:
    encoder = left.encoder if left.left else right.encoder
    return Template(left.left, right.right, encoder)


def joined(frames: Sequence[Template]) -> Template:
    return Template.join(*frames)


def fused(frames: Sequence[Template]) -> Template:
    eyes = [fuse_templates(frames, eye) for eye in ("left", "right") if any(f.eye(eye) for f in frames)]
    return Template.join(*eyes) if eyes else frames[0]


def _figures(how: str, enrol: Enrol, people: dict[str, list[Template]], share: float) -> TwoEyes:
    choices = [_scored(searches) for searches in _choices(people, enrol)]
    first, names = choices[0][:3], choices[0][3]
    scores, owner, own = first
    strangers = np.ones(scores.shape, np.bool_)
    strangers[np.arange(len(owner)), owner] = False
    threshold = _threshold(scores, owner, strangers, share)
    missed = _missed(own, threshold)
    every = [_missed(choice[2], threshold) for choice in choices]
    return TwoEyes(
        how=how,
        people=len(people),
        searches=len(own),
        missed=int(missed.sum()),
        missed_names=tuple(name for name, gone in zip(names, missed, strict=True) if gone),
        every_search=sum(map(len, every)),
        every_missed=int(sum(e.sum() for e in every)),
        threshold=threshold,
        stranger_pairs=int((np.isfinite(scores) & strangers).sum()),
        closest_stranger=float(np.nanmin(scores[strangers])),
        genuine_median=float(np.nanmedian(own)),
    )


def _choices(people: dict[str, list[Template]], enrol: Enrol) -> Iterator[_Searches]:
    least = min(map(len, people.values()))
    for chosen in itertools.combinations(range(least), FRAMES):
        probes, owner, names = [], [], []
        for number, (subject, frames) in enumerate(people.items()):
            for k, frame in enumerate(frames):
                if k not in chosen:
                    probes.append(frame)
                    owner.append(number)
                    names.append(f"{subject} frame {k + 1}")
        enrolled = [enrol([frames[k] for k in chosen]) for frames in people.values()]
        yield _Searches(enrolled, probes, np.array(owner), names)


def _scored(
    searches: _Searches,
) -> tuple[NDArray[np.float64], NDArray[np.intp], NDArray[np.float64], list[str]]:
    """Scores (probes, people), whose each probe is, its score against its own, its name."""
    scores = score_matrix(searches.probes, searches.enrolled).astype(np.float64)
    own = scores[np.arange(len(searches.owner)), searches.owner]
    return scores, searches.owner, own, searches.names


def _missed(own: NDArray[np.float64], threshold: float | None) -> NDArray[np.bool_]:
    return np.isnan(own) if threshold is None else ~(own < threshold)


def _threshold(
    scores: NDArray[np.float64], owner: NDArray[np.intp], strangers: NDArray[np.bool_], share: float
) -> float | None:
    probe, enrolled = np.nonzero(strangers & np.isfinite(scores))
    people = scores.shape[1]
    if len(probe) < MIN_PAIRS or people < MIN_PEOPLE:
        return None
    pairs = ScoredPairs(scores[probe, enrolled], owner[probe], enrolled, people)
    return fit_impostors(pairs, rng=np.random.default_rng(0)).threshold(share)
