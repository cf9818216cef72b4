"""What searches of a stated population end in: enrolled children, strangers, and two children's eyes in one capture."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any, Literal

import numpy as np

from matching import Calibration, GalleryChange, LocalEngine, Policy, Template
from matching.calibration.captures import LabelledCapture, two_eyes
from matching.calibration.genuine import upper_share
from matching.decision import Decision
from matching.identification import identify
from matching.simulation import Capture, simulate_templates

Group = Literal["enrolled", "strangers", "enrolled, one eye", "strangers, one eye", "two enrolled children's eyes",
                "an enrolled child's and a stranger's eye"]  # fmt: skip
GOOD = Capture(noise=0.2, noise_spread=0.04)
"""Simulated captures as the bench of the whole way has them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    group: Group
    probe: Template
    owner: str | None
    """Whose record should be found; None: nobody's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    enrolled: Sequence[tuple[str, Template]]
    searches: Sequence[Search]
    frames: int
    words: str


@dataclass(slots=True)
class Row:
    outcomes: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    wrong_known: int = 0
    extrapolated: int = 0
    """Searches whose bound for "known" lies more than two decades beyond the calibration's pairs."""
    own_found: int = 0
    """Known or for review, and the record is the owner's."""


def simulated(identities: int, *, searches: int, frames: int, seed: int) -> Population:
    """Good two-eyed captures: `frames` codes an eye."""
    rng, half = np.random.default_rng(seed), max(1, searches // 2)
    again = min(half, identities)
    met = list(simulate_templates(rng, again, how=GOOD, captures=2, codes=frames))
    others = simulate_templates(rng, identities - again, how=GOOD, codes=frames)
    strangers = [taken[0] for taken in simulate_templates(rng, half, how=GOOD, codes=frames)]
    enrolled = [(f"sim {k}", taken[0]) for k, taken in enumerate(chain(met, others))]
    probes = [(f"sim {k}", taken[1]) for k, taken in enumerate(met)]
    return Population(
        enrolled=enrolled,
        searches=_searches(probes, strangers),
        frames=frames,
        words=f"{identities} simulated children, {frames} frame(s) an eye",
    )


def real_among_simulated(captures: Sequence[LabelledCapture], identities: int, *, frames: int, seed: int) -> Population:
    """Every second person is enrolled by their first capture, among simulated ones; the others are strangers.

    Probes of an enrolled person share no shot with the enrolment. captures: one-eyed, of `frames` frames each.
    """
    people = sorted({c.person for c in captures})
    inside = set(people[::2])
    first: dict[str, LabelledCapture] = {}
    probes, strangers = [], []
    for capture in two_eyes(captures):
        if capture.person not in inside:
            strangers.append(capture.template)
        elif not capture.shots & first.setdefault(capture.person, capture).shots:
            probes.append((capture.person, capture.template))
    filler = max(0, identities - len(first))
    added = simulate_templates(np.random.default_rng(seed), filler, how=GOOD, codes=frames)
    enrolled = [(person, capture.template) for person, capture in first.items()]
    return Population(
        enrolled=enrolled + [(f"sim {k}", taken[0]) for k, taken in enumerate(added)],
        searches=_searches(probes, strangers),
        frames=frames,
        words=f"{len(first)} real people among {len(first) + filler}, {frames} frame(s) an eye",
    )


def measure(
    population: Population, *, calibration: Calibration, policy: Policy, each: Callable[[], None] = lambda: None
) -> dict[str, Any]:
    """Counts of outcomes by group, and the rates that follow from them."""
    engine, owners = LocalEngine(), [owner for owner, _ in population.enrolled]
    engine.apply(
        GalleryChange(seq=k + 1, op="add", template_id=k, template=template)
        for k, (_, template) in enumerate(population.enrolled)
    )
    rows: dict[str, Row] = {}
    for search in population.searches:
        decision = identify(
            search.probe,
            engine,
            calibration=calibration,
            policy=policy,
            frames=population.frames,
            identity_of=owners.__getitem__,
        )
        _count(rows.setdefault(search.group, Row()), search, decision)
        each()
    return {
        "population": population.words,
        "identities": len(owners),
        "calibration": f"{calibration.version} {calibration.digest[:16]}",
        "policy": {name: getattr(policy, name) for name in ("wrong_known", "miss_rate", "review_rate")},
        "groups": {group: _figures(row) for group, row in rows.items()},
        **_rates(rows),
    }


def _searches(probes: Sequence[tuple[str, Template]], strangers: Sequence[Template]) -> list[Search]:
    made = [Search(group="enrolled", probe=t, owner=person) for person, t in probes]
    made += [Search(group="strangers", probe=t, owner=None) for t in strangers]
    made += [Search(group="enrolled, one eye", probe=_part(t, None), owner=person) for person, t in probes]
    made += [Search(group="strangers, one eye", probe=_part(t, None), owner=None) for t in strangers]
    shifted = [*probes[len(probes) // 2 :], *probes[: len(probes) // 2]]
    made += [
        Search(group="two enrolled children's eyes", probe=_part(a, b), owner=None)
        for (who, a), (other, b) in zip(probes, shifted, strict=True)
        if who != other
    ]
    made += [
        Search(group="an enrolled child's and a stranger's eye", probe=_part(a, b), owner=None)
        for (_, a), b in zip(probes, strangers, strict=False)
    ]
    return made


def _part(left_of: Template, right_of: Template | None) -> Template:
    return Template(left_of.left, right_of.right if right_of else (), left_of.encoder)


def _count(row: Row, search: Search, decision: Decision) -> None:
    row.outcomes[decision.outcome] += 1
    row.reasons.update(decision.reasons)
    t = decision.thresholds
    far = t.extrapolated_both_eyes if decision.facts.kind == "both_eyes" else t.extrapolated_one_eye
    row.extrapolated += bool(decision.facts.eyes) and far
    row.wrong_known += decision.outcome == "known" and decision.identity != search.owner
    row.own_found += search.owner is not None and decision.identity == search.owner


def _figures(row: Row) -> dict[str, Any]:
    searches = row.outcomes.total()
    return {
        "searches": searches,
        **{outcome: row.outcomes[outcome] for outcome in ("known", "review", "new", "cannot_tell")},
        "wrong_known": row.wrong_known,
        "wrong_known_at_most": round(upper_share(row.wrong_known, searches), 4),
        "extrapolated": row.extrapolated,
        "reasons": dict(row.reasons.most_common()),
    }


def _rates(rows: dict[str, Row]) -> dict[str, Any]:
    enrolled, strangers = rows.get("enrolled", Row()), rows.get("strangers", Row())
    n, m = enrolled.outcomes.total(), strangers.outcomes.total()
    returned = strangers.outcomes["known"] + strangers.outcomes["review"]
    reviews = enrolled.outcomes["review"] + strangers.outcomes["review"]
    wrong = enrolled.wrong_known + strangers.wrong_known
    return {
        "wrong_known_per_100_searches": 100 * wrong / (n + m) if n + m else None,
        "fnir": {"share": 1 - enrolled.own_found / n if n else None, "n": n},
        "fpir": {"share": returned / m if m else None, "n": m},
        "reviews_per_100_searches": 100 * reviews / (n + m) if n + m else None,
    }


def _asked(policy: dict[str, float]) -> str:
    wrong, miss, review = (1 / policy[name] for name in ("wrong_known", "miss_rate", "review_rate"))
    return (
        f"Asked for: at most one wrong known in {wrong:.0f} searches of strangers, one miss in {miss:.0f} before "
        f"a child is called new, one review in {review:.0f} searches of strangers for a good probe"
    )


def report(figures: dict[str, Any]) -> str:
    """The figures for a person."""
    lines = [f"{figures['population']}; calibration {figures['calibration']}", _asked(figures["policy"])]
    lines.append(f"{'':42s}{'n':>6s}{'known':>9s}{'review':>9s}{'new':>9s}{'cannot':>9s}{'wrong known (at most)':>24s}")
    for group, row in figures["groups"].items():
        n = row["searches"]
        shares = "".join(f"{row[o] / n:9.1%}" for o in ("known", "review", "new", "cannot_tell"))
        lines.append(f"{group:42s}{n:6d}{shares}{row['wrong_known']:14d} ({row['wrong_known_at_most']:.2%})")
        why = ", ".join(f"{reason} {count}" for reason, count in list(row["reasons"].items())[:5])
        lines.append(f"    {why}" if why else "")
    for name in ("fnir", "fpir"):
        rate = figures[name]
        lines.append(f"{name.upper()}, both eyes: " + (f"{rate['share']:.2%} of {rate['n']}" if rate["n"] else "none"))
    if figures["reviews_per_100_searches"] is not None:
        lines.append(f"Reviews in 100 searches, half of them of strangers: {figures['reviews_per_100_searches']:.1f}")
        lines.append(f"Wrongly known in 100 searches: {figures['wrong_known_per_100_searches']:.3f}")
    lines += [
        f'{group}: in {row["extrapolated"]} of {row["searches"]} searches the bound for "known" is extrapolated more '
        "than two decades beyond the calibration's pairs"
        for group, row in figures["groups"].items()
        if row["extrapolated"]
    ]
    return "\n".join(line for line in lines if line)
