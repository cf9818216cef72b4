"""A child is scanned, and a person at a browser sees the encounter and its case: nothing on the way is pretended."""

import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement

from panah.demo.house import House, house, serving
from panah.demo.people import Login, add_person, provision
from panah.demo.plan import Plan, PlannedEncounter, PlannedEye, PlannedSlot
from tests.browser import chromium

pytestmark = pytest.mark.browser
SEEN_WITHIN_S = 2.0
WITH_ITS_CASE = "li.meeting:has(a[href^='/cases/'])"


def _meeting(number: int, name: str) -> PlannedEncounter:
    eye = PlannedEye(seed=9_000 + number)
    slot = PlannedSlot(
        child=f"child-{number}", given_name=name, sex="girl", age_low=9, age_high=11, left=eye, right=eye
    )
    return PlannedEncounter(
        number=number, van=0, place="میدان شوش", latitude=35.66, longitude=51.43, activity="گل‌فروشی", language="fa",
        outcome="transfer", slots=(slot,),
    )  # fmt: skip


PLAN = Plan(vans=1, encounters=(_meeting(0, "ستاره"), _meeting(1, "شکیبا")))


@dataclass(frozen=True)
class Centre:
    standing: House
    address: str
    login: Login
    outbox: Path
    start_van: Callable[[], None]

    def committed_at(self) -> list[float]:
        """When each capture was committed to the tablet's outbox, by this machine's clock, in order."""
        with closing(sqlite3.connect(f"file:{self.outbox}?mode=ro", uri=True)) as outbox:
            rows = outbox.execute("select saved_at from encounter order by saved_at").fetchall()
        return [float(at) for (at,) in rows]


@pytest.fixture
def centre(tmp_path: Path) -> Iterator[Centre]:
    with ExitStack() as stack:
        standing = stack.enter_context(house(tmp_path / "home", database_url=None, broker_url=None))
        login = add_person(standing.registry, name="mahin", password="four words of test")
        address = stack.enter_context(serving(standing, port=None, log=tmp_path / "registry.log"))
        config, plan = provision(standing, tmp_path / "van-1", number=1), tmp_path / "plan.json"
        plan.write_text(PLAN.model_dump_json())
        words = standing.command("panah.demo.van", str(config), str(plan), "0", "0")

        def start_van() -> None:
            van = subprocess.Popen(words, env=dict(standing.environment), stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            stack.callback(_end, van)

        yield Centre(standing, address, login, config.parent / "outbox.sqlite", start_van)


def _end(van: "subprocess.Popen[bytes]") -> None:
    van.terminate()
    van.communicate(timeout=20)


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[webdriver.Chrome]:
    if not chromium.is_here():
        pytest.skip(chromium.HOW_TO_INSTALL)
    with chromium.opened(tmp_path / "profile") as driver:
        yield driver


def wait_for(found: Callable[[], list[WebElement]], *, many: int = 1, seconds: float = 40) -> list[WebElement]:
    deadline = time.monotonic() + seconds
    while len(there := found()) < many:
        assert time.monotonic() < deadline, "it does not appear"
        time.sleep(0.02)
    return there


def test_an_encounter_and_its_case_are_on_the_page_within_two_seconds_of_the_capture(
    centre: Centre, browser: webdriver.Chrome
) -> None:
    log_in(browser, centre)
    assert browser.find_elements(By.CSS_SELECTOR, "li.meeting") == []
    centre.start_van()
    for shown in (1, 2):
        wait_for(lambda: browser.find_elements(By.CSS_SELECTOR, WITH_ITS_CASE), many=shown)
        seen_at = time.time()
        assert seen_at - centre.committed_at()[shown - 1] < SEEN_WITHIN_S
    newest, first = browser.find_elements(By.CSS_SELECTOR, "li.meeting")
    assert "شکیبا" in newest.text
    assert "ستاره" in first.text
    assert "میدان شوش" in first.text
    number = first.find_element(By.CSS_SELECTOR, "a[href^='/cases/']").text

    first.find_element(By.LINK_TEXT, "ستاره").click()
    wait_for(lambda: browser.find_elements(By.XPATH, "//h1[contains(., 'ستاره')]"))
    assert "/children/" in browser.current_url
    browser.find_element(By.LINK_TEXT, number).click()
    wait_for(lambda: browser.find_elements(By.XPATH, f"//h1[contains(., '{number}')]"))
    assert "/cases/" in browser.current_url
    page = browser.find_element(By.TAG_NAME, "main").text
    assert "ستاره" in page
    assert "میدان شوش" in page
    assert chromium.complaints(browser) == []


def log_in(browser: webdriver.Chrome, centre: Centre) -> None:
    browser.get(f"{centre.address}/login")
    browser.find_element(By.NAME, "name").send_keys(centre.login.name)
    browser.find_element(By.NAME, "password").send_keys(centre.login.password)
    browser.find_element(By.CSS_SELECTOR, "form.gate-form button[type=submit]").click()
    wait_for(lambda: browser.find_elements(By.CSS_SELECTOR, "[data-live]"))
