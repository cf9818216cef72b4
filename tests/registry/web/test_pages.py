"""What the pages say: rows with their next step, histories, answers to proposals, empty lists that teach."""

import datetime as dt
import re

import pytest

from edge.messages.models import EncounterOutcome, Sex, SlotOutcome
from registry.bootstrap import Registry
from tests.registry.house import StillClock
from tests.registry.web.conftest import LogIn, Person
from tests.registry.web.scene import Met, Scene, Seen


def plain(html: str) -> str:
    """The page as a person reads it."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", html))


@pytest.fixture
def worker(log_in: LogIn) -> Person:
    return log_in("case_manager")


@pytest.fixture
def met_again(scene: Scene) -> Met:
    """زهرا, whose case was closed a month ago, met again."""
    first = scene.meet(Seen(name="زهرا", age=(11, 12)), ago=dt.timedelta(days=30))
    scene.close_case(1)
    again = Seen(name="زری", age=(11, 12), outcome=SlotOutcome.KNOWN, child_id=first.child_ids[0])
    return scene.meet(again, place="پل مدیریت")


@pytest.mark.parametrize(
    ("outcome", "said", "next_step"),
    [
        (SlotOutcome.NEW, "نخستین دیدار", "پرونده باز است"),
        (SlotOutcome.REVIEW, "در حال بررسی", "پاسخ بازبین"),
        (SlotOutcome.CANNOT_TELL, "نمی‌توان گفت؛ دوباره بگیرید", "یک بار دیگر گرفتن عنبیه"),
        (SlotOutcome.NO_IRIS, "بدون عنبیه", "پرونده باز است"),
    ],
)
def test_a_row_says_who_where_when_what_and_what_comes_next(
    worker: Person, scene: Scene, outcome: SlotOutcome, said: str, next_step: str
) -> None:
    scene.meet(Seen(name="امید", sex=Sex.BOY, age=(7, 8), outcome=outcome), place="بازار گل", device="van-1")
    page = plain(worker.get("/").text)
    for words in ("ون ۱", "بازار گل", "امید", "پسر، ۷ تا ۸ سال", "۲۱:۲۹", said, next_step):
        assert words in page


def test_known_and_closed_asks_for_a_decision_on_reopening(worker: Person, met_again: Met) -> None:
    page = plain(worker.get("/").text)
    assert "احتمالاً پیش‌تر دیده‌ایم" in page
    assert "تصمیم دربارهٔ بازگشایی" in page
    assert "۱ بازگشایی" in page


def test_a_child_whose_name_was_not_said_has_a_row_like_any_other(worker: Person, scene: Scene) -> None:
    scene.meet(Seen(name=None, sex=Sex.UNKNOWN, age=(9, 9), method="estimated"))
    assert "نام‌نگفته حدود ۹ سال" in plain(worker.get("/").text)


def test_a_late_encounter_shows_both_times(worker: Person, scene: Scene) -> None:
    scene.meet(Seen(name="مرضیه"), ago=dt.timedelta(minutes=5), late=dt.timedelta(hours=3))
    page = plain(worker.get("/").text)
    assert "دیر رسیده" in page
    assert "ثبت ۱۸:۲۵" in page
    assert "رسیدن ۲۱:۲۵" in page


def test_a_childs_page_has_every_encounter_the_siblings_and_the_mark_of_an_unsure_one(
    worker: Person, scene: Scene, met_again: Met
) -> None:
    unsure = Seen(name="ستاره", outcome=SlotOutcome.REVIEW, child_id=met_again.child_ids[0], reason="unsure")
    together = scene.meet(unsure, Seen(name="امید", sex=Sex.BOY), place="میدان شوش")
    known = plain(worker.get(f"/children/{met_again.child_ids[0]}").text)
    for words in ("زری", "نام‌های دیگری که گفته: زهرا", "پل مدیریت", "میدان خراسان", "۲ برخورد", "بسته"):
        assert words in known
    provisional = plain(worker.get(f"/children/{together.child_ids[0]}").text)
    assert "هنوز نمی‌دانیم این کودک را پیش‌تر دیده‌ایم یا نه" in provisional
    assert "همراه در همین برخورد: امید" in provisional


def test_accepting_reopens_the_case_and_its_history_keeps_everything(worker: Person, met_again: Met) -> None:
    answer = worker.post("/proposals/1/accept", page="/proposals")
    assert answer.goes_to == "/cases/1?done=reopened"
    page = plain(worker.get(answer.goes_to).text)
    for words in (
        "پروندهٔ ۱۴۰۵-۰۰۰۰۱-",
        "پذیرش",
        "پرونده بازگشایی شد",
        "پرونده بسته شد",
        "پرونده باز شد",
        "case-manager",
    ):
        assert words in page


def test_a_proposal_is_decided_once_and_the_second_person_is_told(worker: Person, met_again: Met) -> None:
    worker.post("/proposals/1/accept", page="/proposals")
    second = worker.post("/proposals/1/accept")
    assert second.status == 409
    assert "پیش از شما تصمیم‌گیری شده است" in second.text


def test_declining_needs_a_reason_and_keeps_it(worker: Person, met_again: Met) -> None:
    refused = worker.post("/proposals/1/decline", page="/proposals", reason="  ")
    assert refused.status == 422
    assert "در یک جمله بنویسید" in refused.text
    worker.post("/proposals/1/decline", page="/proposals", reason="خانواده خودش پیگیر است")
    page = plain(worker.get("/cases/1").text)
    assert "بازگشایی پذیرفته نشد" in page
    assert "دلیل: خانواده خودش پیگیر است" in page


def test_the_countys_list_can_become_a_case(worker: Person, scene: Scene) -> None:
    scene.meet(Seen(name="نورآقا", sex=Sex.BOY), outcome=EncounterOutcome.AID_ONLY)
    assert "در فهرست شهرستان" in plain(worker.get("/").text)
    assert worker.post("/proposals/1/accept", page="/proposals").goes_to == "/cases/1?done=opened"


def test_closing_is_asked_with_a_reason_and_decided_by_another(worker: Person, log_in: LogIn, scene: Scene) -> None:
    scene.meet(Seen(name="زهرا"))
    assert "دلیل خالی است" in worker.post("/cases/1/closure", page="/cases/1", reason="").text
    asked = worker.post("/cases/1/closure", page="/cases/1", reason="به خانواده برگشت")
    assert asked.goes_to == "/cases/1?done=asked"
    assert 'value="grant"' not in worker.get("/cases/1").text
    again = worker.post("/cases/1/closure", page="/cases/1", reason="به خانواده برگشت")
    assert (again.status, "منتظر تصمیم" in again.text) == (409, True)
    manager = log_in("centre_manager")
    assert 'value="grant"' in manager.get("/cases/1").text
    assert "دلیل" in manager.post("/cases/1/requests/1", page="/cases/1", answer="refuse", reason="").text
    assert manager.post("/cases/1/requests/1", page="/cases/1", answer="grant").goes_to == "/cases/1?done=granted"
    assert "به خانواده برگشت" in worker.get("/cases/1").text
    assert "پیش از شما" in manager.post("/cases/1/requests/1", page="/cases/1", answer="grant").text


def test_screening_sees_a_case_but_no_answer_to_give(log_in: LogIn, met_again: Met) -> None:
    page = log_in("screening").get("/cases/1").text
    assert "بازگشایی پرونده" in page
    assert "/accept" not in page
    assert "/closure" not in page
    assert 'value="grant"' not in page


@pytest.mark.parametrize("typed", ["محمد رضا", "مُحَمَّد‌رضا", "محمدرضا"])
def test_the_search_finds_a_name_however_it_was_written(worker: Person, scene: Scene, typed: str) -> None:
    scene.meet(Seen(name="محمّد‌رضا", sex=Sex.BOY), Seen(name="زهرا"))
    page = plain(worker.get(f"/children?q={typed}").text)
    assert "محمّد‌رضا" in page
    assert "زهرا" not in page


def test_the_search_finds_a_case_number_in_persian_digits(worker: Person, scene: Scene) -> None:
    scene.meet(Seen(name="زهرا"))
    number = worker.http.get("/api/cases").json()["cases"][0]["number"]
    shown = number.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    assert "زهرا" in worker.get(f"/children?q={shown}").text
    assert "زهرا" in worker.get(f"/cases?q={shown}").text


def test_cases_are_filtered_and_htmx_gets_only_the_rows(worker: Person, scene: Scene) -> None:
    scene.meet(Seen(name="زهرا"), Seen(name="امید"))
    scene.close_case(1)
    assert "زهرا" not in worker.get("/cases").text
    assert "زهرا" in worker.get("/cases?state=closed").text
    rows = worker.http.get("/cases?state=all", headers={"hx-request": "true"}).text
    assert "<html" not in rows
    assert "زهرا" in rows
    assert worker.get("/cases?state=nonsense").status == 422


@pytest.mark.parametrize(
    ("path", "teaches"),
    [
        ("/", "با نخستین برخوردی که گشت ثبت کند"),
        ("/children", "با رسیدن نخستین برخورد"),
        ("/cases", "پرونده خودش باز می‌شود"),
        ("/proposals", "وقتی کودکی با پروندهٔ بسته دوباره دیده شود"),
        ("/reviews", "وقتی دستگاه میان دو کودک مطمئن نباشد"),
        ("/encounters?shift=1405-08-01", "تاریخ دیگری را ببینید"),
        ("/children?q=nobody", "املای دیگر"),
    ],
)
def test_an_empty_list_teaches(worker: Person, path: str, teaches: str) -> None:
    assert teaches in worker.get(path).text


def test_a_review_lists_who_was_met_and_who_it_may_be(worker: Person, scene: Scene, met_again: Met) -> None:
    scene.meet(Seen(name=None, outcome=SlotOutcome.REVIEW, child_id=met_again.child_ids[0], reason="unsure"))
    page = plain(worker.get("/reviews").text)
    for words in ("نام‌نگفته", "شاید همین کودک", "زری", "شباهت هست"):
        assert words in page


def test_a_shift_keeps_its_encounters_after_midnight(worker: Person, scene: Scene, clock: StillClock) -> None:
    clock.forward(hours=4)  # 01:30 of the next day in Tehran
    scene.meet(Seen(name="شکیبا"))
    clock.forward(hours=10)
    assert "شکیبا" in worker.get("/encounters?shift=1405-09-03").text
    assert "شکیبا" not in worker.get("/encounters").text
    assert "دیروز ۰۱:۲۹" not in plain(worker.get("/children?shift=۱۴۰۵/۰۹/۰۳").text)


def test_english_is_said_where_it_is_chosen(worker: Person, met_again: Met) -> None:
    page = worker.get("/?lang=en").text
    assert 'lang="en" dir="ltr"' in page
    for words in ("probably met before", "Van 2", "girl, 11 to 12 years", "Decide on reopening"):
        assert words in page
    worker.post("/account/language", language="en")
    assert "Open log-ins" in worker.get("/account").text


def test_the_administrator_sees_devices_and_accounts_and_no_child(log_in: LogIn, scene: Scene) -> None:
    scene.meet(Seen(name="زهرا"))
    administrator = log_in("administrator")
    assert administrator.get("/").goes_to == "/devices"
    pages = [administrator.get(path).text for path in ("/devices", "/users", "/audit", "/arrivals", "/account")]
    assert "van-1" in pages[0]
    assert not any("زهرا" in page for page in pages)


def test_a_user_is_added_and_a_mistake_is_named_with_the_form_kept(log_in: LogIn) -> None:
    administrator = log_in("administrator")
    fields = {"full_name": "نرگس", "password": "four words of test", "roles": ["screening"]}
    bad = administrator.post("/users", page="/users", name="Nargès", **fields)
    assert bad.status == 422
    assert "حرف کوچک انگلیسی" in bad.text
    assert 'value="نرگس"' in bad.text
    assert "four words" not in bad.text
    assert "نقش را برگزینید" in administrator.post("/users", page="/users", name="nargess", password="x" * 12).text
    assert administrator.post("/users", page="/users", name="nargess", **fields).goes_to == "/users?done=user_added"
    assert "کاربری با این نام هست" in administrator.post("/users", page="/users", name="nargess", **fields).text


def test_the_twin_for_programs_says_the_same_and_no_template(
    worker: Person, met_again: Met, registry: Registry
) -> None:
    encounter = worker.http.get(f"/api/encounters/{met_again.encounter_id}").json()
    (slot,) = encounter["slots"]
    assert slot["next_step"] == "decide_reopening"
    assert worker.http.get(f"/api/cases/{slot['case_id']}").json()["open_proposal_id"] == slot["proposal_id"]
    child = worker.http.get(f"/api/children/{slot['child_id']}").json()
    assert [met["place"] for met in child["encounters"]] == ["پل مدیریت", "میدان خراسان"]
    assert worker.http.get("/api/proposals").json()["proposals"][0]["kind"] == "reopen"
    assert "template" not in str(child)


def test_an_attackers_name_is_only_text(worker: Person, scene: Scene) -> None:
    scene.meet(Seen(name="<script>alert(1)</script>"), place='"><img src=x>')
    for path in ("/", "/children/1", "/encounters/1", "/cases/1", "/children?q=<script>"):
        page = worker.get(path).text
        assert "<script>alert" not in page
        assert "<img src=x" not in page
