"""Every notice and every refusal is said in both languages."""

import datetime as dt

import pytest

from registry.attachments.media import Refusal as AttachmentRefusal
from registry.cases.rules.exits import EXITS, Alarm
from registry.cases.rules.table import TASKS
from registry.inbox.json import said
from registry.inbox.rules.causes import Kind
from registry.inbox.tables import Cause
from registry.notes.rules import Refusal as NoteRefusal
from registry.web.strings import LANGUAGES, catalogue

NOW = dt.datetime(2026, 11, 24, 18, 0, tzinfo=dt.UTC)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_notice_is_one_sentence(language: str) -> None:
    for kind in set(Kind) - {Kind.ALARM}:
        sentence = said(Cause(kind=kind, what="plan", by="sara", days=None), language, NOW)
        assert "{" not in sentence
        assert len(sentence) > 10
    for name, one in EXITS.items():
        if one.alarm is not Alarm.NONE:
            assert said(Cause(kind=Kind.ALARM, what=name, by="", days=None), language, NOW)
    assert said(Cause(kind=Kind.ALARM, what="order_expires", by="", days=3), language, NOW)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_refusal_has_its_reason(language: str) -> None:
    there = catalogue(language)
    assert {f"notes.{why}" for why in NoteRefusal} <= set(there)
    assert {f"attachments.{why}" for why in AttachmentRefusal} <= set(there)
    assert {f"task.{name}" for name in TASKS} <= set(there)
