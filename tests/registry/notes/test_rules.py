"""Whom a note calls, and who may write it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.access.rules import Role
from registry.notes.rules import Refusal, called, why_not_correct, why_not_read_by, why_not_write

MANAGER = frozenset({Role.CASE_MANAGER})


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@sara لطفاً ببین", ("sara",)),
        ("دیروز @sara و @omid-2. آمدند", ("sara", "omid-2")),
        ("@Sara @SARA @sara", ("sara",)),
        ("نشانی‌اش sara@example.org است", ()),
        ("@@sara و @ تنها و @س", ()),
        ("(@mina.k)", ("mina.k",)),
        ("", ()),
    ],
)
def test_a_note_calls_the_accounts_named_after_an_at_sign(text: str, names: tuple[str, ...]) -> None:
    assert called(text) == names


@given(st.text())
def test_any_text_calls_only_what_can_be_an_account_and_each_once(text: str) -> None:
    names = called(text)
    assert len(set(names)) == len(names)
    assert all(name.isascii() and name == name.lower() and 2 <= len(name) <= 64 for name in names)


def test_a_case_manager_writes_on_their_own_cases_and_answers_where_they_are_called() -> None:
    assert why_not_write(MANAGER, 1, owner=1, called_here=False) is None
    assert why_not_write(MANAGER, 1, owner=None, called_here=False) is None
    assert why_not_write(MANAGER, 1, owner=2, called_here=False) is Refusal.NOT_YOUR_CASE
    assert why_not_write(MANAGER, 1, owner=2, called_here=True) is None
    assert why_not_write({Role.PSYCHOLOGIST}, 1, owner=2, called_here=False) is None


def test_a_note_is_put_right_by_its_writer_alone() -> None:
    assert why_not_correct(1, 1) is None
    assert why_not_correct(1, 2) is Refusal.NOT_YOUR_NOTE


def test_readers_are_named_for_a_sealed_note_only() -> None:
    assert why_not_read_by(sealed=True, readers={3}) is None
    assert why_not_read_by(sealed=False, readers=()) is None
    assert why_not_read_by(sealed=False, readers={3}) is Refusal.READERS_OF_AN_OPEN_NOTE
