"""What the rest of the house makes of a merged child, and what two people do in the same second."""

import threading
from collections.abc import Callable

from sqlalchemy import event

from edge.messages.models import EncounterOutcome
from registry.cases import service as cases
from registry.review.queue import queue_of
from registry.review.rules import Verdict
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot
from tests.registry.review.conftest import LEILA, OMID, Office, Registrar

AID = EncounterOutcome.AID_ONLY


def together(*acts: Callable[[], None]) -> None:
    ready, failed = threading.Barrier(len(acts)), []

    def run(act: Callable[[], None]) -> None:
        try:
            ready.wait(10)
            act()
        except Exception as error:  # noqa: BLE001  # shown below, in the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not failed


def test_two_reviewers_who_answer_in_the_same_second_are_both_counted(
    office: Office, unsure: Callable[..., int]
) -> None:
    unsure()
    for reviewer in (LEILA, OMID):
        office.see(reviewer, Verdict.SAME)
    together(*[lambda by=by: office.conclude(by, Verdict.SAME) for by in (LEILA, OMID)])
    assert office.state() == "same"


def test_a_capture_settled_beside_a_merge_ends_under_the_survivor(
    registrar: Registrar, centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0))))
    centre.take(van_2.meet(slot(eyes.of(1))))
    merge = registrar.ask(registrar.agree(2, 1))
    captures = [van_2.meet(slot(eyes.of(1, shot))) for shot in (1, 2, 3)]
    centre.admit(*captures)
    together(lambda: registrar.decide(merge), centre.settle)
    owners = centre.rows("select distinct child_id from child_slot_link where unlinked_at is null")
    strays = [row for row in owners if row["child_id"] != 1]
    assert centre.one("select count(*) from child") == 2
    assert not strays


def test_the_next_meeting_is_noted_on_the_case_that_leads(
    registrar: Registrar, centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0))))
    clock.forward(days=1)
    centre.take(van_2.meet(slot(eyes.of(1))))
    registrar.merge(2, 1)
    centre.take(van_2.meet(slot(eyes.of(1, 1))))
    assert centre.one("select case_id from case_event where kind = 'met_again'") == 1


def test_a_proposal_that_stayed_with_the_absorbed_record_opens_the_survivors_case(
    registrar: Registrar, centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    for child in (0, 1):
        centre.take(van_1.meet(slot(eyes.of(child)), outcome=AID))
    registrar.merge(2, 1)
    registry = centre.registry
    with registry.database.writing() as work:
        cases.accept_proposal(work, proposal_id=2, actor="sara", trail=registry.trail, clock=registry.clock)
        work.commit()
    assert centre.one("select child_id from case_file") == 1


def test_the_queue_asks_the_database_as_often_for_many_questions_as_for_one(
    office: Office, centre: Centre, van_1: Tablet
) -> None:
    centre.take(van_1.meet(*[slot(None, n) for n in range(1, 8)]))
    counts = []
    for pairs in ([(1, 3)], [(a, b) for a in range(1, 7) for b in range(a + 1, 8)]):
        for pair in pairs:
            office.suppose(*pair)
        asked: list[str] = []
        engine = centre.registry.database.engine
        listen = lambda *args: asked.append(args[2])  # noqa: B023, E731
        event.listen(engine, "before_cursor_execute", listen)
        with centre.registry.database.reading() as work:
            queue_of(work.session, LEILA, centre.registry.clock.now())
        event.remove(engine, "before_cursor_execute", listen)
        counts.append(len(asked))
    assert counts[0] == counts[1]
