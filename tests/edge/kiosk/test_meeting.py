"""An encounter taken on the page, tap by tap, up to the report that the outbox seals."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from common.time import SystemClock
from devices.errors import PortMissing
from devices.interfaces import Scanner
from edge.capture.unfit import Unfit
from edge.kiosk.app import make_app
from edge.messages.keys import RegistryKeys
from edge.messages.models import Assent, CaptureReport, EncounterOutcome, EyeStatus
from edge.outbox.models import Saved
from tests.edge.capture.conftest import shots
from tests.edge.tablets import Tape, make_tablet

TAP = {"HX-Request": "true"}


class Page:
    client: TestClient

    def __init__(self) -> None:
        self.tape = Tape()
        self.reports: list[CaptureReport] = []
        self.unplugged = False

    def open_scanner(self) -> Scanner:
        if self.unplugged:
            raise PortMissing("/dev/ttyACM0")
        return self.tape.open()

    def tap(self, path: str = "", **form: str) -> str:
        answer = self.client.post(f"/meeting{path}", data=form, headers=TAP)
        assert answer.status_code in (200, 204), answer.text
        return answer.text or answer.headers["HX-Redirect"]

    def begin(self, assent: str = "given", **child: str) -> str:
        assert self.tap() == "/meeting"
        return self.tap("/child", assent=assent, **child)

    def scanned(self, seconds: float = 20) -> str:
        """What the page shows when the lamp is out again."""
        self.tap("/scan")
        ends = time.monotonic() + seconds
        while 'hx-post="/meeting/stop"' in (shown := self.client.get("/meeting/now").text):
            assert time.monotonic() < ends, shown
            time.sleep(0.02)
        return shown

    def saved(self) -> CaptureReport:
        """The one report, as the outbox got it."""
        assert self.tap("/finish", place="میدان شوش", outcome="aid_only") == "/"
        (report,) = self.reports
        return report


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Page]:
    page = Page()
    tablet = make_tablet(tmp_path, registry_public=RegistryKeys.generate().public, open_scanner=page.open_scanner)
    app, keep = make_app(tablet, clock=SystemClock()), tablet.outbox.save

    def save(report: CaptureReport) -> Saved:
        page.reports.append(report)
        return keep(report)

    monkeypatch.setattr(tablet.outbox, "save", save)
    with TestClient(app, base_url="http://127.0.0.1") as page.client:
        yield page
    app.state.meeting.close()
    tablet.stop()


@pytest.mark.parametrize(
    ("why", "status"),
    [
        ("injured", EyeStatus.TEMPORARILY_NOT_POSSIBLE),
        ("bandaged", EyeStatus.TEMPORARILY_NOT_POSSIBLE),
        ("kept_shut", EyeStatus.TEMPORARILY_NOT_POSSIBLE),
        ("missing", EyeStatus.PERMANENTLY_NOT_POSSIBLE),
        ("artificial", EyeStatus.PERMANENTLY_NOT_POSSIBLE),
        ("clouded", EyeStatus.PERMANENTLY_NOT_POSSIBLE),
    ],
)
def test_an_eye_that_is_not_to_be_taken_is_reported_with_its_reason(page: Page, why: str, status: EyeStatus) -> None:
    page.begin()
    text = page.tap("/eye", eye="left", why=why)
    assert "گرفتن چشم راست" in text
    slot = page.saved().slots[0]
    assert (slot.left.status, slot.left.reason) == (status, why)
    assert slot.right.reason == "not_tried"


def test_every_reason_stands_on_the_page_and_the_other_eye_is_taken(page: Page) -> None:
    text = page.begin(sex="girl", age="8-10", given_name="سارا")
    for why in Unfit:
        assert text.count(f'"why": "{why.value}"') == 2, why
    page.tap("/eye", eye="left", why="missing")
    page.tape.insert(shots(1))
    assert "گرفته شد" in page.scanned()
    slot = page.saved().slots[0]
    assert slot.right.status is EyeStatus.CAPTURED
    assert slot.left.status is EyeStatus.PERMANENTLY_NOT_POSSIBLE
    assert (slot.given_name, slot.sex, slot.age.low, slot.age.high) == ("سارا", "girl", 8, 10)


def test_a_tap_on_the_wrong_eye_is_taken_back(page: Page) -> None:
    page.begin()
    assert "هیچ‌وقت نمی‌شود: چشم مصنوعی است" in page.tap("/eye", eye="right", why="artificial")
    assert "گرفتن دو چشم" in page.tap("/eye-again", eye="right")
    assert page.saved().slots[0].right.status is EyeStatus.TEMPORARILY_NOT_POSSIBLE


def test_with_neither_eye_to_take_the_lamp_has_no_button(page: Page) -> None:
    page.begin()
    page.tap("/eye", eye="left", why="missing")
    text = page.tap("/eye", eye="right", why="bandaged")
    assert 'hx-post="/meeting/scan"' not in text
    assert "کودک بی‌عنبیه هم پرونده‌اش کامل است" in text


def test_no_is_kept_dark_and_may_become_yes(page: Page) -> None:
    text = page.begin("refused")
    assert "دوربین خاموش می‌ماند" in text
    assert 'hx-post="/meeting/scan"' not in text
    assert "گرفتن دو چشم" in page.tap("/assent")
    report = page.saved()
    assert (report.outcome, report.slots[0].assent) == (EncounterOutcome.AID_ONLY, Assent.GIVEN)


def test_a_child_under_five_is_met_without_iris(page: Page) -> None:
    text = page.begin(age="0-4")
    assert "از کودک زیر ۵ سال عنبیه گرفته نمی‌شود" in text
    assert 'hx-post="/meeting/scan"' not in text
    page.tap("/without-iris")
    assert page.saved().slots[0].no_iris_reason == "too_young"


def test_enough_while_the_lamp_is_lit_puts_it_out_and_withdraws(page: Page) -> None:
    def slow() -> Iterator:
        for shot in shots(1, frames=200):
            time.sleep(0.05)
            yield shot

    page.begin()
    page.tape.insert(slow())
    assert "بس است" in page.tap("/scan")
    began = time.monotonic()
    assert "آنچه گرفته شده بود پاک شد" in page.tap("/withdraw")
    assert time.monotonic() - began < 2
    slot = page.saved().slots[0]
    assert (slot.assent, slot.left.template, slot.right.template) == (Assent.WITHDRAWN, None, None)


def test_siblings_stand_in_one_report_and_the_next_encounter_offers_the_place(page: Page) -> None:
    page.begin()
    assert "کودک ۲" in page.tap("/step", to="child")
    page.tap("/child", assent="refused")
    assert [slot.assent for slot in page.saved().slots] == [Assent.GIVEN, Assent.REFUSED]
    page.begin()
    assert 'name="known_place" value="میدان شوش"' in page.tap("/step", to="end")
    assert page.tap("/give-up") == "/"
    assert len(page.reports) == 1


def test_a_scanner_that_is_gone_is_said_and_the_encounter_goes_on(page: Page) -> None:
    page.begin()
    page.unplugged = True
    text = page.scanned()
    assert "اسکنر کار نمی‌کند" in text
    assert "گرفتن دو چشم" in text
    page.unplugged = False
    page.tape.insert(shots(1))
    assert "گرفته شد" in page.scanned()


def test_only_taps_of_this_page_count_and_only_what_it_offers(page: Page) -> None:
    assert page.client.post("/meeting").status_code == 403
    assert page.client.post("/meeting/withdraw").status_code == 403
    page.begin()
    for path, form in {
        "/eye": {"eye": "third", "why": "missing"},
        "/child": {"assent": "given", "age": "90-99"},
        "/step": {"to": "nowhere"},
        "/finish": {"outcome": "aid_only"},
    }.items():
        assert page.client.post(f"/meeting{path}", data=form, headers=TAP).status_code == 422, path
    assert page.client.post("/meeting/eye", data={"eye": "left", "why": "x" * 5000}, headers=TAP).status_code == 413


def test_without_an_open_encounter_its_page_leads_to_the_board(page: Page) -> None:
    assert page.client.get("/meeting", follow_redirects=False).headers["location"] == "/"
    assert page.tap("/scan") == "/"
    assert page.tap("/eye", eye="left", why="missing") == "/"
