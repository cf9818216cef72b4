"""When observation starts, and what its forms take."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from registry.observation.forms import ObservationForm, PlaceForm, RelationForm
from registry.observation.rules import latest_start, starts_too_late

HOURS = {"started_at": "2026-11-24T10:00:00+03:30", "ended_at": "2026-11-24T12:00:00+03:30", "team": "گشت ۱"}


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)))
def test_observation_starts_two_months_before_the_district(starts_on: dt.date) -> None:
    last = latest_start(starts_on)
    assert 59 <= (starts_on - last).days <= 62
    assert not starts_too_late(last, starts_on)
    assert starts_too_late(last + dt.timedelta(days=1), starts_on)


def test_the_end_of_a_long_month_falls_on_the_end_of_a_short_one() -> None:
    assert latest_start(dt.date(2027, 4, 30)) == dt.date(2027, 2, 28)
    assert latest_start(dt.date(2027, 1, 31)) == dt.date(2026, 11, 30)


@pytest.mark.parametrize(
    "fields",
    [
        {"photo": "x"},
        {"names": ["زهرا"]},
        {"counts": [{"sex": "girl", "age_band": "5-9", "seen": 0}]},
        {"counts": [{"sex": "girl", "age_band": "8", "seen": 1}]},
        {"counts": [{"sex": "girl", "age_band": "5-9", "seen": 1}] * 2},
        {"packs_handed_out": -1},
        {"started_at": "2026-11-24T10:00:00"},
    ],
)
def test_an_observation_takes_counts_and_no_child(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ObservationForm.model_validate(HOURS | fields)


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"other": 1},
        {"other": 2, "adult": "عمو"},
        {"other": 2, "relation": "employer"},
        {"adult": "عمو", "relation": "sibling"},
        {"other": 2, "source": "guess"},
    ],
)
def test_a_relation_is_between_two_children_or_a_child_and_an_adult(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        RelationForm.model_validate({"slot": 1, "relation": "sibling", "source": "child_said"} | fields)


def test_a_point_is_whole_or_not_there() -> None:
    with pytest.raises(ValidationError):
        PlaceForm.model_validate(
            {"name": "شوش", "kind": "square", "district": "۱۲", "latitude": 35.6, "district_starts_on": "2027-03-01",
             "observe_from": "2026-12-01"}
        )  # fmt: skip
