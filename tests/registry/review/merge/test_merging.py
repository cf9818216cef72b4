"""Two records become one, whole and by two people; and two again, exactly."""

from collections.abc import Callable

import pytest

from edge.messages.models import Age, EncounterOutcome, Sex
from registry.errors import NotThere, ReasonNeeded, ReviewRefused
from registry.review.merge.owned import CHILD_OWNED, pointing_at
from registry.review.merge.rules import Take
from registry.review.people import Somebody
from registry.review.rules import Verdict
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot
from tests.registry.review.conftest import COUNTY, LEILA, MANAGER, OMID, SARA, Registrar

AID = EncounterOutcome.AID_ONLY


@pytest.fixture
def two(centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes, clock: StillClock) -> Centre:
    """Child 1, met twice, and child 2: two records, each with an open case."""
    centre.take(van_1.meet(slot(eyes.of(0), given_name="زهرا")))
    clock.forward(days=1)
    centre.take(van_2.meet(slot(eyes.of(1), given_name="زری", age=None)))
    clock.forward(days=1)
    centre.take(van_1.meet(slot(eyes.of(0, 1), given_name="زهرا")))
    clock.forward(days=1)
    return centre


def refused(attempt: Callable[[], object]) -> str:
    with pytest.raises(ReviewRefused) as error:
        attempt()
    return error.value.reason


def test_every_table_that_points_at_a_child_says_what_a_merge_does_with_it() -> None:
    pointing = {(column.table.name, column.name) for column in pointing_at("child")}
    assert sorted(pointing) == sorted(owned.key for owned in CHILD_OWNED)
    for owned in CHILD_OWNED:
        if owned.how != "stays":
            assert [
                c.name for c in next(c.table for c in pointing_at("child") if c.table.name == owned.table).primary_key
            ] == ["id"]


def test_nobody_is_merged_without_two_reviewers_who_agree(registrar: Registrar, two: Centre) -> None:
    question = registrar.office.suppose(2, 1)
    assert refused(lambda: registrar.ask(question)) == "not_agreed"
    registrar.office.answer(LEILA, Verdict.SAME, question)
    assert refused(lambda: registrar.ask(question)) == "not_agreed"
    registrar.office.answer(OMID, Verdict.DIFFERENT, question)
    assert refused(lambda: registrar.ask(question)) == "not_agreed"
    assert two.one("select count(*) from child where merged_into_id is not null") == 0


def test_a_merge_is_asked_by_one_and_decided_by_another(registrar: Registrar, two: Centre) -> None:
    both = Somebody("mahin", SARA.roles | MANAGER.roles)
    merge = registrar.ask(registrar.agree(2, 1), by=both)
    assert refused(lambda: registrar.decide(merge, by=both)) == "own_request"
    with pytest.raises(NotThere):
        registrar.decide(merge, by=LEILA)
    with pytest.raises(NotThere):
        registrar.ask(1, by=MANAGER)
    registrar.decide(merge)
    assert two.rows("select id, merged_into_id from child order by id") == [
        {"id": 1, "merged_into_id": None}, {"id": 2, "merged_into_id": 1},
    ]  # fmt: skip


def test_asking_and_deciding_twice_is_once(registrar: Registrar, two: Centre) -> None:
    question = registrar.agree(2, 1)
    merge = registrar.ask(question)
    assert registrar.ask(question) == merge
    assert refused(lambda: registrar.ask(question, survivor=2)) == "asked_already"
    for _ in range(2):
        registrar.decide(merge)
    assert two.one("select count(*) from audit_entry where action = 'merge.done'") == 1
    assert refused(lambda: registrar.decide(merge, by=COUNTY)) == "answered_already"
    assert refused(lambda: registrar.ask(question)) == "merged_already"
    assert refused(lambda: registrar.office.suppose(1, 2)) == "merged_already"


def test_a_refused_merge_needs_a_reason_and_leaves_the_pair_possibly_the_same(
    registrar: Registrar, two: Centre
) -> None:
    question = registrar.agree(2, 1)
    merge, before = registrar.ask(question), registrar.rows()
    with pytest.raises(ReasonNeeded):
        registrar.decide(merge, accept=False)
    registrar.decide(merge, accept=False, note="نام پدر یکی نیست")
    assert registrar.office.state(question) == "possibly_same"
    assert registrar.rows() == before
    registrar.office.again(question)
    for reviewer in (LEILA, OMID):
        registrar.office.answer(reviewer, Verdict.SAME, question)
    registrar.decide(registrar.ask(question))
    assert two.one("select merged_into_id from child where id = 2") == 1


def test_all_rows_of_the_absorbed_record_stand_under_the_survivor(registrar: Registrar, two: Centre) -> None:
    registrar.merge(2, 1)
    assert two.one("select count(*) from case_file where child_id = 1") == 2
    open_links = two.rows("select slot_id, child_id from child_slot_link where unlinked_at is null order by slot_id")
    assert open_links == [{"slot_id": n, "child_id": 1} for n in (1, 2, 3)]
    (closed,) = two.rows("select slot_id, child_id, unlinked_reason from child_slot_link where unlinked_at is not null")
    assert closed == {"slot_id": 2, "child_id": 2, "unlinked_reason": "merge:1"}


def test_a_merge_closes_nothing_and_one_case_leads(registrar: Registrar, two: Centre) -> None:
    registrar.merge(2, 1)
    assert two.rows("select id, state, joined_to_id from case_file order by id") == [
        {"id": 1, "state": "intake", "joined_to_id": None},
        {"id": 2, "state": "intake", "joined_to_id": 1},
    ]


def test_a_person_chooses_the_survivor_the_leading_case_owner_and_clock(registrar: Registrar, two: Centre) -> None:
    for name, owner, arrived in (("a", 1, "2026-11-24 10:00:00.000000"), ("b", 2, "2026-11-23 10:00:00.000000")):
        with registrar.office.work() as work:
            connection = work.session.connection()
            connection.exec_driver_sql(
                "insert into account (name, password_hash, created_at) values "
                f"('{name}', '', '2026-01-01 00:00:00.000000')"
            )
            connection.exec_driver_sql(
                f"update case_file set owner_id = {owner}, arrived_at = '{arrived}' where id = {owner}"
            )
    registrar.merge(2, 1, survivor=2, case={"leads": 2, "owner": 1})
    rows = two.rows("select id, child_id, joined_to_id, owner_id, arrived_at from case_file order by id")
    assert [(r["child_id"], r["joined_to_id"], r["owner_id"]) for r in rows] == [(2, 2, 1), (2, None, 1)]
    assert "2026-11-23" in str(rows[1]["arrived_at"])
    assert two.one("select merged_into_id from child where id = 1") == 2


def test_what_is_unknown_on_the_survivor_is_taken_from_the_other_and_a_person_may_choose(
    registrar: Registrar, centre: Centre, van_1: Tablet
) -> None:
    centre.take(van_1.meet(slot(None, given_name=None, sex=Sex.UNKNOWN, age=None)))
    centre.take(van_1.meet(slot(None, given_name="امید", sex=Sex.BOY, age=Age(low=7, high=8))))
    merge = registrar.merge(2, 1)
    row = centre.rows("select given_name, sex, age_low, age_high from child where id = 1")
    assert row == [{"given_name": "امید", "sex": "boy", "age_low": 7, "age_high": 8}]
    registrar.undo(merge)
    question = centre.one("select max(id) from review_question")
    for reviewer in (LEILA, OMID):
        registrar.office.answer(reviewer, Verdict.SAME, int(str(question)))
    assert refused(lambda: registrar.ask(int(str(question)), fields={"shoe": Take.ABSORBED})) == "list_changed"
    registrar.decide(registrar.ask(int(str(question)), fields={"age": Take.SURVIVOR}))
    row = centre.rows("select given_name, age_low, age_method, age_on from child where id = 1")
    assert row == [{"given_name": "امید", "age_low": None, "age_method": None, "age_on": None}]


def test_a_merge_decided_on_facts_that_changed_meanwhile_is_refused(
    registrar: Registrar, two: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    merge = registrar.ask(registrar.agree(2, 1))
    two.take(van_1.meet(slot(eyes.of(0, 2), given_name="زهره")))
    before = registrar.rows()
    assert refused(lambda: registrar.decide(merge)) == "list_changed"
    assert registrar.rows() == before
    assert two.one("select state from child_merge") == "asked"


def test_after_a_merge_both_irises_are_one_known_child_with_one_leading_case(
    registrar: Registrar, two: Centre, van_2: Tablet, eyes: Eyes
) -> None:
    registrar.merge(2, 1)
    for child in (0, 1):
        two.take(van_2.meet(slot(eyes.of(child, 3))))
    assert two.one("select count(*) from child") == 2
    met = two.rows("select outcome from slot order by id desc limit 2")
    assert [row["outcome"] for row in met] == ["known", "known"]
    assert two.one("select count(*) from child_slot_link where child_id = 1 and unlinked_at is null") == 5


def test_undone_at_once_every_row_is_as_it_was(registrar: Registrar, two: Centre) -> None:
    before = registrar.rows()
    merge = registrar.merge(2, 1)
    assert registrar.since(merge) == []
    registrar.undo(merge)
    after = registrar.rows()
    assert {key: after[key] for key in before} == before
    (extra,) = [row for key, row in after.items() if key not in before]
    assert (extra["slot_id"], extra["child_id"], extra["unlinked_reason"]) == (2, 1, "unmerge:1")
    assert two.rows("select state, round from review_question") == [{"state": "open", "round": 2}]


def test_after_further_work_rows_from_before_return_and_a_person_assigns_those_since(
    registrar: Registrar, two: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    before = registrar.rows()
    merge = registrar.merge(2, 1)
    clock.forward(days=2)
    two.take(van_1.meet(slot(eyes.of(1, 2), given_name="زرین")))
    two.take(van_1.meet(slot(eyes.of(0, 2), given_name="زهره")))
    close(two, 1)
    close(two, 2)
    two.take(van_1.meet(slot(eyes.of(0, 3)), outcome=AID))
    since = registrar.since(merge)
    assert [key.split(":")[0] for key in since] == ["child_slot_link"] * 3 + ["proposal"]
    assert refused(lambda: registrar.undo(merge, {})) == "choice_missing"
    assigned = dict.fromkeys(since, "survivor") | {since[0]: "absorbed"}
    assert refused(lambda: registrar.undo(merge, assigned | {"case_file:9": "survivor"})) == "list_changed"
    registrar.undo(merge, assigned)  # type: ignore[arg-type]
    after = registrar.rows()
    same = [key for key in before if key[0] in ("child_slot_link", "case_event")]
    assert {key: after[key] for key in same} == {key: before[key] for key in same}
    cases_now = two.rows("select id, child_id, state, joined_to_id from case_file order by id")
    assert cases_now == [
        {"id": 1, "child_id": 1, "state": "closed", "joined_to_id": None},
        {"id": 2, "child_id": 2, "state": "closed", "joined_to_id": None},
    ]
    names = two.rows("select given_name, last_met_on from child order by id")
    assert [row["given_name"] for row in names] == ["ستاره", "زرین"]
    assert str(names[1]["last_met_on"]) == str(clock.now().date())


def close(centre: Centre, case: int) -> None:
    with centre.registry.database.writing() as work:
        work.session.connection().exec_driver_sql(f"update case_file set state = 'closed' where id = {case}")
        work.commit()


def test_a_correction_made_by_a_person_since_is_kept_and_named(registrar: Registrar, two: Centre) -> None:
    merge = registrar.merge(2, 1)
    with registrar.office.work() as work:
        work.session.connection().exec_driver_sql(
            "update child set given_name = 'زهرا سادات', sex = 'boy' where id = 1"
        )
    registrar.undo(merge)
    assert two.rows("select given_name, sex from child where id = 1") == [{"given_name": "زهرا سادات", "sex": "boy"}]
    assert "child:1.given_name" in str(two.one("select assigned from child_merge"))


def test_merges_of_one_child_are_undone_from_the_last(
    registrar: Registrar, two: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    two.take(van_1.meet(slot(eyes.of(2), given_name="پری"), outcome=AID))
    start = registrar.rows()
    first = registrar.merge(2, 1)
    between = registrar.rows()
    second = registrar.merge(3, 1)
    assert refused(lambda: registrar.undo(first)) == "later_merge"
    assert refused(lambda: registrar.undo(second, by=COUNTY) or registrar.undo(second)) == "not_merged"
    after = registrar.rows()
    assert {key: after[key] for key in between} == between
    registrar.undo(first)
    after = registrar.rows()
    assert {key: after[key] for key in start} == start


def test_a_chain_of_merges_stands_under_the_last_survivor_and_comes_apart_whole(
    registrar: Registrar, two: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    two.take(van_1.meet(slot(eyes.of(2), given_name="پری")))
    start = registrar.rows()
    first = registrar.merge(2, 1)
    second = registrar.merge(3, 1, survivor=3)
    assert two.one("select count(*) from case_file where child_id = 3") == 3
    assert two.one("select count(*) from case_file where joined_to_id is null") == 1
    assert refused(lambda: registrar.undo(first)) == "later_merge"
    registrar.undo(second)
    registrar.undo(first)
    after = registrar.rows()
    assert {key: after[key] for key in start} == start


def test_undoing_needs_a_reason_a_right_and_is_once(registrar: Registrar, two: Centre) -> None:
    merge = registrar.merge(2, 1)
    with pytest.raises(ReasonNeeded):
        registrar.undo(merge, reason=" ")
    for person in (SARA, LEILA):
        with pytest.raises(NotThere):
            registrar.undo(merge, by=person)
        with pytest.raises(NotThere):
            registrar.since(merge, by=person)
    for _ in range(2):
        registrar.undo(merge)
    assert two.one("select count(*) from audit_entry where action = 'merge.undone'") == 1
    assert refused(lambda: registrar.undo(merge, by=COUNTY)) == "not_merged"


def test_a_row_that_must_stand_alone_stays_with_its_record(
    registrar: Registrar, centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    for child in (0, 1):
        centre.take(van_1.meet(slot(eyes.of(child)), outcome=AID))
    before = registrar.rows()
    merge = registrar.merge(2, 1)
    assert centre.rows("select id, child_id from proposal order by id") == [
        {"id": 1, "child_id": 1}, {"id": 2, "child_id": 2},
    ]  # fmt: skip
    assert "proposal:2" in str(centre.one("select plan from child_merge"))
    registrar.undo(merge)
    after = registrar.rows()
    assert {key: after[key] for key in before} == before


def test_an_open_case_since_cannot_go_where_another_is_open(
    registrar: Registrar, two: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    merge = registrar.merge(2, 1)
    close(two, 1)
    registry = two.registry
    two.take(van_1.meet(slot(eyes.of(0, 2))))
    with registry.database.writing() as work:
        work.session.connection().exec_driver_sql(
            "insert into case_file (number, child_id, state, opened_at, version) values "
            "('1405-00099-1', 1, 'intake', '2026-11-28 10:00:00.000000', 1)"
        )
        work.commit()
    since = registrar.since(merge)
    new = next(key for key in since if key.startswith("case_file"))
    choice = dict.fromkeys(since, "survivor")
    before = registrar.rows()
    assert refused(lambda: registrar.undo(merge, choice | {new: "absorbed"})) == "clash"  # type: ignore[arg-type]
    assert registrar.rows() == before
    registrar.undo(merge, choice)  # type: ignore[arg-type]
    assert two.rows("select child_id from case_file where state <> 'closed' order by id") == [
        {"child_id": 2}, {"child_id": 1},
    ]  # fmt: skip
