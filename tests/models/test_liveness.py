"""Forgeries leave traces; living eyes, also badly taken ones, seldom look like them."""

import json
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from models.boundary.circles import Boundaries
from models.liveness import SPECIES, judge, likeliest, over_frames
from models.liveness.fit import Shown, at_most, judged, learned, passed
from models.liveness.judge import LONE, Model, pinned_model
from models.liveness.species import attack
from models.liveness.traces import Traces, traces
from models.normalise import unroll
from models.synthetic import SyntheticImage
from tests.models.conftest import round_truth

Take = Callable[..., SyntheticImage]


def of(shot: SyntheticImage, species: str | None = None, seed: int = 0) -> Traces:
    circles, picture = round_truth(shot), shot.image
    if species is not None:
        picture = attack(species, picture, circles, np.random.default_rng(seed))  # type: ignore[arg-type]
    return traces(picture, circles, unroll(picture, shot.visible_iris.astype(np.uint8) * 255, circles))


def mean(take: Take, name: str, species: str | None) -> float:
    return float(np.mean([getattr(of(take(person=k), species, k), name) for k in range(6)]))


@pytest.mark.parametrize(
    ("species", "trace", "sign"),
    [
        ("print", "fine_peak", 1),
        ("print", "shine", -1),
        ("print", "dark", 1),
        ("screen", "fine_peak", 1),
        ("screen", "dark", 1),
        ("lens", "around_peak", 1),
    ],
)
def test_each_forgery_leaves_the_trace_it_is_known_by(take: Take, species: str, trace: str, sign: int) -> None:
    assert sign * (mean(take, trace, species) - mean(take, trace, None)) > 0


@pytest.mark.parametrize("species", SPECIES)
def test_a_forgery_is_the_same_each_time_and_keeps_the_pictures_form(take: Take, species: str) -> None:
    shot = take()
    made = [attack(species, shot.image, round_truth(shot), np.random.default_rng(3)) for _ in range(2)]  # type: ignore[arg-type]
    assert np.array_equal(*made)
    assert (made[0].shape, made[0].dtype) == (shot.image.shape, np.uint8)
    assert not np.array_equal(made[0], shot.image)


def test_most_forgeries_are_suspected_and_few_living_eyes(take: Take) -> None:
    shots = [take(person=k) for k in range(8)]
    model = pinned_model()
    living = [max(model.scores(of(shot).values()).values()) > 0 for shot in shots]
    assert sum(living) <= 2
    for species in ("print", "screen"):
        forged = [max(model.scores(of(shot, species, k).values()).values()) > 0 for k, shot in enumerate(shots)]
        assert sum(forged) >= 6, species


def test_advice_names_the_species_and_its_finding(take: Take) -> None:
    shot = take()
    circles = round_truth(shot)
    forged = attack("print", shot.image, circles, np.random.default_rng(1))
    sheet = unroll(forged, shot.visible_iris.astype(np.uint8) * 255, circles)
    told = judge(forged, circles, sheet)
    assert told.species in SPECIES
    assert told.finding == f"suspected_{told.species}"
    assert set(told.scores) == set(SPECIES)


def test_hopeless_pictures_have_finite_traces(take: Take) -> None:
    shot = take(openness=0.0)
    circles = round_truth(shot)
    for picture in (np.zeros_like(shot.image), np.full_like(shot.image, 255), shot.image):
        found = traces(picture, circles, unroll(picture, np.zeros_like(picture), circles))
        assert np.isfinite(found.values()).all()


def made(kind: str, k: int, values: np.ndarray) -> Shown:
    return Shown(dataset="a", subject=f"a-{k}", eye="left", kind=kind, values=values)


def test_the_limit_leaves_three_living_eyes_in_a_thousand_for_each_forgery() -> None:
    rng = np.random.default_rng(0)
    real = [made("real", k, rng.normal(0, 1, 7)) for k in range(1000)]
    forged = [
        made(name, k, rng.normal(0, 1, 7) + 5 * np.eye(7)[n]) for n, name in enumerate(SPECIES) for k in range(200)
    ]
    model = learned(real + forged)
    assert passed(model, real).count(False) <= 9
    assert passed(model, forged).count(True) <= 0.12 * len(forged)


def test_an_eye_is_suspected_by_most_of_its_frames_and_by_a_lone_one_only_when_that_is_surer() -> None:
    clear = {"print": -1.0, "screen": -1.0, "lens": -1.0}
    odd = clear | {"lens": 0.9}
    assert likeliest(over_frames([odd, odd, clear])) == ("lens", 0.9)
    assert likeliest(over_frames([odd, clear, clear])) == (None, -1.0)
    assert likeliest(over_frames([odd])) == ("lens", pytest.approx(0.9 - LONE))
    assert likeliest(over_frames([clear | {"lens": LONE}])) == (None, 0.0)


def test_judging_eyes_counts_every_choice_of_their_frames() -> None:
    model = pinned_model()
    frames = [made("real", k // 4, model.middle) for k in range(8)]
    assert judged(model, frames, 2) == [True] * 12


def test_a_lens_is_as_oval_as_the_iris_it_lies_on(take: Take) -> None:
    shot = take()
    circles = round_truth(shot)
    flat = Boundaries(circles.pupil, replace(circles.iris, tall=0.7))
    changed = [
        np.flatnonzero(
            np.abs(attack("lens", np.full_like(shot.image, 128), one, np.random.default_rng(3)) - 128.0).max(1) > 12
        )
        for one in (circles, flat)
    ]
    assert np.ptp(changed[1]) < 0.85 * np.ptp(changed[0])


def test_the_bound_of_no_errors_in_n_is_what_binomials_say() -> None:
    assert at_most(0, 100) == pytest.approx(1 - 0.025 ** (1 / 100), abs=1e-4)
    assert at_most(5, 100) == pytest.approx(0.1128, abs=1e-3)
    assert at_most(10, 10) == 1


def test_the_model_survives_writing_and_reading() -> None:
    model = pinned_model()
    raw = json.loads(json.dumps({name: values.tolist() for name, values in model.weights.items()}))
    again = Model(model.middle, model.spread, {name: np.array(v) for name, v in raw.items()}, model.limits)
    values = np.ones(7)
    assert again.scores(values) == model.scores(values)
