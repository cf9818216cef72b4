"""The reviewer's page and the merge's page, as people use them."""

import re
from collections.abc import Callable

import pytest

from edge.messages.models import EncounterOutcome
from tests.registry.house import Centre, Eyes, StillClock, Tablet, slot
from tests.registry.review.conftest import Registrar
from tests.registry.review.test_api import People, judge, people
from tests.registry.web.conftest import LogIn

__all__ = ["people"]


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def test_a_reviewer_judges_the_irises_and_then_sees_names(unsure: Callable[..., int], people: People) -> None:
    unsure()
    leila = people("leila", "reviewer")
    queue = leila.get("/reviews")
    assert "کودکی منتظر است" in queue.text
    assert "ستاره" not in queue.text
    first = leila.get("/reviews/1")
    assert "گام نخست: تنها عنبیه" in first.text
    assert first.text.count('class="iris-agrees"') == 2
    assert not any(name in first.text for name in ("ستاره", "زری", "میدان شوش"))
    page = plain(first.text)
    for words in ("یک کودک‌اند", "دو کودک‌اند", "نمی‌توان گفت", "در فهرستی به این بزرگی"):
        assert words in page
    assert leila.post("/reviews/1/irises", page="/reviews/1", answer="different").goes_to == "/reviews/1"
    second = plain(leila.get("/reviews/1").text)
    for words in ("زری", "ستاره", "میدان شوش", "از روی عنبیه گفتید: دو کودک‌اند"):
        assert words in second
    leila.post("/reviews/1/verdict", page="/reviews/1", answer="same", note="<b>x</b>")
    assert "پاسخ شما: یک کودک‌اند" in plain(leila.get("/reviews/1").text)
    assert leila.get("/reviews/1?lang=en").text.count("Your answer: One child") == 1
    refused = leila.post("/reviews/1/verdict", page="/account", answer="different")
    assert refused.status == 409
    assert "پاسخ عوض نمی‌شود" in refused.text


@pytest.mark.parametrize("path", ["/reviews", "/merges"])
def test_an_empty_list_teaches(people: People, path: str) -> None:
    page = people("leila", "reviewer").get(path).text
    assert "همین که برسد" in page or "وقتی دو بازبین بگویند" in page


def test_a_merge_is_asked_decided_and_taken_back_on_pages(
    unsure: Callable[..., int], people: People, centre: Centre
) -> None:
    unsure()
    for name in ("leila", "omid"):
        judge(people(name, "reviewer"), "same")
    sara, nasrin = people("sara", "case_manager"), people("nasrin", "centre_manager")
    assert "/reviews/1/merge" in sara.get("/merges").text
    proposal = sara.get("/reviews/1/merge").text
    digest = re.search(r'name="digest" value="(\w+)"', proposal)
    assert digest
    assert "دو پروندهٔ باز" in proposal
    assert 'name="survivor" value="2"' in sara.get("/reviews/1/merge?survivor=2").text
    fields = {"digest": digest[1], "survivor": "1", "field:given_name": "absorbed", "case:leads": "2"}
    asked = sara.post("/reviews/1/merge", page="/reviews/1/merge", **fields)
    assert asked.goes_to == "/merges/1"
    assert 'action="/merges/1/decision"' not in sara.get("/merges/1").text
    no_reason = nasrin.post("/merges/1/decision", page="/merges/1", answer="refuse")
    assert no_reason.status == 422
    nasrin.post("/merges/1/decision", page="/merges/1", answer="accept")
    assert centre.rows("select id, joined_to_id, child_id from case_file order by id") == [
        {"id": 1, "joined_to_id": 2, "child_id": 1}, {"id": 2, "joined_to_id": None, "child_id": 1},
    ]  # fmt: skip
    merged = sara.get("/children/2").text
    assert "این رکورد با رکورد دیگری یکی شده است" in merged
    assert 'href="/children/1"' in merged
    page = nasrin.get("/merges/1").text
    assert "پس از یکی‌شدن چیزی نوشته نشده است" in page
    nasrin.post("/merges/1/undo", page="/merges/1", reason="دو نفرند")
    assert "برگردانده شد" in nasrin.get("/merges/1").text
    assert centre.one("select count(*) from child where merged_into_id is not null") == 0


def test_who_cares_for_the_children_sees_what_waits_and_no_answer_to_give(
    unsure: Callable[..., int], log_in: LogIn
) -> None:
    unsure()
    page = log_in("screening").get("/reviews").text
    assert "زری" in page
    assert "/reviews/1" not in page


def test_pages_carry_no_inline_style_or_script(unsure: Callable[..., int], people: People) -> None:
    unsure()
    leila = people("leila", "reviewer")
    judge(leila, "same")
    judge(people("omid", "reviewer"), "same")
    sara = people("sara", "case_manager")
    for text in (leila.get("/reviews/1").text, sara.get("/reviews/1/merge").text, sara.get("/merges").text):
        assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", text)


@pytest.mark.parametrize("note", ["ن" * 600, "a\x00b", "علی\u202eرضا"])
def test_a_note_that_cannot_be_read_safely_is_refused_and_nothing_is_kept(
    unsure: Callable[..., int], people: People, centre: Centre, note: str
) -> None:
    unsure()
    leila = people("leila", "reviewer")
    answer = leila.post("/reviews/1/irises", page="/reviews/1", answer="same", note=note)
    assert answer.status == 422
    assert leila.post("/reviews/1/irises", page="/reviews/1", answer="perhaps").status == 422
    assert centre.one("select count(*) from review_judgement") == 0


def test_what_was_typed_is_shown_as_text(unsure: Callable[..., int], people: People) -> None:
    unsure()
    for name in ("leila", "omid"):
        judge(people(name, "reviewer"), "same")
    sara, nasrin = people("sara", "case_manager"), people("nasrin", "centre_manager")
    digest = re.search(r'name="digest" value="(\w+)"', sara.get("/reviews/1/merge").text)
    assert digest
    fields = {"digest": digest[1], "survivor": "1", "field:<b>": "absorbed", "case:leads": "9" * 30}
    assert sara.post("/reviews/1/merge", page="/reviews/1/merge", **fields).status == 409
    sara.post("/reviews/1/merge", page="/reviews/1/merge", digest=digest[1], survivor="1")
    nasrin.post("/merges/1/decision", page="/merges/1", answer="refuse", note="<script>alert(1)</script>")
    page = nasrin.get("/merges/1").text
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page


def test_a_meeting_is_taken_from_a_child_on_a_plain_page(
    centre: Centre, van_1: Tablet, van_2: Tablet, eyes: Eyes, clock: StillClock, people: People
) -> None:
    centre.take(van_1.meet(slot(eyes.of(0), given_name="زهرا"), outcome=EncounterOutcome.AID_ONLY))
    clock.forward(days=2)
    centre.take(van_2.meet(slot(eyes.of(0, 1), given_name="زری")))
    sara = people("sara", "case_manager")
    assert 'href="/slots/2/detachment"' in sara.get("/children/1").text
    page = sara.get("/slots/2/detachment").text
    assert "این کودک نبود" in page
    assert 'name="row:case_file:1"' in page
    form = {"page": "/slots/2/detachment", "child_id": "1"}
    assert sara.post("/slots/2/detachment", **form, reason="خواهرش است").status == 409  # a row is given to nobody
    assert sara.post("/slots/2/detachment", **form, reason=" ", **{"row:case_file:1": "goes"}).status == 422
    gone = sara.post("/slots/2/detachment", **form, reason="خواهرش است", **{"row:case_file:1": "goes"})
    assert (gone.status, gone.goes_to) == (303, "/children/1?done=detached")
    assert "دیدار جدا شد" in sara.get(gone.goes_to).text
    assert centre.one("select child_id from case_file") == 2
    assert people("leila", "reviewer").get("/slots/2/detachment").status == 404
    assert "This was not that child" in sara.get("/slots/1/detachment?lang=en").text


def test_a_case_shows_the_cases_that_go_on_beside_it_since_a_merge(
    registrar: Registrar, van_1: Tablet, van_2: Tablet, eyes: Eyes, people: People
) -> None:
    registrar.centre.take(van_1.meet(slot(eyes.of(0))), van_2.meet(slot(eyes.of(1))))
    merge = registrar.merge(2, 1)
    assert registrar.centre.one("select joined_to_id from case_file where id = 2") == 1
    sara = people("sara", "case_manager")
    leading, joined = sara.get("/cases/1").text, sara.get("/cases/2").text
    assert "پرونده‌های پیوسته" in leading
    assert 'href="/cases/2"' in leading
    assert "پروندهٔ اصلی" in joined
    assert 'href="/cases/1"' in joined
    registrar.undo(merge)
    assert "پرونده‌های پیوسته" not in sara.get("/cases/1").text
