"""A working evening in a real browser: log in, see an encounter arrive, follow it to the child and the case, decide."""

import datetime as dt
import time

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from edge.messages.models import SlotOutcome
from tests.browser.chromium import complaints
from tests.browser.conftest import PASSWORD, Site
from tests.registry.web.scene import Seen

pytestmark = pytest.mark.browser
FAVOURED = "document.fonts.check('14px Vazirmatn') && [...document.fonts].some(f => f.status === 'loaded')"


def log_in(browser: webdriver.Chrome, site: Site, name: str = "maryam") -> None:
    browser.get(f"{site.address}/login")
    browser.find_element(By.NAME, "name").send_keys(name)
    browser.find_element(By.NAME, "password").send_keys(PASSWORD + Keys.ENTER)
    WebDriverWait(browser, 5).until(lambda b: "/login" not in b.current_url)


def click(browser: webdriver.Chrome, text: str, within: str = "body") -> None:
    place = browser.find_element(By.CSS_SELECTOR, within)
    before = browser.find_element(By.TAG_NAME, "html")
    place.find_element(By.XPATH, f".//*[self::a or self::button][normalize-space()='{text}']").click()
    WebDriverWait(browser, 5).until(lambda _: _is_gone(before))


def _is_gone(element: object) -> bool:
    try:
        element.is_enabled()  # type: ignore[attr-defined]
    except Exception:  # noqa: BLE001  # the driver names a page that has gone in several ways
        return True
    return False


def text_of(browser: webdriver.Chrome, place: str = "main") -> str:
    return browser.find_element(By.CSS_SELECTOR, place).text


def test_an_encounter_arrives_by_itself_and_leads_to_its_reopened_case(browser: webdriver.Chrome, site: Site) -> None:
    first = site.scene.meet(Seen(name="زهرا", age=(11, 12)), ago=dt.timedelta(days=30))
    site.scene.close_case(1)
    log_in(browser, site)
    assert "در این شیفت هنوز برخوردی نرسیده" in text_of(browser)
    WebDriverWait(browser, 5).until(
        lambda b: b.execute_script("return performance.getEntriesByType('resource').length")
    )
    time.sleep(0.5)  # the stream stands before the encounter comes

    again = Seen(name="زری", age=(11, 12), outcome=SlotOutcome.KNOWN, child_id=first.child_ids[0])
    site.scene.meet(again, place="پل مدیریت", ago=dt.timedelta(0))
    committed = time.monotonic()
    WebDriverWait(browser, 5, poll_frequency=0.05).until(lambda b: "زری" in text_of(b, ".meetings"))
    assert time.monotonic() - committed < 2
    row = text_of(browser, ".meeting")
    for words in ("ون ۲", "پل مدیریت", "دختر، ۱۱ تا ۱۲ سال", "احتمالاً پیش‌تر دیده‌ایم", "تصمیم دربارهٔ بازگشایی"):
        assert words in row
    WebDriverWait(browser, 5).until(lambda b: "۱ بازگشایی" in text_of(b, "#waiting"))

    click(browser, "زری", ".meeting")
    assert "نام‌های دیگری که گفته: زهرا" in text_of(browser)
    click(browser, "دیدن و تصمیم")
    click(browser, "بازگشایی", ".proposal")
    page = text_of(browser)
    for words in ("پرونده بازگشایی شد", "پذیرش", "پروندهٔ"):
        assert words in page
    assert complaints(browser) == []


def test_the_board_resumes_after_the_network_was_away(browser: webdriver.Chrome, site: Site) -> None:
    log_in(browser, site)
    network = {"offline": True, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.execute_cdp_cmd("Network.enable", {})
    time.sleep(0.3)
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", network)
    site.scene.meet(Seen(name="شکیبا"), ago=dt.timedelta(0))
    site.scene.meet(Seen(name="امید"), ago=dt.timedelta(0))
    time.sleep(0.5)
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", network | {"offline": False})
    WebDriverWait(browser, 10).until(lambda b: {"شکیبا", "امید"} <= set(text_of(b, ".meetings").split()))
    assert len(browser.find_elements(By.CSS_SELECTOR, ".meeting")) == 2


def test_the_page_is_persian_right_to_left_and_in_its_own_font(browser: webdriver.Chrome, site: Site) -> None:
    browser.get(f"{site.address}/login")
    assert browser.execute_script("return getComputedStyle(document.documentElement).direction") == "rtl"
    WebDriverWait(browser, 5).until(lambda b: b.execute_script(f"return {FAVOURED}"))
    elsewhere = (
        "return performance.getEntriesByType('resource').filter(r => !r.name.startsWith(location.origin)).length"
    )
    assert browser.execute_script(elsewhere) == 0
    assert complaints(browser) == []


def test_nothing_sticks_out_sideways_on_a_phone_or_a_desk(browser: webdriver.Chrome, site: Site) -> None:
    site.scene.meet(
        Seen(name="نازنین‌زهرا بی‌بی‌گل", age=(9, 12), outcome=SlotOutcome.CANNOT_TELL), Seen(name=None),
        place="چهارراه ولی‌عصر، روبه‌روی پارک دانشجو", late=dt.timedelta(hours=2), danger_signs=("سوختگی دست",),
    )  # fmt: skip
    log_in(browser, site)
    for width in (390, 1366):
        size = {"width": width, "height": 768, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        for path in ("/", "/encounters/1", "/children", "/children/1", "/cases", "/cases/1", "/proposals", "/account"):
            browser.get(site.address + path)
            over = browser.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, f"{path} at {width}"


def test_a_code_is_copied_as_ascii(browser: webdriver.Chrome, site: Site) -> None:
    site.scene.meet(Seen(name="زهرا"))
    log_in(browser, site)
    browser.get(f"{site.address}/cases/1")
    copied = browser.execute_script(
        """
        const code = document.querySelector("h1 .code");
        getSelection().selectAllChildren(code);
        const event = new ClipboardEvent("copy", {clipboardData: new DataTransfer(), bubbles: true, cancelable: true});
        code.dispatchEvent(event);
        return [code.textContent, event.clipboardData.getData("text/plain")];
        """
    )
    assert copied[0].startswith("۱۴")
    assert copied[1].isascii()
    assert copied[1].startswith("14")


def test_the_slash_key_goes_to_the_search_and_the_tab_key_shows_where_it_is(
    browser: webdriver.Chrome, site: Site
) -> None:
    site.scene.meet(Seen(name="مرضیه"))
    log_in(browser, site, "sima")
    page = browser.find_element(By.TAG_NAME, "body")
    page.send_keys("/")
    browser.switch_to.active_element.send_keys("مرضيه" + Keys.ENTER)
    WebDriverWait(browser, 5).until(lambda b: "/children?q=" in b.current_url)
    assert "مرضیه" in text_of(browser)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    outline = browser.execute_script("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_filtering_cases_changes_only_the_list(browser: webdriver.Chrome, site: Site) -> None:
    site.scene.meet(Seen(name="زهرا"), Seen(name="امید"))
    log_in(browser, site)
    browser.get(f"{site.address}/cases")
    browser.execute_script("window.same = true")
    browser.find_element(By.CSS_SELECTOR, ".filters input[name=q]").send_keys("امید")
    WebDriverWait(browser, 5).until(lambda b: "زهرا" not in text_of(b, "#cases"))
    assert "امید" in text_of(browser, "#cases")
    assert browser.execute_script("return window.same") is True
    assert complaints(browser) == []
