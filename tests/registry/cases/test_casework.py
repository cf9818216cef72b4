"""Forms are written, asked, decided and corrected on both databases; nothing is overwritten, nothing is lost."""

import datetime as dt

import pytest
from sqlalchemy import select

from registry.access.rules import Role
from registry.calendar.rules import end_of
from registry.cases import service
from registry.cases.forms.following import CommitmentEnds, Made, PromiseEnds
from registry.cases.forms.leaving import PromisedByUs
from registry.cases.pledges import assign, commit, end_commitment, end_promise, promise
from registry.cases.records import CaseEntry, CaseTask, Commitment, Promise
from registry.cases.tables import CaseEvent
from registry.children.tables import Child
from registry.errors import (
    AlreadyDecided,
    CaseOpenAlready,
    FormChanged,
    LawRefuses,
    NotThere,
    PersonUnknown,
    ReasonNeeded,
)
from tests.registry.cases.office import Office
from tests.registry.cases.people import hire
from tests.registry.cases.samples import best_interests, receiver


def test_a_child_comes_is_checked_kept_discharged_followed_and_the_case_closes(office: Office) -> None:
    case = office.open_case()
    assert set(office.open_tasks(case)) == {"home_visit"}
    office.do(case, "transfer", "arrival")
    assert office.case(case).state == "screening"
    assert {"arrival_check", "urgent_need", "health_assessment", "judicial_order"} < set(office.open_tasks(case))
    office.do(case, "arrival_check", "urgent_need", "health_assessment", "interview", "identity", "judicial_order")
    office.do(case, "keeping", "accommodation", "home_visit", "plan", "best_interests", "discharge")
    assert office.case(case).state == "with_family"
    assert set(office.open_tasks(case)) == {"follow_up", "plan"}
    with office.registry.database.reading() as work:
        assert work.session.scalars(select(Promise.words)).all() == ["برایت کیف می‌آوریم"]
        assert work.session.scalars(select(Commitment.guardian)).all() == ["مریم"]
    for days in (4, 27, 60, 90):
        office.clock.forward(days=days)
        office.do(case, "follow_up")
    assert "follow_up" not in office.open_tasks(case)
    with pytest.raises(LawRefuses, match="promises open"):
        office.close(case)
    end_all_promises(office)
    office.close(case)
    assert office.case(case).state == "closed"
    assert office.open_tasks(case) == {}


def end_all_promises(office: Office, how: PromiseEnds = PromiseEnds.KEPT) -> None:
    with office.registry.database.writing() as work:
        for row in work.session.scalars(select(Promise).where(Promise.ended.is_(None))).all():
            end_promise(
                work, office.desk, promise_id=row.id, how=how, note="نشد", actor=office.people[Role.SOCIAL_WORKER]
            )
        work.commit()


def test_dues_follow_the_clock_of_the_arrival_and_the_agreed_day(office: Office) -> None:
    case = office.open_case()
    office.do(case, "arrival")
    (arrival,), due = list(office.facts(case).of("arrival")), office.open_tasks(case)
    came = arrival.form.arrived_at
    assert came < office.clock.now(), "the child came before somebody wrote it down"
    assert due["arrival_check"] == came + dt.timedelta(minutes=15)
    assert due["health_assessment"] == came + dt.timedelta(hours=2)
    assert due["judicial_order"] == came + dt.timedelta(hours=12)
    earlier = came - dt.timedelta(hours=1)
    office.hand_in(case, "arrival", seen=arrival.id, because="ساعت نادرست", arrived_at=earlier)
    assert office.open_tasks(case)["judicial_order"] == earlier + dt.timedelta(hours=12)
    assert office.case(case).arrived_at == earlier
    office.do(case, "arrival_check", "urgent_need", "health_assessment", "interview", "identity", "home_visit")
    office.do(case, "best_interests", "discharge")
    assert office.open_tasks(case)["follow_up"] == end_of(office.clock.now().date() + dt.timedelta(days=3))


def test_what_is_asked_changes_nothing_until_another_one_grants_it(office: Office) -> None:
    case = office.ready_to_leave()
    asked = office.hand_in(case, "discharge")
    assert asked.standing == "asked"
    assert office.case(case).state == "screening"
    with office.registry.database.reading() as work:
        assert work.session.scalars(select(Promise)).all() == []
    with pytest.raises(LawRefuses, match="waits for decision"):
        office.hand_in(case, "discharge")
    with pytest.raises(LawRefuses, match="not your role"):
        office.answer(asked, by=office.people[Role.SOCIAL_WORKER])
    office.answer(asked, by=office.people[Role.CENTRE_MANAGER])
    assert office.case(case).state == "with_family"
    with pytest.raises(AlreadyDecided, match="s-centre_manager"):
        office.answer(asked)


def test_nobody_grants_their_own_request_not_even_with_every_role(office: Office) -> None:
    case = office.ready_to_leave()
    both = hire(office.registry, "both", Role.CASE_MANAGER, Role.CENTRE_MANAGER)
    asked = office.hand_in(case, "discharge", by=both)
    with pytest.raises(LawRefuses, match="own request"):
        office.answer(asked, by=both)
    assert office.case(case).state == "screening"


def test_a_refusal_has_a_reason_and_the_request_can_be_made_again(office: Office) -> None:
    case = office.ready_to_leave()
    asked = office.hand_in(case, "discharge")
    with pytest.raises(ReasonNeeded):
        office.answer(asked, granted=False, reason=" ")
    refused = office.answer(asked, granted=False, reason="خانه دیده شود")
    assert (refused.standing, refused.decision_reason) == ("refused", "خانه دیده شود")
    office.do(case, "discharge")
    assert office.case(case).state == "with_family"


def test_the_law_is_held_to_a_request_again_when_it_is_decided(office: Office) -> None:
    case = office.ready_to_leave()
    asked = office.hand_in(case, "discharge")
    office.clock.forward(days=40)  # the best-interests record has grown old meanwhile
    with pytest.raises(LawRefuses, match="no best interests"):
        office.answer(asked)
    assert office.case(case).state == "screening"
    assert office.answer(asked, granted=False, reason="کهنه").standing == "refused"


def test_a_correction_is_a_new_entry_that_points_at_the_old_one(office: Office) -> None:
    case = office.open_case()
    office.do(case, "arrival", "urgent_need")
    first = office.hand_in(case, "interview")
    with pytest.raises(ReasonNeeded):
        office.hand_in(case, "interview", seen=first.id, fears="تاریکی")
    second = office.hand_in(case, "interview", seen=first.id, because="ترس جا مانده بود", fears="تاریکی")
    assert second.corrects_id == first.id
    with office.registry.database.reading() as work:
        forms = work.session.scalars(select(CaseEntry.form).where(CaseEntry.task == "interview")).all()
    assert [form["fears"] for form in forms] == ["", "تاریکی"]
    assert [entry.id for entry in office.facts(case).of("interview")] == [second.id]


def test_the_second_of_two_writers_is_told_which_entry_stands_and_nothing_is_lost(office: Office) -> None:
    case = office.open_case()
    office.do(case, "arrival", "urgent_need")
    first = office.hand_in(case, "interview")
    with pytest.raises(FormChanged) as blind:
        office.hand_in(case, "interview", wishes="می‌خواهد به مدرسه برود")
    assert (blind.value.seen, blind.value.newest) == (None, first.id)
    second = office.hand_in(case, "interview", seen=first.id, because="یک", wishes="یک")
    third = office.hand_in(case, "interview", seen=second.id, because="دو", wishes="دو")
    with pytest.raises(FormChanged) as stale:
        office.hand_in(case, "interview", seen=first.id, because="سه", wishes="سه")
    assert (stale.value.seen, stale.value.newest) == (first.id, third.id)
    merged = office.hand_in(case, "interview", seen=third.id, because="هر دو", wishes="دو و سه")
    assert merged.corrects_id == third.id


def test_a_correction_of_a_discharge_is_decided_too_and_moves_nobody_twice(office: Office) -> None:
    case = office.ready_to_leave()
    office.do(case, "discharge")
    (entry,) = office.facts(case).of("discharge")
    office.do(case, "transfer", "arrival")
    asked = office.hand_in(case, "discharge", seen=entry.id, because="نام درست", receiver=receiver(name="مریم رضایی"))
    assert asked.standing == "asked"
    office.answer(asked)
    assert office.case(case).state == "screening"
    with office.registry.database.reading() as work:
        assert len(work.session.scalars(select(Promise)).all()) == 1


def test_a_form_corrects_only_what_stands_on_its_own_case(office: Office) -> None:
    mine, other = office.open_case(), office.open_case()
    entry = office.hand_in(other, "home_visit")
    with pytest.raises(FormChanged) as refused:
        office.hand_in(mine, "home_visit", seen=entry.id, because="اشتباه")
    assert refused.value.newest is None


def test_a_skip_is_asked_and_decided_and_opens_what_comes_after(office: Office) -> None:
    case = office.open_case()
    office.do(case, "arrival", "arrival_check", "urgent_need", "health_assessment", "identity")
    skip = office.hand_in(case, "skip", by=Role.PSYCHOLOGIST, task="interview", reason="نمی‌خواهد حرف بزند")
    with pytest.raises(LawRefuses, match="not your role"):
        office.answer(skip, by=office.people[Role.COUNTY_OFFICER])
    office.answer(skip, by=office.people[Role.CENTRE_MANAGER])
    assert "interview" not in office.open_tasks(case)
    assert "interview" in office.facts(case).waived
    with pytest.raises(LawRefuses, match="nobody may waive"):
        office.hand_in(case, "skip", task="judicial_order")


def test_leaving_drops_the_stays_tasks_and_a_new_stay_opens_them_again(office: Office) -> None:
    case = office.open_case()
    office.do(case, "arrival", "ran_away")
    assert office.case(case).state == "intake"
    assert set(office.open_tasks(case)) == {"home_visit", "tracing", "exit_review"}
    office.do(case, "exit_review", "arrival")
    assert {"arrival_check", "health_assessment", "judicial_order"} < set(office.open_tasks(case))
    with office.registry.database.reading() as work:
        outcomes = work.session.execute(
            select(CaseTask.outcome).where(CaseTask.name == "arrival_check").order_by(CaseTask.id)
        ).scalars()
        assert list(outcomes) == ["dropped", "open"]


def test_when_a_child_at_home_dies_no_visit_stays_due_until_a_review_finds_that_it_lives(office: Office) -> None:
    case = office.ready_to_leave()
    office.do(case, "discharge", "died")
    assert office.case(case).state == "with_family"
    assert set(office.open_tasks(case)) == {"exit_review"}
    office.do(case, "exit_review", goes_on=False)
    assert office.open_tasks(case) == {}
    office.do(case, "exit_review", goes_on=True)
    assert office.open_tasks(case)["follow_up"]


def test_a_corrected_arrival_wins_no_hours(office: Office) -> None:
    case = office.open_case()
    first = office.hand_in(case, "arrival")
    office.clock.forward(hours=10)
    with pytest.raises(LawRefuses, match="after it was written"):
        office.hand_in(case, "arrival", seen=first.id, because="ساعت درست")
    earlier = (first.written_at - dt.timedelta(hours=3)).isoformat()
    office.hand_in(case, "arrival", seen=first.id, because="ساعت درست", arrived_at=earlier)
    assert office.facts(case).arrived_at == first.written_at - dt.timedelta(hours=3)


def test_at_eighteen_keeping_ends_and_aftercare_opens(office: Office) -> None:
    case = office.ready_to_leave(age=(17, 17))
    office.do(case, "judicial_order", "keeping")
    office.clock.forward(days=366)
    office.do(case, "turned_18")
    assert office.case(case).state == "intake"
    assert {"aftercare", "exit_review"} <= set(office.open_tasks(case))
    office.do(case, "aftercare")
    assert office.open_tasks(case)["aftercare"], "it comes again"


def test_a_placement_sends_the_child_to_quasi_family_and_the_search_for_relatives_goes_on(office: Office) -> None:
    case = office.ready_to_leave()
    office.do(case, "best_interests", **best_interests("placement"))
    office.do(case, "quasi_family")
    assert office.case(case).state == "quasi_family"
    assert "tracing" in office.open_tasks(case)


def test_a_breach_opens_a_visit_and_leaves_everything_else_alone(office: Office) -> None:
    case = office.ready_to_leave()
    office.do(case, "discharge")
    before, social = office.case(case).state, office.people[Role.SOCIAL_WORKER]
    with office.registry.database.writing() as work:
        made = Made(what="مدرسه", guardian="پدر", witness="عمه", review_on=office.clock.now().date())
        row = commit(work, office.desk, case_id=case, made=made, actor=social)
        with pytest.raises(ReasonNeeded):
            end_commitment(work, office.desk, commitment_id=row.id, how=CommitmentEnds.BREACHED, note="", actor=social)
        end_commitment(
            work, office.desk, commitment_id=row.id, how=CommitmentEnds.BREACHED, note="به کار فرستاد", actor=social
        )
        work.commit()
    assert office.case(case).state == before
    assert set(office.open_tasks(case)) == {"follow_up", "plan", "home_visit"}
    with office.registry.database.writing() as work, pytest.raises(LawRefuses, match="ended before"):
        end_commitment(work, office.desk, commitment_id=row.id, how=CommitmentEnds.KEPT, note="", actor=social)


def test_a_promise_is_made_for_a_day_to_come_and_broken_only_with_a_word(office: Office) -> None:
    case, desk, nurse = office.open_case(), office.desk, office.people[Role.CLINICIAN]
    day = office.clock.now().date()
    made = PromisedByUs(what="کفش", words="برایت کفش می‌آوریم", by_whom="مرکز", due_on=day)
    with office.registry.database.writing() as work:
        late = made.model_copy(update={"due_on": day - dt.timedelta(days=1)})
        with pytest.raises(LawRefuses, match="date passed"):
            promise(work, desk, case_id=case, made=late, actor=nurse)
        row = promise(work, desk, case_id=case, made=made, actor=nurse)
        with pytest.raises(ReasonNeeded):
            end_promise(work, desk, promise_id=row.id, how=PromiseEnds.BROKEN, note=" ", actor=nurse)
        with pytest.raises(LawRefuses, match="not your role"):
            end_promise(
                work, desk, promise_id=row.id, how=PromiseEnds.KEPT, note="", actor=office.people[Role.OUTREACH]
            )
        with pytest.raises(NotThere):
            end_promise(work, desk, promise_id=999, how=PromiseEnds.KEPT, note="", actor=nurse)
        work.commit()
    assert office.facts(case).open_promises == 1


def test_a_case_belongs_to_one_case_manager(office: Office) -> None:
    case, desk = office.open_case(), office.desk
    other = hire(office.registry, "other-manager", Role.CASE_MANAGER)
    mine, nurse = office.people[Role.CASE_MANAGER], office.people[Role.CLINICIAN]
    with office.registry.database.writing() as work:
        with pytest.raises(LawRefuses, match="second person lacks role"):
            assign(work, desk, case_id=case, owner_id=nurse.account_id, actor=office.people[Role.COUNTY_OFFICER])
        assign(work, desk, case_id=case, owner_id=mine.account_id, actor=mine)
        with pytest.raises(LawRefuses, match="not your case"):
            assign(work, desk, case_id=case, owner_id=other.account_id, actor=other)
        work.commit()
    with pytest.raises(LawRefuses, match="not your case"):
        office.hand_in(case, "plan", by=other)
    office.hand_in(case, "plan", by=mine)
    with office.registry.database.writing() as work:
        approver = office.people[Role.CENTRE_MANAGER]
        assign(work, desk, case_id=case, owner_id=other.account_id, actor=approver)
        work.commit()
    office.hand_in(case, "plan", by=other)


def test_a_second_person_is_a_colleague_with_an_account(office: Office) -> None:
    case = office.open_case()
    gone = hire(office.registry, "gone", Role.SOCIAL_WORKER)
    office.disable(gone)
    with pytest.raises(PersonUnknown):
        office.hand_in(case, "home_visit", second=gone)


def test_a_child_with_an_open_case_gets_no_second_one_and_one_with_a_closed_case_starts_anew(office: Office) -> None:
    case = office.open_case()
    child = office.case(case).child_id
    admission = {"child_id": child, "actor": "x", "trail": office.registry.trail, "clock": office.clock}
    with office.registry.database.writing() as work, pytest.raises(CaseOpenAlready):
        service.admit(work, **admission)
    office.do(case, "arrival", "arrival_check", "left_country", "exit_review", "closure")
    with office.registry.database.writing() as work:
        again = service.admit(work, **admission)
        work.commit()
    assert set(office.open_tasks(again.id)) == {"home_visit"}
    assert office.facts(again.id).entries == ()


def test_the_history_says_what_was_done_by_whom_and_no_word_of_a_form(office: Office) -> None:
    case = office.ready_to_leave()
    office.do(case, "discharge")
    with office.registry.database.reading() as work:
        events = work.session.scalars(select(CaseEvent).where(CaseEvent.case_id == case).order_by(CaseEvent.id)).all()
        said = [(event.kind, event.detail.get("task"), event.actor) for event in events][-3:]
        assert not [event for event in events if "زخم" in str(event.detail)]
        assert work.session.scalars(select(Child.given_name)).first() == "ستاره"
    assert said == [
        ("asked", "discharge", "s-case_manager"), ("granted", "discharge", "county-2"), ("moved", None, "county-2"),
    ]  # fmt: skip
    assert office.registry.trail.verify(office.registry.database) > 10
