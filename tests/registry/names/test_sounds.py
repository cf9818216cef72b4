"""How names are divided into words and what they sound like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.names.sounds import sound, words

LETTERS = "آابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیئءأإؤةيىكەۀہھےںٹڈڑټډړڼښږځڅګېۍ"
NAMES = st.text(alphabet=LETTERS + " \u200c", max_size=30)


@pytest.mark.parametrize(
    ("name", "divided"),
    [
        ("غلام‌رضا", ("غلام", "رضا")),
        ("  علی\u200f  رضایی ", ("علی", "رضایی")),
        ("محمّد-حسين", ("محمد", "حسین")),
        ("مُحَمَّد", ("محمد",)),
        ("ﷲ", ("الله",)),
        ("", ()),
        ("\u202e<b>علی</b>", ("b", "علی", "b")),
    ],
)
def test_a_name_is_divided_at_spaces_half_spaces_and_signs(name: str, divided: tuple[str, ...]) -> None:
    assert words(name) == divided


@pytest.mark.parametrize(
    "spellings",
    [
        ("صابر", "سابر", "ثابر"),
        ("ذوالفقار", "ذولفقار", "زولفقار"),
        ("عبدالله", "عبداله", "عبدلله", "عبداللہ"),
        ("عبدالرحمن", "عبدالرحمان", "عبدرحمان", "عبدالرحمٰن"),
        ("موسی", "موسىٰ", "موسا", "موسیٰ"),
        ("رئوف", "رؤوف", "رؤف"),
        ("داوود", "داود", "داؤد"),
        ("اسماعيل", "اسمعیل", "اسمائیل"),
        ("ګل", "گل"),
        ("خواجه", "خاجه"),
    ],
)
def test_spellings_of_one_sound_have_one_key(spellings: tuple[str, ...]) -> None:
    assert len({tuple(map(sound, words(spelling))) for spelling in spellings}) == 1


def test_names_that_differ_by_a_long_vowel_sound_different() -> None:
    assert sound("حسن") != sound("حسین")


@given(NAMES)
def test_the_words_of_a_name_stay_the_same_when_divided_again(name: str) -> None:
    found = words(name)
    assert words(" ".join(found)) == found
    assert "".join(words(name.replace(" ", "\u200c"))) == "".join(words(name.replace("\u200c", " ")))


@given(st.text(max_size=200))
def test_any_text_can_be_heard(text: str) -> None:
    assert all(isinstance(sound(word), str) for word in words(text))
