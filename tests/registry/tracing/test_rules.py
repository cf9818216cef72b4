"""Whether a search may mean a child."""

import datetime as dt

import pytest

from registry.tracing.forms import InquiryForm, SoughtChild
from registry.tracing.rules import Known, agreeing, is_enough, may_be_kept_away

TODAY = dt.date(2026, 11, 24)
ZAHRA = Known(own=("زهرا نوری", "زهرا", "نوری"), fathers=("عبدالکریم",), sex="girl", age=(9, 11), places=("میدان شوش",))


def sought(**fields: object) -> SoughtChild:
    return SoughtChild.model_validate({"given_name": "زهرا"} | fields)


@pytest.mark.parametrize(
    ("fields", "agrees"),
    [
        ({"fathers_name": "عبد الكريم"}, ("given_name", "fathers_name")),
        ({"family_name": "نوري"}, ("given_name", "family_name")),
        ({"birth": "۱۳۹۵"}, ("given_name", "age")),
        ({"birth": "2014"}, ("given_name", "age")),
        ({"last_seen": {"place": "شوش"}}, ("given_name", "last_seen")),
        ({"given_name": "زهره", "fathers_name": "کریم", "sex": "girl"}, None),
        ({"given_name": "زهره", "fathers_name": "عبدالکریم"}, ("given_name", "fathers_name")),
        ({}, None),
        ({"grandfathers_name": "صفدر"}, None),
        ({"fathers_name": "سلیم", "birth": "۱۳۹۵"}, None),
        ({"birth": "۱۳۸۸", "family_name": "نوری"}, None),
        ({"sex": "boy", "fathers_name": "عبدالکریم"}, None),
        ({"given_name": "پروین", "fathers_name": "عبدالکریم"}, None),
    ],
)
def test_a_name_and_one_thing_more_must_agree_and_nothing_contradict(
    fields: dict[str, object], agrees: tuple[str, ...] | None
) -> None:
    assert agreeing(sought(**fields), ZAHRA, TODAY) == agrees


def test_what_nobody_wrote_down_does_not_contradict() -> None:
    unknown = Known(own=("زهرا",), places=("میدان شوش",))
    asked = sought(fathers_name="سلیم", sex="girl", birth="۱۳۹۵", last_seen={"place": "میدان شوش"})
    assert agreeing(asked, unknown, TODAY) == ("given_name", "last_seen")


def test_a_search_needs_more_than_a_name() -> None:
    assert not is_enough(sought(nickname="گلی", sex="girl"))
    assert not is_enough(sought(last_seen={"with_whom": "عمو"}))
    assert is_enough(sought(last_seen={"place": "شوش"}))
    assert is_enough(sought(birth="۱۳۹۵"))


def test_an_inquirer_who_may_be_kept_away_is_noticed_in_any_spelling() -> None:
    said = {"inquirer": {"name": "عبدالكريم نوري", "relation": "عمو"}, "child": {"given_name": "زهرا"}}
    inquiry = InquiryForm.model_validate(said)
    assert may_be_kept_away(inquiry, ["عبدالکریم نوری"])
    assert not may_be_kept_away(inquiry, ["سلیم احمدی"])
    assert not may_be_kept_away(inquiry, [])
