"""Every picture against spoilt copies of its eye's other pictures: how much worse does each spoiling make it?"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from devices.manifest import ManifestRow
from models.evaluation import comparisons, metrics, scoring
from models.evaluation.comparisons import Labels
from models.evaluation.degrade import CHANGES
from models.evaluation.extraction import SHIPPED, Record, Setting, extract_all
from models.evaluation.run import Step

FMRS = (1e-3, 1e-4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """Shares; a picture without a code counts as a miss. ratio: over the unspoilt figure; None where that is 0."""

    name: str
    genuine_pairs: int
    no_code: int
    eer: float | None
    fnmr: dict[str, float | None]
    misses: dict[str, int | None]
    resolved: dict[str, bool]
    """Ten missed pairs and ten pairs of strangers or more stand behind the rate."""
    genuine_median: float | None
    eer_ratio: float | None = None
    fnmr_ratio: dict[str, float | None] = dataclasses.field(default_factory=dict)


def hard_copies(
    rows: Sequence[ManifestRow],
    records: Sequence[Record],
    names: Sequence[str],
    *,
    setting: Setting = SHIPPED,
    workers: int | None,
    step: Step = lambda _name, _total: lambda _count: None,
) -> Iterator[Figures]:
    """The unspoilt figures first, then each of `names` as soon as it is known. records: of the pictures as they are.

    A picture is never compared with a copy of itself. Pairs are counted in both directions, spoilt against whole and
    whole against spoilt, because the two are different comparisons.
    """
    labels = Labels.of(rows)
    plain = _figures("as they are", scoring.all_scores(records), labels, records)
    yield plain
    for name in names:
        done = step(name, 2 * len(rows))
        spoilt = extract_all(rows, setting=setting, workers=workers, change=CHANGES[name], done=_each(done))
        scores = scoring.cross_scores(records, spoilt, done=done)
        yield _beside(plain, _figures(name, scores, labels, spoilt))


def _each(done: Callable[[int], None]) -> Callable[[Record], None]:
    return lambda _: done(1)


def _figures(name: str, scores: NDArray[np.float32], labels: Labels, records: Sequence[Record]) -> Figures:
    both = [scores, scores.T]
    everything = np.ones(len(records), np.bool_)
    genuine = comparisons.joined([comparisons.genuine(s, labels, everything) for s in both])
    impostor = comparisons.joined([comparisons.impostor(s, labels, everything) for s in both])
    fnmr, misses, resolved = dict[str, float | None](), dict[str, int | None](), dict[str, bool]()
    for fmr in FMRS:
        limit, key = metrics.threshold_at(impostor.scores, fmr), f"{fmr:g}"
        count = None if limit is None else metrics.missed(genuine.scores, limit)
        misses[key] = count
        fnmr[key] = None if count is None or not len(genuine) else count / len(genuine)
        # each pair was counted in both directions
        enough = 2 * metrics.ENOUGH
        resolved[key] = count is not None and count >= enough and fmr * len(impostor) >= enough
    finite = genuine.scores[np.isfinite(genuine.scores)]
    return Figures(
        name=name,
        genuine_pairs=len(genuine) // 2,
        no_code=sum(record.template is None for record in records),
        eer=metrics.equal_error(genuine.scores, impostor.scores),
        fnmr=fnmr,
        misses=misses,
        resolved=resolved,
        genuine_median=float(np.median(finite)) if len(finite) else None,
    )


def _beside(plain: Figures, spoilt: Figures) -> Figures:
    return dataclasses.replace(
        spoilt,
        eer_ratio=_ratio(spoilt.eer, plain.eer),
        fnmr_ratio={key: _ratio(spoilt.fnmr[key], plain.fnmr[key]) for key in spoilt.fnmr},
    )


def _ratio(value: float | None, base: float | None) -> float | None:
    return None if value is None or not base else round(value / base, 2)


HEAD = f"{'':14}{'EER':>9}{'×':>6}{'FNMR@1e-3':>11}{'×':>6}{'@1e-4':>9}{'×':>6}{'no code':>9}{'median':>8}"


def line(f: Figures) -> str:
    """A line under HEAD for a terminal, numbers right aligned."""
    cells: list[str] = []
    for value, ratio, width in (
        (f.eer, f.eer_ratio, 9),
        (f.fnmr["0.001"], f.fnmr_ratio.get("0.001"), 11),
        (f.fnmr["0.0001"], f.fnmr_ratio.get("0.0001"), 9),
    ):
        cells.append(f"{'–' if value is None else f'{value:.2%}':>{width}}")
        cells.append(f"{'' if ratio is None else f'{ratio:.2f}':>6}")
    median = "–" if f.genuine_median is None else f"{f.genuine_median:.3f}"
    return f"{f.name:14}" + "".join(cells) + f"{f.no_code:>9}{median:>8}"
