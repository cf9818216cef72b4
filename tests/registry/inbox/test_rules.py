"""Who is told of what and when: read beside DOMAIN's table of tasks and its clocks."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.access.rules import Role
from registry.cases.forms.arriving import Waiver
from registry.cases.rules.clocks import Level as Ring
from registry.cases.rules.clocks import Ringing
from registry.cases.rules.exits import EXITS
from registry.cases.rules.table import TASKS
from registry.inbox.rules import causes
from registry.inbox.rules.causes import LEAD, READS_INBOX, Kind, Level, shown_to
from registry.inbox.rules.people import House, Seeing
from tests.registry.cases.samples import best_interests

NOW = dt.datetime(2026, 11, 24, 18, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
SARA, ALI, MINA, NASRIN, KAVEH, LEILA, OMID = range(1, 8)
STAFF = {
    SARA: frozenset({Role.CASE_MANAGER}),
    ALI: frozenset({Role.CASE_MANAGER}),
    MINA: frozenset({Role.PSYCHOLOGIST}),
    NASRIN: frozenset({Role.CENTRE_MANAGER}),
    KAVEH: frozenset({Role.COUNTY_OFFICER}),
    LEILA: frozenset({Role.REVIEWER}),
    OMID: frozenset({Role.SOCIAL_WORKER}),
}
ALL = Seeing(staff=STAFF)


def due(
    task: str, *, due_in: dt.timedelta, opened_ago: dt.timedelta = HOUR, owner: int | None = SARA, seeing: Seeing = ALL
) -> causes.Found | None:
    return causes.task_due(
        TASKS[task],
        task_id=7,
        case_id=3,
        opened=NOW - opened_ago,
        due=NOW + due_in,
        now=NOW,
        seeing=seeing,
        owner=owner,
    )


def test_a_task_of_days_is_told_of_a_day_ahead_and_not_before() -> None:
    assert due("plan", due_in=LEAD + HOUR, opened_ago=48 * HOUR) is None
    told = due("plan", due_in=LEAD, opened_ago=48 * HOUR)
    assert told is not None
    assert (told.kind, told.key, told.told, told.level) == (
        Kind.TASK_DUE, "task:7:due", {SARA}, Level.ORDINARY
    )  # fmt: skip


def test_a_task_of_minutes_is_told_of_when_it_opens() -> None:
    told = due("health_assessment", due_in=2 * HOUR, opened_ago=dt.timedelta())
    assert told is not None
    assert (told.told, told.level) == ({MINA}, Level.SOON)


def test_a_late_task_is_told_of_again_and_to_the_centres_manager_too() -> None:
    late = due("home_visit", due_in=-HOUR)
    assert late is not None
    assert (late.kind, late.key, late.told, late.level) == (
        Kind.TASK_LATE, "task:7:late", {SARA, NASRIN}, Level.URGENT
    )  # fmt: skip


def test_without_a_case_manager_others_who_may_do_it_and_the_centres_manager_are_told() -> None:
    told = due("home_visit", due_in=HOUR, owner=None)
    assert told is not None
    assert told.told == {OMID, NASRIN}
    gone = due("plan", due_in=HOUR, owner=99)
    assert gone is not None
    assert gone.told == {NASRIN}, "the case's manager has left"


def ask(task: str, form: object, *, by: int, owner: int | None = SARA) -> frozenset[int]:
    return causes.approval(
        TASKS[task], form, entry_id=5, case_id=3, asked_by=by, asker="x", seeing=ALL, owner=owner, table=TASKS,  # type: ignore[arg-type]
    ).told  # fmt: skip


def test_an_approval_goes_to_who_may_decide_and_never_to_who_asks() -> None:
    closure = TASKS["closure"].produces
    assert closure is not None
    form = closure.model_validate({"reason": "x"})
    assert ask("closure", form, by=SARA) == {NASRIN, KAVEH}
    interests = TASKS["best_interests"].produces
    assert interests is not None
    record = interests.model_validate(best_interests("discharge"))
    assert ask("best_interests", record, by=MINA) == {SARA, NASRIN, KAVEH}
    assert ask("best_interests", record, by=SARA) == {NASRIN, KAVEH}
    skip = Waiver(task="interview", reason="نیامد")
    assert ask("skip", skip, by=SARA) == {NASRIN}, "of this task the centre's manager alone lets go"


@pytest.mark.parametrize("name", sorted(EXITS))
def test_an_exits_alarm_goes_to_whom_the_exits_table_names(name: str) -> None:
    ring = Ringing(what=name, level=Ring.URGENT, told=EXITS[name].told, since=NOW)
    told = causes.alarm(ring, case_id=3, seeing=ALL, owner=SARA).told
    assert {SARA, NASRIN} <= told
    assert ALI not in told, "another's case"
    assert (KAVEH in told) == (Role.COUNTY_OFFICER in EXITS[name].told)


def test_a_warning_of_each_day_and_another_order_are_causes_of_their_own() -> None:
    def key(days: int, since: dt.datetime) -> str:
        ring = Ringing(
            what="order_expires", level=Ring.SOON, told=frozenset({Role.LEGAL_OFFICER}), since=since, days=days
        )
        return causes.alarm(ring, case_id=3, seeing=ALL, owner=SARA).key

    assert key(7, NOW) == key(7, NOW)
    assert len({key(7, NOW), key(3, NOW), key(7, NOW + 48 * HOUR)}) == 3


def test_a_waiting_childs_question_goes_to_reviewers_and_after_half_an_hour_also_to_the_centres_manager() -> None:
    def found(minutes: int, not_to: set[int]) -> causes.Found:
        due_at = NOW + dt.timedelta(minutes=minutes)
        return causes.review(4, round_=1, due=due_at, now=NOW, not_to=not_to, seeing=ALL)

    assert (found(30, set()).kind, found(30, set()).told) == (Kind.REVIEW_WAITS, {LEILA})
    assert (found(0, set()).kind, found(0, set()).told) == (Kind.REVIEW_ON_CALL, {LEILA, NASRIN})
    assert found(0, {LEILA}).told == {NASRIN}
    assert found(30, set()).level is Level.URGENT


def test_a_merge_is_told_to_those_who_decide_it_but_not_to_who_asked() -> None:
    assert causes.merge_asked(1, asked_by=NASRIN, asker="nasrin", seeing=ALL).told == {KAVEH}


def test_of_a_sealed_child_the_named_alone_are_told_whatever_their_role() -> None:
    house = House(staff=STAFF, sealed={8: frozenset({MINA})}, away={9: frozenset({SARA})})
    sealed = due("plan", due_in=-HOUR, seeing=house.seeing(8))
    assert sealed is not None
    assert sealed.told == {MINA}
    assert causes.possible_match(1, seeing=house.seeing(8), owner=SARA).told == {MINA}
    assert house.seeing(8, 9).staff.keys() == {MINA}


def test_who_is_kept_away_is_not_told_and_the_child_is_not_forgotten_for_it() -> None:
    house = House(staff=STAFF, away={9: frozenset({SARA})})
    kept = due("plan", due_in=-HOUR, seeing=house.seeing(9))
    assert kept is not None
    assert kept.told == {NASRIN}


def test_of_a_child_whose_case_another_office_has_that_offices_people_are_told() -> None:
    works_in = {SARA: 1, NASRIN: 1, KAVEH: 2, ALI: 2}
    house = House(staff=STAFF, works_in=works_in, held={9: frozenset({2})})
    assert house.seeing(9).staff.keys() == {KAVEH, ALI, MINA, LEILA, OMID}, "who works in no office works for all"
    assert house.seeing(8).staff.keys() == STAFF.keys(), "a case without an office is every office's"


def test_a_transfer_is_approved_in_the_own_office_and_accepted_in_the_other() -> None:
    house = House(staff=STAFF, works_in={SARA: 1, NASRIN: 1, KAVEH: 2})

    def told(*, offered: bool, office: int, asked_by: int = SARA) -> frozenset[int]:
        roles = frozenset({Role.CENTRE_MANAGER, Role.COUNTY_OFFICER})
        return causes.transfer(
            1, offered=offered, roles=roles, office=office, asked_by=asked_by, asker="x", house=house, child=9
        ).told

    assert told(offered=False, office=1) == {NASRIN}
    assert told(offered=False, office=1, asked_by=NASRIN) == set()
    assert told(offered=True, office=2) == {KAVEH}


def test_a_report_is_told_to_officers_who_may_see_it_and_to_nobody_of_the_line() -> None:
    staff = STAFF | {20: frozenset({Role.SAFEGUARDING_OFFICER}), 21: frozenset({Role.SAFEGUARDING_OFFICER})}
    house = House(staff=staff)

    def told(
        *, late: bool = False, not_to: frozenset[int] = frozenset(), taken_by: int | None = None
    ) -> frozenset[int]:
        return causes.report(1, urgent=False, late=late, due=NOW, not_to=not_to, taken_by=taken_by, house=house).told

    assert told() == {20, 21}
    assert told(not_to=frozenset({20})) == {21}
    assert told(not_to=frozenset({20, 21})) == set()
    assert told(taken_by=20) == {20}
    assert told(taken_by=20, late=True) == {20, 21}


def test_a_letter_of_two_people_goes_to_who_signs_it() -> None:
    def told(kind: str) -> frozenset[int] | None:
        found = causes.letter_to_sign(1, kind, case_id=3, drafted_by=NASRIN, drafter="x", seeing=ALL, owner=SARA)
        return found.told if found else None

    assert told("court") == {KAVEH}
    assert told("commitment") is None, "whoever writes it may sign it"


def test_every_kind_is_shown_to_somebody_and_an_administrator_has_no_inbox() -> None:
    assert {kind for role in Role for kind in shown_to({role})} == set(Kind)
    assert not READS_INBOX & {Role.ADMINISTRATOR, Role.AUDITOR, Role.OUTREACH}
    assert shown_to({Role.SAFEGUARDING_OFFICER}) == {Kind.ALARM, Kind.REPORT_WAITS, Kind.REPORT_LATE}


ROLES = st.frozensets(st.sampled_from(list(Role)), min_size=1, max_size=3)


@given(
    staff=st.dictionaries(st.integers(1, 9), ROLES, max_size=9),
    roles=ROLES,
    owner=st.none() | st.integers(1, 12),
    away=st.frozensets(st.integers(1, 9)),
    named=st.none() | st.frozensets(st.integers(1, 9)),
)
def test_whoever_is_told_works_here_may_see_the_child_and_nobody_is_forgotten(
    staff: dict[int, frozenset[Role]], roles: frozenset[Role], owner: int | None, away: frozenset[int],
    named: frozenset[int] | None,
) -> None:  # fmt: skip
    house = House(staff=staff, away={5: away}, sealed={} if named is None else {5: named})
    told = house.seeing(5).told(roles, owner=owner)
    assert told <= staff.keys() - away
    assert named is None or told <= named
    managers = [one for one, mine in staff.items() if Role.CENTRE_MANAGER in mine and one not in away]
    assert told or named is not None or not managers
