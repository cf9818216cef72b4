"""What the team reads on the tablet, sentence by sentence, and who may ask for it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi.testclient import TestClient

from edge.bootstrap import Tablet
from edge.kiosk.app import make_app, read_board
from edge.kiosk.board import board_view
from edge.link.models import LinkState, LinkStatus
from edge.messages.keys import RegistryKeys
from edge.messages.models import Age, Receipt, Result, Sex, SlotOutcome, SlotResult
from edge.messages.seal import VerifiedReceipt, VerifiedResult
from edge.outbox.errors import SpaceLow
from edge.outbox.models import Counts, OutgoingState, Saved
from tests.edge.clocks import SetClock
from tests.edge.reports import capture_report
from tests.edge.tablets import make_tablet

NOW = datetime(2026, 3, 21, 17, 42, tzinfo=UTC)


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def tablet(tmp_path: Path, clock: SetClock) -> Iterator[Tablet]:
    tablet = make_tablet(tmp_path, registry_public=RegistryKeys.generate().public, clock=clock)
    yield tablet
    tablet.stop()


@pytest.fixture
def page(tablet: Tablet, clock: SetClock) -> Iterator[TestClient]:
    with TestClient(make_app(tablet, clock=clock), base_url="http://127.0.0.1") as client:
        yield client


def receipt(tablet: Tablet, saved: Saved, *, status: str = "held") -> None:
    fields = {"device": "van-2", "capture_id": saved.capture_id, "digest": saved.digest, "received_at": NOW}
    tablet.outbox.settle(VerifiedReceipt(Receipt.model_validate({**fields, "status": status})))


def answer(tablet: Tablet, saved: Saved, *slots: SlotResult) -> None:
    result = Result(device="van-2", capture_id=saved.capture_id, decided_at=NOW, slots=slots)
    tablet.outbox.keep_result(VerifiedResult(result))


def test_an_empty_evening_says_what_will_be_seen(page: TestClient) -> None:
    text = page.get("/").text
    assert "هنوز برخوردی ثبت نشده" in text
    assert "با نخستین کودک، نتیجه همین‌جا دیده می‌شود." in text
    assert "چیزی در صف نیست." in text


def test_without_a_network_a_saved_encounter_says_that_it_will_be_sent(tablet: Tablet, page: TestClient) -> None:
    tablet.link._set_state(LinkState.OFFLINE, "refused")
    tablet.outbox.save(capture_report("van-2"))
    text = page.get("/board").text
    assert "بی‌شبکه" in text
    assert "۱ در صف" in text
    assert "ذخیره شد" in text
    assert "با وصل شدن شبکه فرستاده می‌شود" in text


def test_online_it_is_being_sent_then_it_has_arrived(tablet: Tablet, page: TestClient) -> None:
    tablet.link._set_state(LinkState.ONLINE)
    saved = tablet.outbox.save(capture_report("van-2"))
    assert "در حال فرستادن به مرکز" in page.get("/board").text
    receipt(tablet, saved)
    assert "به مرکز رسید" in page.get("/board").text


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        (SlotOutcome.KNOWN, "احتمالاً پیش‌تر دیده‌ایم"),
        (SlotOutcome.NEW, "نخستین دیدار"),
        (SlotOutcome.REVIEW, "در حال بررسی"),
        (SlotOutcome.CANNOT_TELL, "نمی‌توان گفت؛ دوباره بگیرید"),
        (SlotOutcome.NO_IRIS, "بی‌عنبیه ثبت شد"),
    ],
)
def test_each_outcome_has_its_words(tablet: Tablet, page: TestClient, outcome: SlotOutcome, words: str) -> None:
    saved = tablet.outbox.save(capture_report("van-2"))
    receipt(tablet, saved)
    answer(tablet, saved, SlotResult(number=1, outcome=outcome))
    assert words in page.get("/board").text


def test_a_known_child_shows_two_facts_to_check_the_code_and_the_last_meeting(tablet: Tablet, page: TestClient) -> None:
    saved = tablet.outbox.save(capture_report("van-2", children=2))
    receipt(tablet, saved)
    known = SlotResult(
        number=1,
        outcome=SlotOutcome.KNOWN,
        child_code="K7-41",
        sex=Sex.GIRL,
        age=Age(low=9, high=11),
        last_met_on=date(2026, 3, 18),
    )
    answer(tablet, saved, known, SlotResult(number=2, outcome=SlotOutcome.NEW))
    text = page.get("/board").text
    for words in ("کودک ۱ از ۲", "کودک ۲ از ۲", "۹ تا ۱۱ سال", "دختر", "دیدار پیشین: ۳ روز پیش"):
        assert words in text
    assert '<bdi dir="ltr" class="code">K۷-۴۱</bdi>' in text


def test_no_name_is_on_the_page(tablet: Tablet, page: TestClient) -> None:
    tablet.outbox.save(capture_report("van-2"))
    assert "سارا" not in page.get("/").text


def test_a_quarantined_encounter_stays_until_it_was_read(tablet: Tablet, page: TestClient) -> None:
    saved = tablet.outbox.save(capture_report("van-2"))
    receipt(tablet, saved, status="quarantined")
    assert "مرکز برای بررسی نگه داشت" in page.get("/board").text
    path = f"/notes/{saved.capture_id}/read"
    assert page.post(path).status_code == 403
    assert page.post(path, headers={"HX-Request": "true"}).status_code == 200
    assert tablet.outbox.recent(limit=1)[0].receipt is not None


def view(clock: SetClock, **changes: object):
    counts = {"waiting": 0, "published": 0, "set_aside": 0, "oldest": None, "saved_ever": 0, "publications_ever": 0}
    counts |= {"resent_ever": 0, "receipts_ever": 0, "quarantined_ever": 0}
    facts = {"space": None, "link": LinkStatus(state=LinkState.ONLINE, since=NOW)} | changes
    counts |= facts.pop("counts", {})
    return board_view(label="ون ۲", team="گشت", clock=clock, counts=Counts(**counts), memos=[], **facts)


def test_what_needs_a_person_is_an_alarm(clock: SetClock) -> None:
    full = view(clock, space=SpaceLow(Path("x"), 1)).alarms
    refused = view(clock, link=LinkStatus(state=LinkState.REFUSED, since=NOW, reason="Not authorized")).alarms
    ended = view(clock, link=LinkStatus(state=LinkState.STOPPED, since=NOW)).alarms
    assert ended == ("فرستادن از کار افتاده است؛ برخوردها ذخیره می‌شوند. برنامهٔ تبلت را دوباره باز کنید.",)
    aside = view(clock, counts={"set_aside": 2, "oldest": NOW - timedelta(hours=3)})
    assert full == ("حافظهٔ تبلت پر است. برخوردهای پیشین ذخیره‌اند؛ پیش از برخورد تازه، تبلت را به شبکه وصل کنید.",)
    assert refused == ("شبکه این تبلت را نمی‌پذیرد؛ برخوردها ذخیره می‌شوند. به پشتیبانی بگویید.",)
    assert aside.alarms == ("مرکز ۲ برخورد را هنوز نپذیرفته است؛ ذخیره‌اند و باز فرستاده می‌شوند. به پشتیبانی بگویید.",)
    assert (aside.queue, aside.oldest) == ("۲ در صف", "۳ ساعت پیش")


def test_a_capture_set_aside_is_shown_where_it_stands(tablet: Tablet, clock: SetClock) -> None:
    tablet.outbox.save(capture_report("van-2"))
    for _ in range(20):
        tablet.outbox.claim_due(limit=5)
        clock.forward(5)
    assert tablet.outbox.recent(limit=1)[0].state is OutgoingState.SET_ASIDE
    board = read_board(tablet, clock)
    assert board.newest is not None
    assert board.newest.slots[0].said.text == "ذخیره است، مرکز هنوز نپذیرفته"


def test_nothing_inline_and_nothing_from_elsewhere(page: TestClient) -> None:
    response = page.get("/")
    policy = response.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    for forbidden in ("<style", " style=", "onclick", "http://", "https://"):
        assert forbidden not in response.text
    for script in response.text.split("<script")[1:]:
        assert script.startswith(" src=")


def test_every_file_that_the_page_names_is_served(page: TestClient) -> None:
    text = page.get("/").text
    addresses = [part.split('"')[0] for part in text.split('"/static/')[1:]]
    assert len(addresses) >= 5
    for address in addresses:
        assert page.get(f"/static/{address}").status_code == 200, address


def test_a_page_that_another_name_points_at_is_refused(page: TestClient) -> None:
    assert page.get("/", headers={"host": "evil.example"}).status_code == 400


def test_an_unknown_note_changes_nothing(page: TestClient) -> None:
    assert page.post(f"/notes/{uuid4()}/read", headers={"HX-Request": "true"}).status_code == 200
    assert page.get("/openapi.json").status_code == 404
