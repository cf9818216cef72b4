"""The way in: names and passwords, forms that are ours, cookies, patience with those who guess."""

import re

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from registry.access.login import _safe
from registry.access.patience import MOST_FAILURES_OF_A_NAME
from registry.access.sessions import LIFETIME
from registry.bootstrap import Registry
from tests.registry.house import StillClock
from tests.registry.web.conftest import PASSWORD, LogIn, Person


@pytest.fixture
def visitor(app: FastAPI, stranger: TestClient) -> Person:
    app.state.web.accounts.add(name="maryam", password=PASSWORD, roles=["screening"], actor="test")
    return Person(stranger)


def test_the_right_password_opens_the_board(visitor: Person) -> None:
    answer = visitor.post("/login", page="/login", name=" Maryam ", password=PASSWORD)
    assert (answer.status, answer.goes_to) == (303, "/")
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert visitor.get("/").status == 200


def test_over_https_the_cookie_is_secure(app: FastAPI, visitor: Person) -> None:
    safe = Person(TestClient(app, base_url="https://panah.test", follow_redirects=False))
    answer = safe.post("/login", page="/login", name="maryam", password=PASSWORD)
    assert "Secure" in answer.headers["set-cookie"]
    assert "strict-transport-security" in answer.headers


@pytest.mark.parametrize(("name", "password"), [("maryam", "wrong"), ("nobody", PASSWORD)])
def test_a_wrong_name_and_a_wrong_password_get_one_answer_that_says_what_to_do(
    visitor: Person, name: str, password: str
) -> None:
    answer = visitor.post("/login", page="/login", name=name, password=password)
    assert answer.status == 403
    assert "زبان صفحه‌کلید را ببینید" in answer.text
    assert password not in answer.text


def test_empty_fields_are_named(visitor: Person) -> None:
    assert "هر دو لازم است" in visitor.post("/login", page="/login", name="maryam").text


def test_who_guesses_must_wait_and_is_told_how_long(visitor: Person, clock: StillClock) -> None:
    for _ in range(MOST_FAILURES_OF_A_NAME):
        visitor.post("/login", page="/login", name="maryam", password="guess")
    paused = visitor.post("/login", page="/login", name="maryam", password=PASSWORD)
    assert paused.status == 429
    assert "۱۵ دقیقهٔ دیگر" in paused.text
    clock.forward(minutes=16)
    assert visitor.post("/login", page="/login", name="maryam", password=PASSWORD).status == 303


def test_a_log_in_form_of_another_site_is_refused(stranger: TestClient, visitor: Person) -> None:
    forged = stranger.post("/login", data={"name": "maryam", "password": PASSWORD}, headers={"accept": "text/html"})
    assert forged.status_code == 403
    assert "این فرم کهنه شده است" in forged.text


def test_a_form_without_its_token_or_from_another_site_changes_nothing(log_in: LogIn) -> None:
    person = log_in("administrator")
    fields = {"name": "intruder", "password": PASSWORD, "roles": "administrator"}
    assert person.http.post("/users", data=fields).status_code == 403
    elsewhere = {"sec-fetch-site": "cross-site"}
    signed = fields | {"csrf_token": person.token("/users")}
    assert person.http.post("/users", data=signed, headers=elsewhere).status_code == 403
    assert "intruder" not in person.get("/users").text


def test_a_huge_body_is_refused_before_it_is_kept(log_in: LogIn) -> None:
    person = log_in("administrator")
    assert person.http.post("/users", content=b"x" * 70_000).status_code == 413


def test_after_the_log_in_the_person_is_where_they_wanted_to_be(visitor: Person) -> None:
    sent = visitor.get("/cases")
    assert sent.goes_to == "/login?next=/cases"
    assert visitor.post("/login", page="/login", name="maryam", password=PASSWORD, next="/cases").goes_to == "/cases"


@pytest.mark.parametrize(
    "target", ["//evil.test", "https://evil.test", "/\\evil.test", "javascript:1", "", "x", "/a\nb"]
)
def test_a_link_cannot_send_a_person_elsewhere(target: str) -> None:
    assert _safe(target) == "/"


def test_a_log_in_ends_by_hand_by_time_and_with_its_account(
    app: FastAPI, registry: Registry, clock: StillClock, log_in: LogIn
) -> None:
    leaving, staying = log_in("screening"), log_in("case_manager")
    assert leaving.post("/logout").goes_to == "/login?note=left"
    assert leaving.get("/cases").status == 303

    administrator = log_in("administrator")
    number = re.search(r"/users/(\d+)/disable", administrator.get("/users").text.split("case-manager", 1)[1])
    assert number
    assert administrator.post(f"/users/{number[1]}/disable").status == 303
    assert staying.get("/cases").status == 303

    clock.forward(seconds=LIFETIME.total_seconds() + 1)
    assert administrator.get("/users").status == 303


def test_a_new_password_ends_the_other_log_ins(app: FastAPI, log_in: LogIn) -> None:
    here = log_in("screening")
    there = Person(TestClient(app, follow_redirects=False))
    there.post("/login", page="/login", name="screening", password=PASSWORD)
    assert there.get("/cases").status == 200

    wrong = here.post("/account/password", old="no", new="another four words", again="another four words")
    assert "گذرواژهٔ کنونی درست نیست" in wrong.text
    differ = here.post("/account/password", old=PASSWORD, new="another four words", again="other")
    assert "یکی نیستند" in differ.text
    short = here.post("/account/password", old=PASSWORD, new="short", again="short")
    assert "دست‌کم ۱۰ نویسه" in short.text
    done = here.post("/account/password", old=PASSWORD, new="another four words", again="another four words")
    assert done.goes_to == "/account?done=password"
    assert here.get("/cases").status == 200
    assert there.get("/cases").status == 303


def test_who_forgot_their_password_gets_a_new_one_from_the_administrator(app: FastAPI, log_in: LogIn) -> None:
    forgetful, administrator = log_in("screening"), log_in("administrator")
    assert "دست‌کم ۱۰ نویسه" in administrator.post("/users/1/password", page="/users", password="short").text
    answer = administrator.post("/users/1/password", page="/users", password="another four words")
    assert answer.goes_to == "/users?done=password_given"
    assert forgetful.get("/cases").status == 303
    again = Person(TestClient(app, follow_redirects=False))
    assert again.post("/login", page="/login", name="screening", password="another four words").status == 303
    assert administrator.post("/users/99/password", page="/users", password="another four words").status == 404


def test_the_last_administrator_stays(log_in: LogIn, app: FastAPI) -> None:
    log_in("screening")
    administrator = log_in("administrator")
    me = administrator.http.get("/api/me").json()
    assert me["roles"] == ["administrator"]
    answer = administrator.post("/users/2/disable")
    assert answer.status == 409
    assert "تنها سرپرست" in answer.text
