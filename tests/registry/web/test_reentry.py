"""The password once more before what leaves the house: for one act, of one log-in, for a few minutes."""

import pytest
from fastapi import FastAPI

from registry.access.patience import MOST_FAILURES_OF_A_NAME
from registry.access.reentry import HOLDS, demand_proof
from registry.bootstrap import Registry
from registry.errors import ReentryNeeded
from tests.registry.house import StillClock
from tests.registry.web.conftest import PASSWORD, LogIn, Person


def again(person: Person, password: str = PASSWORD) -> str:
    answer = person.http.post("/api/reentry", json={"password": password})
    assert answer.status_code == 201, answer.text
    proof: str = answer.json()["proof"]
    return proof


def holds(registry: Registry, proof: str | None, session_id: int = 1) -> bool:
    with registry.database.writing() as work:
        try:
            demand_proof(work, proof, session_id=session_id, now=registry.clock.now())
        except ReentryNeeded:
            return False
        work.commit()
        return True


def test_a_proof_is_good_for_one_act_of_the_same_log_in(registry: Registry, log_in: LogIn) -> None:
    proof = again(log_in("case_manager"))
    assert not holds(registry, proof, session_id=2)
    assert holds(registry, proof)
    assert not holds(registry, proof)


def test_an_act_that_fails_uses_no_proof_up(registry: Registry, log_in: LogIn) -> None:
    proof = again(log_in("case_manager"))
    with registry.database.writing() as work:
        demand_proof(work, proof, session_id=1, now=registry.clock.now())  # and no commit
    assert holds(registry, proof)


def test_a_proof_grows_old_and_an_invented_one_is_none(registry: Registry, log_in: LogIn, clock: StillClock) -> None:
    proof = again(log_in("case_manager"))
    assert not holds(registry, "invented")
    assert not holds(registry, None)
    clock.forward(seconds=HOLDS.total_seconds() + 1)
    assert not holds(registry, proof)


def test_a_wrong_password_is_refused_and_guessing_is_slowed_down_as_at_the_door(log_in: LogIn) -> None:
    person = log_in("case_manager")
    answers = [
        person.http.post("/api/reentry", json={"password": "guess number " + str(k)}).status_code
        for k in range(MOST_FAILURES_OF_A_NAME + 1)
    ]
    assert answers == [403] * MOST_FAILURES_OF_A_NAME + [429]


@pytest.mark.parametrize("typed", ["", "x" * 201])
def test_a_password_that_cannot_be_one_is_not_echoed(log_in: LogIn, typed: str) -> None:
    answer = log_in("screening").http.post("/api/reentry", json={"password": typed})
    assert answer.status_code == 422
    assert not typed or typed not in answer.text


def test_strangers_get_no_proof(app: FastAPI, log_in: LogIn, registry: Registry) -> None:
    person = log_in("screening")
    person.http.cookies.clear()
    assert person.http.post("/api/reentry", json={"password": PASSWORD}).status_code == 401
