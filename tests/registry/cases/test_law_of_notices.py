"""The notice to the directorate: whom it is about, when it goes, and what its silence means."""

import datetime as dt
from typing import Any

import pytest

from registry.access.rules import Role
from registry.calendar.rules import WorkingCalendar
from registry.cases.forms.assessing import Nationality
from registry.cases.rules.clocks import ringing
from registry.cases.rules.notices import NoticeStanding, notice_standing
from registry.cases.rules.orders import why_not_keep
from registry.cases.rules.refusals import Refusal
from tests.registry.cases.law import NOW, Paper, actor, order, ready_to_leave
from tests.registry.cases.samples import best_interests


def foreign() -> Paper:
    return ready_to_leave().put("best_interests", **best_interests("notice"))


@pytest.mark.parametrize(
    "nationality",
    [
        {"standing": "unknown"},
        {"standing": "disputed", "country": "AF", "source": "authority", "on": "1405/9/1"},
        {"standing": "claimed", "country": "IR", "source": "child_said", "on": "1405/9/1"},
        {
            "standing": "documented", "country": "AF", "source": "document", "on": "1405/9/1",
            "mother_is_iranian": True,
        },
    ],
)  # fmt: skip
def test_unknown_disputed_undocumented_iranian_and_an_iranian_mothers_child_go_the_iranian_way(
    nationality: dict[str, Any],
) -> None:
    paper = foreign().put("identity", nationality=nationality)
    assert paper.why_not("notice") == "iranian_way"
    assert paper.why_not("notice", decision="do_not_send", letter=None) is None


AFGHAN = Nationality.model_validate({"standing": "claimed", "country": "AF", "source": "child_said", "on": "1405/9/1"})


def test_the_childs_record_says_the_nationality_and_the_identity_form_says_no_other() -> None:
    paper = foreign().having(nationality=(AFGHAN,))
    other_day = {"standing": "claimed", "country": "AF", "source": "guardian_said", "on": "1405/9/2"}
    assert paper.why_not("identity", nationality=None) is None
    assert paper.why_not("identity", nationality=other_day) is None
    for changes in ({"country": "PK"}, {"standing": "documented"}):
        assert paper.why_not("identity", nationality=other_day | changes) == "nationality_differs"
    moved = paper.having(nationality=(AFGHAN.model_copy(update={"mother_is_iranian": False}),))
    assert moved.why_not("identity", nationality=other_day | {"mother_is_iranian": True}) == "nationality_differs"


def test_the_record_decides_the_way_whatever_an_older_form_says_and_two_countries_are_a_dispute() -> None:
    paper = foreign()
    assert paper.why_not("notice") is None
    iranian, pakistani = (AFGHAN.model_copy(update={"country": country}) for country in ("IR", "PK"))
    assert paper.having(nationality=(iranian,)).why_not("notice") == "iranian_way"
    assert paper.having(nationality=(AFGHAN, pakistani)).why_not("notice") == "iranian_way"
    assert paper.having(nationality=(pakistani,)).why_not("notice") == "nationality_differs"
    assert paper.having(nationality=(AFGHAN,)).why_not("notice") is None


@pytest.mark.parametrize(
    "risk",
    ["persecution", "trafficking", "separated_child", "asylum_or_residence_claim", "mixed_nationality_parents"],
)
def test_a_risk_on_return_forbids_sending_and_allows_the_other_three(risk: str) -> None:
    paper = foreign()
    screened = paper.form("notice").risk_on_return.model_dump() | {risk: True}
    assert paper.why_not("notice", risk_on_return=screened) == "risk_on_return"
    for decision, refer_to in (("defer", None), ("do_not_send", None), ("refer", "unhcr"), ("refer", "lawyer")):
        other = {"decision": decision, "letter": None, "refer_to": refer_to, "risk_on_return": screened}
        assert paper.why_not("notice", **other) is None


def test_two_people_of_one_role_cannot_send_a_notice_between_them() -> None:
    managers = actor(Role.CENTRE_MANAGER)
    assert foreign().why_not("notice", by=managers) == "not_your_role"
    assert foreign().why_not("notice", by=actor(Role.LEGAL_OFFICER)) is None


def test_the_letter_is_about_this_case_and_goes_once() -> None:
    paper = foreign()
    letter = paper.form("notice").letter.model_dump() | {"case_number": "1405-00009-9"}
    assert paper.why_not("notice", letter=letter) == "notice_of_another_case"
    assert paper.why_not("notice") is None
    assert paper.put("notice").why_not("notice") == "decided_before"


def test_silence_goes_up_after_three_working_days_and_never_prolongs_keeping() -> None:
    paper = foreign()
    assert notice_standing(paper.facts, paper.now) is NoticeStanding.UNDECIDED
    paper.put("judicial_order", **order(3)).put("keeping").put("notice")
    friday_is_free = WorkingCalendar(holidays=frozenset({dt.date(2026, 11, 28)}))
    paper.having(calendar=friday_is_free)
    assert notice_standing(paper.facts, NOW + dt.timedelta(days=5)) is NoticeStanding.WAITING
    late = NOW + dt.timedelta(days=7)
    assert notice_standing(paper.facts, late) is NoticeStanding.SILENT
    assert "notice_unanswered" in {ring.what for ring in ringing(paper.facts, late)}
    assert why_not_keep(paper.facts, late) is Refusal.ORDER_EXPIRED, "waiting for an answer keeps nobody"
    paper.now = late
    assert paper.put("best_interests").why_not("discharge") is None, "nor does it hold back a discharge"
    assert paper.put("notice_answer").why_not("notice_answer") is None
    assert notice_standing(paper.facts, late) is NoticeStanding.ANSWERED


def test_an_answer_belongs_to_a_letter_that_was_sent() -> None:
    assert foreign().why_not("notice_answer") == "nothing_was_sent"
