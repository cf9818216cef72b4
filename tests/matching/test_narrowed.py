"""A search narrowed to some of the enrolled finds candidates for a person, and says that it was narrowed."""

import numpy as np

from matching import GalleryChange, LocalEngine, Policy, decide, last_chance, redecide
from matching.calibration import Calibration
from matching.decision import Decision, search_within
from matching.facts import Narrowed
from matching.simulation import Capture, simulate_templates
from matching.words import in_words

GOOD = Capture(noise=0.12, noise_spread=0.02, lids=0.1, turn=2)
PEOPLE = list(simulate_templates(np.random.default_rng(31), 300, how=GOOD, captures=2))
STRANGER = next(iter(simulate_templates(np.random.default_rng(32), 1, how=GOOD)))[0]
ENGINE = LocalEngine()
ENGINE.apply(GalleryChange(seq=k + 1, op="add", template_id=k + 1, template=p[0]) for k, p in enumerate(PEOPLE))


def decided(
    calibration: Calibration, person: int | None, among: list[int] | None, *, compared_before: int = 0
) -> Decision:
    probe = STRANGER if person is None else PEOPLE[person][1]
    found = ENGINE.search(probe, among=among)
    by: dict[str, str | int | float] = {"sex": "girl"}
    narrowed = None
    if found.enrolled is not None:
        narrowed = Narrowed(enrolled=found.enrolled, by=by, compared_before=compared_before)
    return decide(
        probe, found.candidates, gallery_size=found.gallery_size, codes_per_eye=found.codes_per_eye, frames=2,
        calibration=calibration, policy=Policy(), late=last_chance(probe, ENGINE, among=among), narrowed=narrowed,
    )  # fmt: skip


def test_whoever_the_whole_search_knows_a_narrowed_one_leaves_to_a_person(calibration: Calibration) -> None:
    whole, narrow = decided(calibration, 7, None), decided(calibration, 7, [5, 6, 7, 8])
    assert (whole.outcome, whole.identity) == ("known", 8)
    assert (narrow.outcome, narrow.identity, narrow.reasons) == ("review", 8, ("narrowed",))


def test_nobody_is_new_by_a_narrowed_search(calibration: Calibration) -> None:
    for person in (None, 7):
        narrow = decided(calibration, person, [1, 2, 3])
        assert narrow.outcome == "cannot_tell"
        assert narrow.reasons[-1] == "narrowed"


def test_the_stored_decision_says_that_it_was_narrowed_to_whom_and_out_of_how_many(calibration: Calibration) -> None:
    narrow = decided(calibration, 7, [5, 6, 7, 8])
    stored = narrow.evidence()
    assert stored["facts"]["narrowed"] == {"enrolled": 300, "by": {"sex": "girl"}, "compared_before": 0}
    assert stored["facts"]["gallery_size"] == 4
    assert redecide(stored) == narrow
    assert "Narrowed to 4 of 300 templates by sex girl." in in_words(narrow)
    assert decided(calibration, 7, None).evidence()["facts"]["narrowed"] is None


def test_its_thresholds_follow_those_compared_and_tighten_with_every_further_try(calibration: Calibration) -> None:
    whole, narrow = decided(calibration, 7, None), decided(calibration, 7, [5, 6, 7, 8])
    again = decided(calibration, 7, [5, 6, 7, 8], compared_before=296)
    assert narrow.trials < whole.trials
    assert narrow.thresholds.review_both_eyes > whole.thresholds.review_both_eyes
    assert again.trials == whole.trials
    assert again.thresholds.review_both_eyes == whole.thresholds.review_both_eyes


def test_a_candidates_score_is_the_same_however_the_search_was_narrowed(calibration: Calibration) -> None:
    whole, narrow = decided(calibration, 7, None), decided(calibration, 7, [8])
    assert whole.best is not None
    assert narrow.best is not None
    assert (narrow.best.score, narrow.best.left, narrow.best.right) == (
        whole.best.score, whole.best.left, whole.best.right,
    )  # fmt: skip


def test_one_set_of_thresholds_serves_search_and_decision_while_the_gallery_stays_as_it_was(
    calibration: Calibration,
) -> None:
    probe = PEOPLE[7][1]
    within = search_within(probe, ENGINE, calibration=calibration, policy=Policy())
    found = ENGINE.search(probe, within=within.usual)
    rates = {"calibration": calibration, "policy": Policy(), "codes_per_eye": found.codes_per_eye}
    same = decide(probe, found.candidates, gallery_size=300, thresholds=within.thresholds, **rates)  # type: ignore[arg-type]
    assert same.thresholds is within.thresholds
    assert same == decide(probe, found.candidates, gallery_size=300, **rates)  # type: ignore[arg-type]
    grown = decide(probe, found.candidates, gallery_size=301, thresholds=within.thresholds, **rates)  # type: ignore[arg-type]
    assert grown == decide(probe, found.candidates, gallery_size=301, **rates)  # type: ignore[arg-type]
