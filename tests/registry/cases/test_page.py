"""The case's page: our promises first, what the decider must read, and what the law says to a click."""

import datetime as dt
import re

from registry.access.rules import Role
from registry.cases.forms.leaving import PromisedByUs
from registry.cases.pledges import promise
from tests.registry.cases.conftest import Desks


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.partition("<main")[2]))


def test_the_page_leads_with_our_unkept_promise_then_alarms_requests_and_tasks(desks: Desks) -> None:
    case = desks.ready_to_leave()
    made = PromisedByUs(what="کفش", words="برایت کفش می‌آوریم", by_whom="مرکز", due_on=desks.office.clock.now().date())
    with desks.office.registry.database.writing() as work:
        promise(work, desks.office.desk, case_id=case, made=made, actor=desks.office.people[Role.SOCIAL_WORKER])
        work.commit()
    desks.days_pass(2)
    desks.send(case, "discharge")
    desks.of("centre_manager")
    page = plain(desks.people["centre_manager",].get(f"/cases/{case}").text)
    places = [page.index(words) for words in ("برایت کفش می‌آوریم", "به جا نیاورده‌ایم", "بیش از ۲۴ ساعت", "منتظر تصمیم")]
    assert places == sorted(places)
    assert page.index("منتظر تصمیم") < page.index("کارهای باز") < page.index("تاریخچه")


def test_who_decides_reads_the_form_in_persian_and_with_jalali_days(desks: Desks) -> None:
    case = desks.ready_to_leave()
    desks.send(case, "discharge")
    desks.of("centre_manager")
    page = plain(desks.people["centre_manager",].get(f"/cases/{case}").text)
    assert "کودک می‌خواهد برود بله" in page
    assert "کودک می‌ترسد نه" in page
    assert "۶ آذر ۱۴۰۵" in page
    assert "2026" not in page


def test_what_the_law_refuses_is_said_on_the_page_and_nothing_moves(desks: Desks) -> None:
    case = desks.ready_to_leave()
    asked = desks.send(case, "discharge").json()["id"]
    desks.office.clock.forward(hours=1)
    desks.of("centre_manager")
    manager = desks.people["centre_manager",]
    desks.office.clock.instant += dt.timedelta(days=40)
    assert manager.post("/login", page="/login", name="centre-manager", password="four words of test").status == 303
    refused = manager.post(f"/cases/{case}/requests/{asked}", page=f"/cases/{case}", answer="grant")
    assert refused.status == 409
    assert "سنجش مصلحت کودک برای این تصمیم" in plain(refused.text)
    assert desks.office.case(case).state == "screening"


def test_a_sealed_form_stays_closed_on_the_page(desks: Desks) -> None:
    case = desks.office.open_case()
    desks.do(case, "arrival", "health_assessment")
    desks.of("screening")
    assert "زخم" not in desks.people["screening",].get(f"/cases/{case}").text
