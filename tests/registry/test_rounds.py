"""Work that comes round by the clock: when it is due, after a failure, and until it is stopped."""

import threading

from registry.bootstrap import Registry, build_rounds
from registry.errors import DatabaseUnavailable
from registry.rounds import Round, Rounds


def test_each_comes_round_by_its_own_time_and_a_failure_stops_nobody() -> None:
    now, done = [0.0], []

    def failing() -> None:
        done.append("fails")
        raise DatabaseUnavailable("db", "gone") if now[0] < 10 else RuntimeError("worse")

    rounds = Rounds(
        [
            Round(name="fails", every_s=10, go=failing),
            Round(name="often", every_s=4, go=lambda: done.append("often")),
        ],
        monotonic=lambda: now[0],
    )
    waits = []
    for now[0] in (0.0, 3.0, 4.0, 10.0):
        waits.append(rounds.run_due())
    assert done == ["fails", "often", "often", "fails", "often"]
    assert waits == [4.0, 1.0, 4.0, 4.0]


def test_it_runs_in_the_background_and_ends_with_its_block() -> None:
    came = threading.Event()
    with Rounds([Round(name="once", every_s=3600, go=came.set)]):
        assert came.wait(5)
    assert not [thread for thread in threading.enumerate() if thread.name == "rounds"]


def test_a_centre_looks_round_and_forgets_by_itself(registry: Registry) -> None:
    rounds = build_rounds(registry)
    assert 0 < rounds.run_due() <= 15
