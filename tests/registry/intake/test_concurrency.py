"""Several vans, workers and processes at the same moment."""

import threading
from collections.abc import Callable

import pytest

from matching import LocalEngine
from registry.children.gallery import follow
from registry.errors import ClaimLost, DatabaseUnavailable
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot


def at_once(*acts: Callable[[], object]) -> None:
    """Run all of them from the same moment on; the first error is raised."""
    start, errors = threading.Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        start.wait()
        try:
            act()
        except BaseException as exc:  # noqa: BLE001 - raised again in the test's thread
            errors.append(exc)

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def test_two_vans_meeting_one_child_in_the_same_second_make_one_child(
    centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes
) -> None:
    """Two intake processes, each with an engine of its own that knows nothing of the other's."""
    engines = LocalEngine(), LocalEngine()
    for child in range(12):
        for van, shot in ((van_1, 0), (van_2, 1)):
            centre.admit(van.meet(slot(eyes.of(child, shot))))
        workers = [centre.worker(engine=engine) for engine in engines]
        for worker in workers:
            worker._batch = 1  # each takes one of the two
        at_once(*[worker.run_once for worker in workers])
        centre.settle()
        assert centre.one("select count(*) from child") == child + 1
    assert centre.one("select count(*) from encounter") == 24
    assert centre.one("select count(*) from slot where outcome = 'known'") == 12
    assert centre.one("select count(*) from case_file") == 12
    numbers = [row["seq"] for row in centre.rows("select seq from gallery_log order by seq")]
    assert numbers == list(range(1, 13))


def test_a_row_is_claimed_by_one_worker(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    for child in range(16):
        centre.admit(van_1.meet(slot(eyes.of(child))))
    claimed: list[int] = []
    workers = [centre.worker() for _ in range(4)]
    at_once(*[lambda worker=worker: claimed.extend(row.id for row in worker._claim()) for worker in workers])
    assert sorted(claimed) == list(range(1, 17))


def test_a_claim_runs_out_and_another_worker_takes_the_row_over(
    centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    centre.admit(van_1.meet(slot(eyes.of(0))))
    dead, alive = centre.worker(), centre.worker()
    assert len(dead._claim()) == 1
    assert alive.run_once() == 0
    clock.forward(seconds=60)
    assert alive.run_once() == 1
    assert centre.one("select count(*) from encounter") == 1


def test_a_worker_that_lost_its_claim_writes_nothing(
    centre: Centre, van_1: Tablet, eyes: Eyes, clock: StillClock
) -> None:
    centre.admit(van_1.meet(slot(eyes.of(0))))
    slow = centre.worker()
    rows = slow._claim()
    clock.forward(seconds=60)
    centre.settle()
    claimed = [slow._open(row, slow._keys({row.device_id})) for row in rows]
    with pytest.raises(Exception) as lost:
        slow._settler.settle([one for one in claimed if one is not None])
    assert isinstance(lost.value, ClaimLost) or "unique" in str(lost.value).lower()
    assert centre.one("select count(*) from encounter") == centre.one("select count(*) from child") == 1


def test_one_capture_that_cannot_be_settled_does_not_hold_up_the_others(
    centre: Centre, van_1: Tablet, eyes: Eyes, monkeypatch: pytest.MonkeyPatch, clock: StillClock
) -> None:
    import registry.intake.settling as settling

    bad, good = van_1.meet(slot(eyes.of(0)), activity="spoilt"), van_1.meet(slot(eyes.of(1)))
    centre.admit(bad, good)
    record = settling.encounters.record

    def failing(work, report, **values):  # type: ignore[no-untyped-def]
        if report.activity == "spoilt":
            raise ZeroDivisionError("a fault in the program")
        return record(work, report, **values)

    monkeypatch.setattr(settling.encounters, "record", failing)
    for _ in range(6):
        centre.settle()
        clock.forward(seconds=5)
    (row,) = centre.rows("select state, reason, payload from journal where state <> 'settled'")
    assert row["state"] == "attention"
    assert "ZeroDivisionError" in str(row["reason"])
    assert row["payload"] is not None
    assert centre.one("select count(*) from encounter") == 1


def test_an_engine_started_later_reads_the_whole_gallery_from_the_log(
    centre: Centre, van_1: Tablet, eyes: Eyes
) -> None:
    for child in range(5):
        centre.take(van_1.meet(slot(eyes.of(child))))
    engine = LocalEngine()
    assert follow(engine, centre.registry.database) == 5
    assert (engine.seq, engine.size) == (5, 5)


def test_a_database_that_was_gone_and_is_back_has_lost_nothing(
    centre: Centre, van_1: Tablet, eyes: Eyes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The connections fail while it is away; the captures wait and are then all settled."""
    sent = [van_1.meet(slot(eyes.of(child))) for child in range(3)]
    centre.admit(sent[0])
    away(centre, monkeypatch)
    with pytest.raises(DatabaseUnavailable, match="Nothing is lost"):
        centre.admit(sent[1])
    with pytest.raises(DatabaseUnavailable):
        centre.worker().run_once()
    monkeypatch.undo()
    centre.take(*sent[1:])
    assert centre.one("select count(*) from encounter") == 3
    assert centre.one("select count(*) from journal where state = 'settled'") == 3


def away(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    from sqlalchemy.exc import OperationalError

    engine = centre.registry.database.engine
    engine.dispose()

    def refuse(*_args: object, **_more: object) -> object:
        raise OperationalError("connect", {}, Exception("connection refused"))

    monkeypatch.setattr(engine.pool, "connect", refuse)


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_locked_sqlite_file_says_so_and_nothing_is_lost(centre: Centre, van_1: Tablet, eyes: Eyes) -> None:
    import sqlite3

    from registry.db import Database

    impatient = Database.open(centre.registry.settings.database, busy_timeout_s=0.05)
    holder = sqlite3.connect(centre.registry.database.engine.url.database or "", isolation_level=None)
    holder.execute("begin immediate")
    with pytest.raises(DatabaseUnavailable, match="locked"), impatient.writing():
        pass
    holder.execute("rollback")
    holder.close()
    impatient.close()
    centre.take(van_1.meet(slot(eyes.of(0))))
    assert centre.one("select count(*) from encounter") == 1
