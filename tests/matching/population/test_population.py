"""The bench's population has the statistics of real codes, and one that has not is noticed."""

import json
from pathlib import Path

import numpy as np
import pytest

from matching import Template
from matching.calibration.captures import LabelledCapture
from matching.errors import CalibrationInvalid
from matching.population import Crowd, Facts, goodness, real_codes
from matching.population.facts import LEVELS, measure, write
from matching.population.fields import code_texture, field_correlation
from matching.population.fit import Fit, PopulationUnlike, report
from matching.rotations import packed
from matching.template import BITS


@pytest.fixture(scope="module")
def crowd() -> Crowd:
    return Crowd(np.random.default_rng(12))


@pytest.fixture(scope="module")
def people(crowd: Crowd) -> list[Template]:
    return list(crowd.people(500))


@pytest.fixture(scope="module")
def pairs(crowd: Crowd) -> list[tuple[Template, Template]]:
    return crowd.pairs(500)


@pytest.fixture(scope="module")
def fit(people: list[Template], pairs: list[tuple[Template, Template]]) -> Fit:
    return goodness(people, pairs, real=real_codes())


def test_the_population_fits_the_real_codes(fit: Fit) -> None:
    assert fit.holds, report(fit)
    fit.demand()
    assert {
        "spread of strangers at one rotation (share)",
        "scores of strangers",
        "shape of masks along the columns",
    } < {check.what for check in fit.checks}


def test_how_well_it_fits_is_told_line_by_line(fit: Fit) -> None:
    lines = report(fit).splitlines()
    assert len(lines) == 1 + len(fit.checks)
    assert "942 real captures" in lines[0]
    assert all(line.startswith("  fits") for line in lines[1:])


@pytest.mark.parametrize(
    ("name", "spoilt", "noticed"),
    [
        ("strangers", lambda values: [v - 0.03 for v in values], "scores of strangers"),
        ("unaligned", lambda values: [0.5 + 1.3 * (v - 0.5) for v in values], "spread of strangers"),
        ("valid_bits", lambda values: [v * 1.3 for v in values], "valid bits"),
        ("own_distance", lambda values: [v + 0.06 for v in values], "distances of own pairs"),
        ("correlation", lambda values: [v // 2 for v in values], "correlation of a bit"),
        ("mask_covariance", lambda values: [v // 4 for v in values], "shape of masks"),
    ],
)
def test_a_population_unlike_real_codes_is_refused_with_what_is_off(
    people: list[Template],
    pairs: list[tuple[Template, Template]],
    name: str,
    spoilt: object,
    noticed: str,
) -> None:
    facts = real_codes()
    other = facts.model_copy(update={name: tuple(spoilt(getattr(facts, name)))})  # type: ignore[operator]
    found = goodness(people, pairs, real=other)
    assert not found.holds
    with pytest.raises(PopulationUnlike, match=noticed):
        found.demand()
    assert "DOES NOT FIT" in report(found)


def test_the_facts_hold_no_code_and_name_nobody() -> None:
    """Means over hundreds of captures: nothing in the file is of one eye."""
    facts = real_codes()
    assert facts.captures > 900
    assert facts.eyes == 189
    said = facts.model_dump_json()
    assert len(said) < 100_000
    assert not any(word in said for word in ("mmu1-", "mmu2-", ".png", "left", "right"))
    for name in ("valid_bits", "unaligned", "strangers", "own_distance", "own", "own_bits", "confidence"):
        assert len(getattr(facts, name)) == len(LEVELS)
        assert list(getattr(facts, name)) == sorted(getattr(facts, name))


def test_a_measured_population_has_the_facts_it_was_drawn_from(
    people: list[Template], pairs: list[tuple[Template, Template]], fit: Fit, tmp_path: Path
) -> None:
    """Facts written, read, and drawn from again."""
    write(fit.drawn, tmp_path / "facts.json")
    read = Facts.model_validate_json((tmp_path / "facts.json").read_text())
    assert read == fit.drawn
    assert len(json.loads((tmp_path / "facts.json").read_text())) == len(Facts.model_fields)
    again = Crowd(np.random.default_rng(3), facts=read)
    assert goodness(list(again.people(400)), again.pairs(400), real=read).holds


def test_too_few_captures_have_no_facts(people: list[Template]) -> None:
    few = [LabelledCapture(str(k), Template(left=t.left)) for k, t in enumerate(people[:20])]
    with pytest.raises(CalibrationInvalid, match="200 are the least"):
        measure(few, source="few")


def test_somebody_met_again_is_nearer_than_any_stranger(pairs: list[tuple[Template, Template]]) -> None:
    from matching import compare

    own = [compare(first, again) for first, again in pairs[:60]]
    others = [compare(pairs[k][0], pairs[k + 1][1]) for k in range(60)]
    assert np.median(own) < 0.2
    assert min(others) > 0.3


def test_nobody_of_the_crowd_is_anywhere_near_a_stranger(crowd: Crowd, people: list[Template]) -> None:
    from matching import score_matrix

    assert score_matrix(crowd.probes(40), people).min() > 0.3


def test_the_same_seed_draws_the_same_people() -> None:
    first, second = (Crowd(np.random.default_rng(5)) for _ in range(2))
    assert [t.to_bytes() for t in first.people(20)] == [t.to_bytes() for t in second.people(20)]
    assert [t.to_bytes() for t in first.probes(3)] == [t.to_bytes() for t in second.probes(3)]


def test_a_code_bit_under_a_mask_bit_of_0_is_0(crowd: Crowd) -> None:
    words = crowd.words(200)
    assert words.shape == (200, 2, 32)
    assert not (words[:, 0] & ~words[:, 1]).any()
    assert all(not (row[0] & ~row[1]).any() for t in crowd.probes(20) for row in packed(t.left))


def test_the_sum_of_two_fields_of_the_bank_is_as_fresh_fields_are(crowd: Crowd) -> None:
    """The shortcut that makes a million people in seconds: same spread of strangers, same share of valid bits."""

    def spread(words: np.ndarray) -> tuple[float, float]:  # type: ignore[type-arg]
        shared = words[:-1, 1] & words[1:, 1]
        common = np.bitwise_count(shared).sum(axis=1, dtype=int)
        unlike = np.bitwise_count((words[:-1, 0] ^ words[1:, 0]) & shared).sum(axis=1, dtype=int)
        return float((unlike / common).std()), float(np.bitwise_count(words[:, 1]).sum(axis=1, dtype=int).mean() / BITS)

    fresh = np.concatenate([packed(eye) for t in crowd.probes(1500) for eye in (t.left, t.right)])
    banked, drawn = spread(crowd.words(3000)), spread(fresh)
    assert banked[0] == pytest.approx(drawn[0], rel=0.06)
    assert banked[1] == pytest.approx(drawn[1], abs=0.01)


def test_drawn_fields_have_unit_variance_and_the_wanted_correlation(rng: np.random.Generator) -> None:
    facts = real_codes()
    fields = code_texture(facts).draw(rng, 1500)
    assert fields.std(axis=(0, 1)) == pytest.approx(np.ones(16), abs=0.03)
    wanted = field_correlation(facts.by_lag())
    for lag in (1, 2, 4):
        found = (fields * np.roll(fields, -lag, axis=1)).mean(axis=(0, 1))
        assert np.abs(found - wanted[lag].diagonal()).mean() < 0.08


@pytest.mark.parametrize("field", [0.0, 0.3, -0.6, 0.9])
def test_signs_that_are_not_fragile_hang_together_as_reckoned(rng: np.random.Generator, field: float) -> None:
    from matching.population.fields import NEAR

    x = rng.standard_normal(400_000)
    y = field * x + np.sqrt(1 - field**2) * rng.standard_normal(400_000)
    steady = (np.abs(x) > NEAR) & (np.abs(y) > NEAR)
    signs = float((np.sign(x) * np.sign(y))[steady].mean())
    assert float(field_correlation(np.array(signs))) == pytest.approx(field, abs=0.01)
