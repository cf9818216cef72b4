"""The page in a real browser, as the tablet shows it: 800 by 1280, refreshed by itself, honest when it is cut off."""

import shutil
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import uvicorn
from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from common.time import SystemClock
from edge.bootstrap import Tablet
from edge.kiosk.app import make_app
from edge.messages.keys import RegistryKeys
from edge.messages.models import SlotOutcome, SlotResult
from tests.edge.kiosk.test_page import answer, receipt
from tests.edge.reports import capture_report
from tests.edge.tablets import make_tablet

pytestmark = pytest.mark.browser


class Shown:
    def __init__(self, browser: webdriver.Chrome, tablet: Tablet, server: uvicorn.Server) -> None:
        self.browser, self.tablet, self.server = browser, tablet, server

    def text(self) -> str:
        return self.browser.find_element(By.TAG_NAME, "body").text

    def wait(self, true: Callable[[], bool], seconds: float = 5) -> float:
        """Seconds until it was true."""
        began = time.monotonic()
        while not true():
            assert time.monotonic() - began < seconds, self.text()
            time.sleep(0.02)
        return time.monotonic() - began


@pytest.fixture
def shown(tmp_path: Path) -> Iterator[Shown]:
    driver = shutil.which("chromedriver")
    if driver is None:
        pytest.skip(
            "no chromedriver here: the kiosk page was not opened in a browser (apt-get install chromium-driver)"
        )
    tablet = make_tablet(tmp_path, registry_public=RegistryKeys.generate().public)
    app = make_app(tablet, clock=SystemClock())
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    options = webdriver.ChromeOptions()
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    browser = webdriver.Chrome(options=options, service=Service(driver))
    metrics = {"width": 800, "height": 1280, "deviceScaleFactor": 1, "mobile": False}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(f"http://127.0.0.1:{port}/")
    yield Shown(browser, tablet, server)
    browser.quit()
    app.state.ending = server.should_exit = True
    thread.join()
    tablet.stop()


def test_a_result_appears_by_itself_and_a_dead_program_is_said(shown: Shown) -> None:
    tablet = shown.tablet
    assert "هنوز برخوردی ثبت نشده" in shown.text()
    saved = tablet._save(capture_report("van-2", children=2))
    shown.wait(lambda: "۲ کودک" in shown.text())
    receipt(tablet, saved)
    answer(tablet, saved, *(SlotResult(number=n, outcome=SlotOutcome.NEW) for n in (1, 2)))
    tablet.changes.tell()
    assert shown.wait(lambda: "نخستین دیدار" in shown.text()) < 2
    width = shown.browser.execute_script("return document.documentElement.scrollWidth")
    assert width <= 800
    assert [entry for entry in shown.browser.get_log("browser") if entry["level"] == "SEVERE"] == []
    shown.server.config.app.state.ending = shown.server.should_exit = True
    shown.wait(lambda: "صفحه از برنامهٔ تبلت جدا شده است" in shown.text(), 10)


def test_an_eye_is_marked_with_two_taps_on_targets_for_a_gloved_finger(shown: Shown) -> None:
    browser = shown.browser

    def tap(words: str) -> None:
        targets = browser.find_elements(By.CSS_SELECTOR, "button, summary, label.choice span")
        (target, *_) = [one for one in targets if words in one.text and one.is_displayed()]
        assert target.size["height"] >= 80, words
        target.click()

    tap("برخورد تازه")
    shown.wait(lambda: "می‌پذیرد که عنبیه‌اش گرفته شود؟" in shown.text(), 20)
    browser.find_element(By.NAME, "given_name").send_keys("سارا\n")  # the keyboard's Enter answers nothing
    assert "می‌پذیرد که عنبیه‌اش گرفته شود؟" in shown.text()
    tap("بله، می‌پذیرد")
    shown.wait(lambda: "گرفتن دو چشم" in shown.text())
    tap("این چشم نمی‌شود")
    tap("این چشم را ندارد")
    shown.wait(lambda: "هیچ‌وقت نمی‌شود: این چشم را ندارد" in shown.text())
    assert "گرفتن چشم راست" in shown.text()
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 800
    assert browser.execute_script("return document.documentElement.scrollHeight") <= 1280
    assert [entry for entry in browser.get_log("browser") if entry["level"] == "SEVERE"] == []
