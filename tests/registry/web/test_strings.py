"""Two catalogues, one set of words: every key that a page asks for is there, in both languages."""

import re
from pathlib import Path
from typing import get_args

import pytest

import registry
from common.text import PERSIAN_DIGITS
from edge.capture.models import NOT_SEEN, NOT_TRIED
from edge.capture.unfit import NoIris, Unfit
from edge.messages.models import AdultPresence, Assent, EncounterOutcome, EyeStatus, Forgery, Sex, SlotOutcome
from matching.decision import Reason
from models.reasons import REASONS
from registry.access.accounts import ROLES
from registry.cases.rules import CaseState
from registry.encounters.next_steps import NextStep, next_step
from registry.review.merge.owned import CHILD_OWNED
from registry.review.rules import Refusal as ReviewRefusal
from registry.review.rules import Verdict
from registry.web.permissions import Role
from registry.web.strings import LANGUAGES, catalogue

SOURCES = [
    path for path in Path(registry.__file__).parent.rglob("*") if path.suffix in (".html", ".py") and path.is_file()
]
MERGED_TABLES = {owned.table for owned in CHILD_OWNED if owned.how != "stays"}
SUSPICIONS = [f"suspected_{forgery}" for forgery in get_args(Forgery)]
ASKED = re.compile(r"""\bt\(\s*"([a-z_.]+)"\s*[,)]""")


def test_both_languages_have_the_same_keys_and_placeholders() -> None:
    persian, english = catalogue("fa"), catalogue("en")
    assert set(persian) == set(english)
    for key, text in persian.items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", english[key])), key


def test_every_key_that_a_page_asks_for_is_there() -> None:
    asked = {key for path in SOURCES for key in ASKED.findall(path.read_text(encoding="utf-8"))}
    assert len(asked) > 100
    assert asked <= set(catalogue("fa"))


def test_every_word_that_is_stored_can_be_said() -> None:
    words = {
        "outcome": SlotOutcome, "outcome_short": SlotOutcome, "meeting": EncounterOutcome, "adult": AdultPresence,
        "assent": Assent, "eye": EyeStatus, "sex": Sex, "state": CaseState, "step": NextStep, "role": ROLES,
        "event": ("opened", "met_again", "reopened", "closed", "reopening_declined"),
        "review_refused": ReviewRefusal, "review_answer": Verdict, "merge_table": MERGED_TABLES,
        "why": (*get_args(Reason), "provisional_met_again", "template_unreadable", *SUSPICIONS),
        "eye_reason": (
            *REASONS, *Unfit, *NoIris, NOT_TRIED, NOT_SEEN, *(said for said in Assent if said is not Assent.GIVEN),
        ),
        "proposal": ("reopen", "county_list", "open", "accepted", "declined"),
    }  # fmt: skip
    for section, values in words.items():
        for value in values:
            assert f"{section}.{value}" in catalogue("fa")
    assert tuple(Role) == ROLES


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_child_is_called_a_case_a_subject_or_caught(language: str) -> None:
    never = ("سوژه", "متکدی", "دستگیر", "جمع‌آوری", "مورد ", "suspect", "beggar", "subject:", "caught", "arrest")
    for key, text in catalogue(language).items():
        assert not [word for word in never if word in text], key


def test_persian_text_carries_persian_digits_and_letters() -> None:
    for key, text in catalogue("fa").items():
        outside = re.sub(r"{\w+}|panah [a-z -]+[A-Z -]*", "", text)
        assert not re.search(r"[0-9٠-٩يك]", outside), f"{key}: use {PERSIAN_DIGITS}, ی and ک"


def test_what_comes_next_is_said_of_the_most_pressing_thing_first() -> None:
    assert next_step(outcome="review", case_state="intake", proposal="reopen") is NextStep.ANSWER_REVIEW
    assert next_step(outcome="cannot_tell", case_state=None, proposal=None) is NextStep.SCAN_AGAIN
    assert next_step(outcome="known", case_state="closed", proposal="reopen") is NextStep.DECIDE_REOPENING
    assert next_step(outcome="known", case_state="screening", proposal=None) is NextStep.OPEN_CASE
    assert next_step(outcome="new", case_state=None, proposal="county_list") is NextStep.COUNTY_LIST
    assert next_step(outcome="known", case_state="closed", proposal=None) is NextStep.NONE


@pytest.mark.parametrize("language", LANGUAGES)
def test_whatever_a_form_does_not_take_has_its_words_and_no_word_is_left_over(language: str) -> None:
    python = [path.read_text(encoding="utf-8") for path in SOURCES if path.suffix == ".py"]
    raised = {f"form_refused.{why}" for text in python for why in re.findall(r'FormRefused\("([a-z_]+)"\)', text)}
    assert len(raised) > 30
    assert raised == {key for key in catalogue(language) if key.startswith("form_refused.")}
    own = re.compile(r"class \w+Form\(|^class \w+\(Form\)", re.MULTILINE)
    plain = [text for text in python if own.search(text) and "raise ValueError(" in text]
    assert not plain, "a form says why in both languages"
