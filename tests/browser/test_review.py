"""A reviewer in a real browser: the irises first, an answer in two steps, on a phone as on a desk."""

import numpy as np
import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By

from edge.messages.models import SlotOutcome
from matching.simulation import Capture, simulate_templates
from registry.children import service as children
from registry.children.gallery import last_seq
from registry.encounters.tables import Slot
from tests.browser.chromium import complaints
from tests.browser.conftest import Site
from tests.browser.test_console import click, log_in, text_of
from tests.registry.web.scene import Seen

pytestmark = pytest.mark.browser
WIDTHS = """
const width = (name) => arguments[0].querySelector(".iris-" + name).getBBox().width;
return {agrees: width("agrees"), differs: width("differs")};
"""
LOOK = "const box = arguments[0].getBoundingClientRect(); return [arguments[0].className, Math.round(box.width)];"


@pytest.fixture
def asked(site: Site) -> Site:
    """زری may be زهرا, and both have irises; leila reviews."""
    first = site.scene.meet(Seen(name="زهرا"))
    site.scene.meet(Seen(name="زری", outcome=SlotOutcome.REVIEW, child_id=first.child_ids[0]), place="پل مدیریت")
    (shots,) = simulate_templates(np.random.default_rng(3), 1, how=Capture(), captures=2)
    registry = site.scene.web
    with registry.database.locking_gallery() as work:
        for slot_id, template in enumerate(shots, start=1):
            slot = work.session.get_one(Slot, slot_id)
            children.add_template(work, slot, template, seq=last_seq(work) + 1, now=registry.clock.now())
        work.commit()
    site.add("leila", "reviewer")
    return site


def test_a_reviewer_answers_in_two_steps(browser: webdriver.Chrome, asked: Site) -> None:
    log_in(browser, asked, "leila")
    browser.get(f"{asked.address}/reviews")
    assert "زهرا" not in text_of(browser)
    click(browser, "دیدن و پاسخ")
    for eye in browser.find_elements(By.CSS_SELECTOR, "svg.iris"):
        drawn = browser.execute_script(WIDTHS, eye)
        assert 100 < drawn["agrees"] <= 300, drawn
        assert 0 < drawn["differs"] <= 300, drawn
        assert eye.get_attribute("aria-label")
    assert "زهرا" not in text_of(browser)
    looks = [
        browser.execute_script(LOOK, one) for one in browser.find_elements(By.CSS_SELECTOR, ".judgement-answers button")
    ]
    assert len(looks) == 3
    assert len(set(map(str, looks))) == 1, f"an answer stands out: {looks}"
    click(browser, "نمی‌توان گفت")
    for words in ("زهرا", "زری", "پل مدیریت", "از روی عنبیه گفتید: نمی‌توان گفت"):
        assert words in text_of(browser)
    click(browser, "یک کودک‌اند")
    assert "پاسخ شما ثبت شد" in text_of(browser)
    assert complaints(browser) == []


def test_nothing_sticks_out_sideways(browser: webdriver.Chrome, asked: Site) -> None:
    log_in(browser, asked, "leila")
    for width in (390, 1366):
        size = {"width": width, "height": 768, "deviceScaleFactor": 1, "mobile": width < 500}
        browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        for path in ("/reviews", "/reviews/1", "/merges"):
            browser.get(asked.address + path)
            over = browser.execute_script(
                "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
            )
            assert over <= 0, f"{path} at {width}"
