"""The table of tasks, line by line, as the domain has it."""

import pytest

from registry.access.rules import Role
from registry.calendar.rules import Days, SameDay, Within
from registry.cases.rules.exits import EXITS, Alarm
from registry.cases.rules.following import RHYTHM
from registry.cases.rules.orders import OrderStanding
from registry.cases.rules.states import CaseState
from registry.cases.rules.table import CASEWORK, TASKS, on_a_case
from registry.cases.rules.task import After, CaseOpens, Correction, Enters, Scope, Task, WhenAsked, with_dues
from registry.web.strings import LANGUAGES, catalogue

R, S = Role, CaseState

# task: (who does or decides it, who asks first, the second person, what opens it, due, needs)
DOMAIN = {
    "observation": ({R.OUTREACH}, set(), set(), "plan", None, ()),
    "encounter": ({R.OUTREACH}, set(), set(), "contact", None, ()),
    "transfer": ({R.OUTREACH, R.SCREENING}, set(), set(), "child agrees", None, ()),
    "arrival_check": ({R.SCREENING}, set(), {R.SCREENING}, After(("arrival",)), Within(minutes=15), ("arrival",)),
    "urgent_need": (
        {R.SCREENING, R.SOCIAL_WORKER, R.CLINICIAN, R.PSYCHOLOGIST}, set(), set(), After(("arrival",)), Within(),
        ("arrival",),
    ),
    "health_assessment": (
        {R.CLINICIAN, R.PSYCHOLOGIST}, set(), {R.CLINICIAN, R.PSYCHOLOGIST}, After(("arrival",)), Within(hours=2),
        ("arrival",),
    ),
    "interview": ({R.PSYCHOLOGIST}, set(), set(), After(("urgent_need",)), SameDay(), ("urgent_need",)),
    "identity": ({R.SCREENING}, set(), set(), After(("interview",)), SameDay(), ()),
    "judicial_order": ({R.LEGAL_OFFICER}, set(), set(), After(("arrival",)), Within(hours=12), ()),
    "home_visit": ({R.SOCIAL_WORKER, R.CASE_MANAGER}, set(), {R.SOCIAL_WORKER}, CaseOpens(), Within(hours=24), ()),
    "plan": ({R.CASE_MANAGER}, set(), set(), After(("health_assessment",)), Within(hours=72), ()),
    "notice": ({R.CENTRE_MANAGER}, {R.LEGAL_OFFICER}, set(), "a decision a child", None, ("identity",)),
    "accommodation": (
        {R.SCREENING, R.SOCIAL_WORKER, R.CLINICIAN, R.PSYCHOLOGIST}, set(), set(), Enters(S.KEPT), Days(7), (),
    ),
    "best_interests": (set(CASEWORK), set(CASEWORK), set(), "before discharge, placement, transfer, notice", None, ()),
    "discharge": (
        {R.CENTRE_MANAGER}, {R.CASE_MANAGER}, set(), After(("identity", "home_visit")), Days(2),
        ("arrival_check", "identity", "home_visit", "best_interests"),
    ),
    "quasi_family": (
        {R.CENTRE_MANAGER, R.COUNTY_OFFICER}, {R.LEGAL_OFFICER, R.CASE_MANAGER}, set(), "the court", None,
        ("best_interests",),
    ),
    "tracing": ({R.SOCIAL_WORKER, R.CASE_MANAGER}, set(), set(), "a separated child, or a parent", Days(7), ()),
    "follow_up": ({R.SOCIAL_WORKER, R.CASE_MANAGER}, set(), set(), Enters(S.WITH_FAMILY), Days(7), ()),
    "complaint": ({R.SAFEGUARDING_OFFICER}, set(), set(), "a complaint", Days(10), ()),
}  # fmt: skip
EXITS_OF_DOMAIN = (
    "ran_away", "hospital", "arrested", "taken_by_relative", "left_country", "died", "turned_18", "found_adult",
    "moved_province", "refuses_contact", "duplicate",
)  # fmt: skip
OURS = ("arrival", "keeping", "notice_answer", "referral", "aftercare", "exit_review", "closure", "skip")


def test_every_line_of_the_domains_table_is_in_ours_and_nothing_else_is() -> None:
    assert set(TASKS) == {*DOMAIN, *EXITS_OF_DOMAIN, *OURS}


@pytest.mark.parametrize("name", DOMAIN)
def test_a_line_says_who_opens_when_due_by_when_and_needs_what(name: str) -> None:
    who, asked_by, second, opens, due, needs = DOMAIN[name]
    task = TASKS[name]
    assert task.who == who
    assert task.asked_by == asked_by
    assert second <= task.second
    assert bool(second) == bool(task.second)
    assert _opens(task, opens)
    assert task.due == due
    assert task.needs == needs


def _opens(task: Task, reason: object) -> bool:
    if isinstance(reason, str):
        return any(isinstance(one, WhenAsked) and one.ground.startswith(reason) for one in task.opens)
    return reason in task.opens


@pytest.mark.parametrize("name", EXITS_OF_DOMAIN)
def test_every_exit_has_its_own_form_an_alarm_a_review_and_an_effect_on_clocks(name: str) -> None:
    one, task = EXITS[name], TASKS[name]
    assert [other.name for other in EXITS.values() if other.form is one.form] == [name]
    assert one.told
    assert one.review_by == {R.CENTRE_MANAGER, R.COUNTY_OFFICER}
    assert one.review_within.due
    assert one.clocks
    assert task.scope is Scope.EXIT
    assert task.who > CASEWORK, "whoever sees it writes it down"


@pytest.mark.parametrize("name", TASKS)
def test_every_task_says_how_it_is_corrected_and_nothing_is_overwritten(name: str) -> None:
    assert TASKS[name].correction is (Correction.NEW_LETTER if name == "notice" else Correction.NEW_ENTRY)


def test_who_may_skip_with_a_reason_and_what_nobody_may_skip() -> None:
    skippable = {name for name, task in TASKS.items() if task.waived_by}
    assert skippable == {"interview", "home_visit", "plan", "tracing", "aftercare"}
    for name in skippable:
        assert TASKS[name].waived_by <= {R.CENTRE_MANAGER, R.COUNTY_OFFICER}


def test_no_task_requires_iris() -> None:
    for task in on_a_case():
        schema = str(task.produces.model_json_schema()) if task.produces else ""
        if "iris" in schema:
            assert any(other in schema for other in ("two_staff_and_card", "two_statements", "form_without_iris")), task
    assert not [task for task in TASKS.values() if any("iris" in needed for needed in task.needs)]


def test_what_asks_and_what_decides_are_never_the_same_single_role() -> None:
    for task in TASKS.values():
        if task.is_decided:
            assert len(task.who | task.asked_by) > 1, task.name


def test_every_needed_task_and_every_opening_task_is_in_the_table() -> None:
    for task in TASKS.values():
        assert set(task.needs) <= set(TASKS)
        for reason in task.opens:
            assert not isinstance(reason, After) or set(reason.tasks) <= set(TASKS)


def test_follow_up_comes_after_7_30_90_and_180_days_and_more_often_with_more_risk() -> None:
    low, medium, high = (rhythm.days for rhythm in RHYTHM.values())
    assert low == (7, 30, 90, 180)
    assert len(low) < len(medium) < len(high)
    assert high[0] < low[0]


def test_times_are_a_setting_and_the_rest_is_not() -> None:
    changed = with_dues(TASKS, {"judicial_order": Within(hours=6)})
    assert changed["judicial_order"].due == Within(hours=6)
    assert changed["judicial_order"].who == TASKS["judicial_order"].who
    with pytest.raises(KeyError):
        with_dues(TASKS, {"nothing": Within(hours=6)})


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_that_the_history_and_the_sheet_say_has_its_words(language: str) -> None:
    kinds = (
        "moved", "written", "corrected", "asked", "granted", "refused", "promised", "promise_kept", "promise_broken",
        "committed", "commitment_kept", "commitment_breached", "commitment_released", "assigned",
    )  # fmt: skip
    rung = {name for name, one in EXITS.items() if one.alarm is not Alarm.NONE}
    rung |= {"order_expires", "order_expired", "over_a_day_undecided", "notice_unanswered", "not_the_same_child"}
    words = {f"event.{kind}" for kind in kinds} | {f"alarm.{what}" for what in rung}
    words |= {f"order.{standing}" for standing in OrderStanding}
    assert words <= set(catalogue(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_decides_reads_the_form_in_words(language: str) -> None:
    asked: set[str] = set()
    for task in TASKS.values():
        if task.is_decided and task.produces:
            schema = task.produces.model_json_schema()
            for part in (schema, *schema.get("$defs", {}).values()):
                asked |= {f"field.{name}" for name in part.get("properties", {})}
                asked |= {f"value.{word}" for word in part.get("enum", ()) if not word[0].isdigit()}
    assert asked <= set(catalogue(language))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_task_has_its_name(language: str) -> None:
    assert {f"task.{name}" for name in TASKS} <= set(catalogue(language))
