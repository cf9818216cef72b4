"""The form of the least that is known of a child."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from registry.access.rules import Role
from registry.children.record import ChildRecord
from registry.children.rules import (
    FOR_WRITERS_ONLY,
    KeptAge,
    age_on,
    age_today,
    differing,
    hidden_from,
    kept_age,
    lies_ahead,
)

TODAY = dt.date(2026, 11, 24)
SAID = {"standing": "claimed", "country": "AF", "source": "child_said", "on": "۱۴۰۵/۰۹/۰۱"}


def record(**fields: object) -> ChildRecord:
    return ChildRecord.model_validate(fields)


def test_nothing_need_be_known() -> None:
    assert age_on(record(), TODAY) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"photo": "x"},
        {"nationality": [SAID | {"source": "accent"}]},
        {"nationality": [SAID | {"source": None}]},
        {"nationality": [{"standing": "documented", "country": "AF"}]},
        {"given_name": "ن" * 201},
        {"given_name": "علی\u202eرضا"},
        {"given_name": ""},
        {"mononym": True, "given_name": "گلالی", "family_name": "نوری"},
        {"mononym": True},
        {"age": {"low": 12, "high": 9, "method": "said", "said_on": "2026-11-24"}},
        {"age": {"low": 9, "high": 12, "method": "guess", "said_on": "2026-11-24"}},
        {"age": {"low": 9, "high": 12, "method": "said"}},
        {"birth": {"when": "۱۳۹۴/۱۳", "method": "said"}},
        {"work": [{"kind": "گل‌فروشی", "hours_a_day": 25}]},
        {"marks": "خال"},
    ],
)
def test_what_the_form_does_not_take_is_refused(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        record(**fields)


def test_names_stay_as_they_were_written() -> None:
    found = record(given_name="غلام‌رضا", fathers_name="عبدالله", honorific="سيد", languages=["دری", "پښتو"])
    assert (found.given_name, found.honorific) == ("غلام‌رضا", "سيد")
    assert record(given_name="<b>=cmd()</b>").given_name == "<b>=cmd()</b>"


def test_an_age_ages_by_itself_and_a_birth_goes_before_it() -> None:
    said = {"low": 9, "high": 11, "method": "said", "said_on": "2024-11-24"}
    assert age_on(record(age=said), TODAY) == (11, 13)
    assert age_on(record(age=said, birth={"when": "اسد ۱۳۹۴", "method": "document"}), TODAY) == (11, 11)
    assert age_on(record(birth={"when": "2016", "method": "said"}), TODAY) == (9, 10)


@given(st.integers(1385, 1405), st.none() | st.integers(1, 12), st.none() | st.integers(1, 30), st.integers(0, 6000))
def test_an_age_kept_for_lists_never_leaves_out_the_true_one(
    year: int, month: int | None, day: int | None, later: int
) -> None:
    when = f"{year}" if month is None else f"{year}-{month}" if day is None or month == 12 else f"{year}-{month}-{day}"
    born = record(birth={"when": when, "method": "said"})
    kept, then = kept_age(born, TODAY), TODAY + dt.timedelta(days=later)
    assert kept is not None
    aged, true = age_today(kept.low, kept.high, kept.on, then), age_on(born, then)
    assert aged is not None
    assert true is not None
    assert aged[0] <= true[0]
    assert true[1] <= aged[1]
    assert aged[1] - aged[0] <= 1


def test_who_was_born_on_a_leap_day_has_a_birthday_every_year() -> None:
    kept = kept_age(record(birth={"when": "2012-02-29", "method": "document"}), dt.date(2026, 3, 1))
    assert kept == KeptAge(14, 14, "document", dt.date(2026, 3, 1))


def test_a_date_that_has_not_come_is_found() -> None:
    assert lies_ahead(record(birth={"when": "۱۴۰۶", "method": "said"}), TODAY) == "birth"
    assert lies_ahead(record(nationality=[SAID | {"on": "2026-11-25"}]), TODAY) == "nationality"
    assert lies_ahead(record(nationality=[SAID], birth={"when": "۱۴۰۵", "method": "said"}), TODAY) is None


def test_two_versions_are_compared_field_by_field() -> None:
    assert differing(record(given_name="زهرا", sex="girl"), record(given_name="زهره", sex="girl")) == ("given_name",)


def test_where_a_child_sleeps_is_for_its_own_workers() -> None:
    assert hidden_from({Role.CLINICIAN}) == FOR_WRITERS_ONLY
    assert hidden_from({Role.CLINICIAN, Role.SOCIAL_WORKER}) == frozenset()
