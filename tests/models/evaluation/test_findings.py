"""What an evaluation finds beside its rates: kinds of pairs, refusals, wrong labels, pairs to look at, predictions."""

import numpy as np
import pytest

from models.evaluation import comparisons, predicted, rejection, strata, suspects, worst
from models.evaluation.comparisons import Labels
from models.evaluation.extraction import Record
from tests.models.evaluation.labelled import row, rows_of, scores_of

Drawn = np.random.Generator


def _pairs(rows, scores):
    labels, everything = Labels.of(rows), np.ones(len(rows), np.bool_)
    return (
        labels,
        comparisons.genuine(scores, labels, everything),
        comparisons.impostor(scores, labels, everything),
    )


def test_a_picture_under_anothers_name_is_listed(rng: Drawn) -> None:
    rows = rows_of(people=8, pictures=4, eyes=("left",))
    scores = scores_of(rows, rng)
    stranger, owner = 0, np.arange(4, 8)
    scores[stranger, 1:4] = scores[1:4, stranger] = 0.45
    scores[stranger, owner] = scores[owner, stranger] = 0.15
    (found,) = suspects.suspects(rows, scores, Labels.of(rows), limit=0.3)
    assert (found.kind, found.a) == ("wrong_name", rows[0].name)
    assert rows[found.second].subject == "p001"


def test_one_person_under_two_names_is_listed_once(rng: Drawn) -> None:
    rows = rows_of(people=8, pictures=3, eyes=("left",))
    scores = scores_of(rows, rng)
    scores[0:3, 3:6] = 0.15
    scores[3:6, 0:3] = 0.15
    (found,) = suspects.suspects(rows, scores, Labels.of(rows), limit=0.3)
    assert found.kind == "one_person_twice"


def test_left_and_right_exchanged_is_told_as_that(rng: Drawn) -> None:
    rows = rows_of(people=4, pictures=3)
    scores = scores_of(rows, rng)
    scores[0, 3:6] = scores[3:6, 0] = 0.15
    (found,) = suspects.suspects(rows, scores, Labels.of(rows), limit=0.3)
    assert found.kind == "sides_swapped"


def test_one_chance_likeness_makes_no_wrong_label(rng: Drawn) -> None:
    rows = rows_of(people=8, pictures=4, eyes=("left",))
    scores = scores_of(rows, rng)
    scores[0, 4] = scores[4, 0] = 0.1
    assert suspects.suspects(rows, scores, Labels.of(rows), limit=0.3) == ()


def test_refusing_the_pictures_that_miss_lowers_the_misses(rng: Drawn) -> None:
    rows = rows_of(people=40, pictures=3)
    scores = scores_of(rows, rng)
    poor = np.arange(0, len(rows), 20)
    scores[poor, :] = scores[:, poor] = 0.46
    quality = np.where(np.isin(np.arange(len(rows)), poor), 0.1, 0.9)
    _, own, other = _pairs(rows, scores)
    points = rejection.curve(own, other, quality, np.ones(len(rows), np.bool_))
    before, after = points[0].fnmr, rejection.after(points, 0.05).fnmr
    assert before is not None
    assert after is not None
    assert before > 0.05
    assert after < 0.02


def test_strata_follow_the_manifests_columns(rng: Drawn) -> None:
    rows = []
    for person in range(30):
        for k in range(3):
            more = {"device": "ab"[k % 2], "time": f"202{k}-05-01", "age": str(person % 20), "session": str(k)}
            rows.append(row(f"p{person:02d}", "left", k, **more))
    scores = scores_of(rows, rng)
    labels, own, other = _pairs(rows, scores)
    records = [Record(template=b"x", pupil_ratio=0.3 + 0.1 * (k % 2)) for k in range(len(rows))]
    found = strata.build(rows, records, labels, own, other, 0.35)
    assert {s.name: s.genuine_pairs for s in found["sensor"]} == {"a": 30, "a with b": 60}
    assert {s.name: s.genuine_pairs for s in found["time"]} == {"up to a year": 60, "one to two years": 30}
    assert {s.name for s in found["age"]} == {"under 7", "7 to 12", "13 to 17", "18 and over"}
    assert {s.name: s.genuine_pairs for s in found["session"]} == {"different sessions": 90}
    assert sum(s.genuine_pairs for s in found["pupil"]) == len(own)
    assert sum(s.impostor_pairs for s in found["sensor"]) <= len(other)


def test_without_columns_only_pupils_and_bits_are_told_apart(rng: Drawn) -> None:
    rows = rows_of(people=5, pictures=2)
    labels, own, other = _pairs(rows, scores_of(rows, rng))
    records = [Record(template=b"x", pupil_ratio=0.3)] * len(rows)
    assert set(strata.build(rows, records, labels, own, other, 0.3)) == {"pupil", "bits"}


def test_worst_pairs_do_not_repeat_one_picture(rng: Drawn) -> None:
    rows = rows_of(people=6, pictures=4, eyes=("left",))
    scores = scores_of(rows, rng)
    scores[0, 1:4] = scores[1:4, 0] = 0.49
    labels, own, other = _pairs(rows, scores)
    found = worst.genuine(own)
    places = [p for pair in found for p in (pair.first, pair.second)]
    assert 0 in places[:2]
    assert len(set(places)) == len(places)
    eyes = [int(labels.eye[p]) for pair in worst.impostor(other, labels) for p in (pair.first, pair.second)]
    assert len(set(eyes)) == len(eyes)


def test_a_prediction_is_checked_by_what_the_pairs_show(rng: Drawn) -> None:
    rows = rows_of(people=60, pictures=3, eyes=("left",))
    scores = scores_of(rows, rng)
    # the least of seven independent rotations, as the model has it
    drawn = rng.normal(0.5, 0.035, (7, len(rows), len(rows))).min(axis=0)
    eyes = Labels.of(rows).eye
    strange = np.triu(np.where(eyes[:, None] != eyes[None, :], drawn, scores), 1)
    scores = (strange + strange.T).astype(np.float32)
    labels, own, other = _pairs(rows, scores)
    told = predicted.predictions(predicted.fitted(other, labels), own, other, (1e-2, 1e-3, 1e-6))
    assert [p.checked for p in told] == [True, True, False]
    assert all(p.fmr_seen == pytest.approx(p.fmr, rel=0.6) for p in told[:2])
    assert told[0].threshold > told[1].threshold > told[2].threshold


def test_too_few_strangers_predict_nothing(rng: Drawn) -> None:
    rows = rows_of(people=4, pictures=2)
    labels, own, other = _pairs(rows, scores_of(rows, rng))
    assert predicted.predictions(predicted.fitted(other, labels), own, other, (1e-3,)) == []


def test_who_has_left_and_right_exchanged_is_listed_with_a_picture_of_either_eye(rng: Drawn) -> None:
    rows = rows_of(6, 3)
    seen: list[str | None] = [r.eye if r.subject != "p002" else {"left": "right", "right": "left"}[r.eye] for r in rows]
    seen[0] = None
    (found,) = suspects.sides(rows, scores_of(rows, rng), seen, ["lg"] * len(rows))
    assert (found.kind, found.a, found.b) == ("labels_exchanged", "p002_left_0.png", "p002_right_0.png")


def test_two_cameras_of_which_one_mirrors_are_judged_each_by_its_own_people(rng: Drawn) -> None:
    rows = rows_of(6, 3)
    mirrored = {"left": "right", "right": "left"}
    cameras = ["a" if r.subject < "p003" else "b" for r in rows]
    seen: list[str | None] = [r.eye if c == "a" else mirrored[r.eye] for r, c in zip(rows, cameras, strict=True)]
    assert suspects.sides(rows, scores_of(rows, rng), seen, cameras) == ()
    seen = [r.eye if r.subject == "p004" else side for r, side in zip(rows, seen, strict=True)]
    assert [s.a for s in suspects.sides(rows, scores_of(rows, rng), seen, cameras)] == ["p004_left_0.png"]


def test_who_shows_one_side_twice_is_listed_as_that_and_who_tells_too_little_is_not(rng: Drawn) -> None:
    rows = rows_of(6, 3)
    seen: list[str | None] = ["left" if r.subject == "p001" else r.eye for r in rows]
    (found,) = suspects.sides(rows, scores_of(rows, rng), seen, ["lg"] * len(rows))
    assert (found.kind, found.a) == ("one_side_twice", "p001_left_0.png")
    silent = [
        side if k % 3 == 0 or r.subject != "p001" else None for k, (r, side) in enumerate(zip(rows, seen, strict=True))
    ]
    assert suspects.sides(rows, scores_of(rows, rng), silent, ["lg"] * len(rows)) == ()


def test_strangers_of_two_sensors_are_predicted_and_checked_each_pair_by_itself(rng: Drawn) -> None:
    rows = rows_of(60, 3)
    scores, labels, everyone = scores_of(rows, rng), Labels.of(rows), np.ones(len(rows), np.bool_)
    sensors = ["a" if r.subject < "p030" else "b" for r in rows]
    near = np.array([s == "a" for s in sensors])
    strangers = labels.eye[:, None] != labels.eye[None, :]
    scores = np.where(near[:, None] & near[None, :] & strangers, scores - np.float32(0.03), scores)
    own, other = (pick(scores, labels, everyone) for pick in (comparisons.genuine, comparisons.impostor))
    tail = predicted.fitted(other, labels)
    found = {
        (p.first, p.second, p.fmr): p for p in predicted.of_sensors(tail, own, other, labels, sensors, (1e-2, 1e-3))
    }
    assert {key[:2] for key in found} == {("a", "a"), ("a", "b"), ("b", "b")}
    assert found["a", "b", 1e-2].fnmr is None
    assert found["a", "b", 1e-2].genuine_pairs == 0
    assert found["a", "a", 1e-2].fnmr is not None
    assert found["a", "a", 1e-2].threshold < found["b", "b", 1e-2].threshold
    assert found["a", "a", 1e-2].fmr_seen <= 1.3e-2 < found["a", "a", 1e-2].fmr_seen_by_all
    assert found["b", "b", 1e-2].fmr_seen_by_all < found["b", "b", 1e-2].fmr_seen
    assert predicted.of_sensors(tail, own, other, labels, ["a"] * len(rows), (1e-2,)) == []


def test_of_many_sensors_only_those_with_most_pairs_are_predicted(rng: Drawn) -> None:
    rows = rows_of(60, 4)
    labels, own, other = _pairs(rows, scores_of(rows, rng))
    usual = ["a" if r.subject < "p020" else "b" if r.subject < "p040" else "c" for r in rows]
    odd = [f"{700 + k} x 480" if k % 3 == 0 else sensor for k, sensor in enumerate(usual)]
    found = predicted.of_sensors(predicted.fitted(other, labels), own, other, labels, odd, (1e-2,))
    assert {p.first for p in found} | {p.second for p in found} == {"a", "b", "c"}
    assert len(found) == 6


def test_strata_by_valid_bits_go_by_the_picture_with_fewer(rng: Drawn) -> None:
    rows = rows_of(12, 3)
    scores, labels, everyone = scores_of(rows, rng), Labels.of(rows), np.ones(len(rows), np.bool_)
    records = [Record(template=b"x", valid_bits=500 if k % 3 == 0 else 1000) for k in range(len(rows))]
    own, other = (pick(scores, labels, everyone) for pick in (comparisons.genuine, comparisons.impostor))
    told = {s.name: s for s in strata.build(rows, records, labels, own, other, 0.4)["bits"]}
    assert {name: s.genuine_pairs for name, s in told.items()} == {"under 600": 48, "900 to 1199": 24}
    assert sum(s.impostor_pairs for s in told.values()) == len(other)
