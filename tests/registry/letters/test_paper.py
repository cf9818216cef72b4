"""The paper: what is read back from the PDF is what was written, whatever somebody typed into a field."""

import datetime as dt
import re
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.text import to_persian_digits
from registry.cases.forms.leaving import Discharge, Referral
from registry.letters.forms import FORMS, Kind
from registry.letters.knowing import bare
from registry.letters.paper import Stamp, draw, unprintable
from registry.letters.paper.card import LINES
from registry.letters.wording import Known, Pledge, write
from tests.registry.cases.samples import discharge, forms
from tests.registry.house import NOW
from tests.registry.letters.conftest import pages_of, text_of

DAY = dt.date(2026, 12, 1)
STAMP = Stamp(at=NOW, signed_by="نسرین کاظمی، مدیر مرکز")
KNOWN = Known(
    number="1405/00012", case_number="1405-01234-7", child_code="482-715-390", child_name="غلام‌رضا عبدالله‌زاده",
    fathers_name="مصطفیٰ", age=(9, 11), witness="همسایه",
    referral=Referral.model_validate(forms(NOW)["referral"] | {"shared": ["نام کوچک", "نیاز"]}),
    discharge=Discharge.model_validate(discharge(NOW.date()) | {"papers": ["شناسنامه"], "medicine": ["شربت"]}),
    commitments=(Pledge(what="کودک به مدرسه می‌رود", by_whom="", on=DAY),),
    promises=(Pledge(what="کیف و کتاب", by_whom="مددکار", on=DAY),),
)  # fmt: skip
TYPED: dict[Kind, dict[str, Any]] = {
    Kind.COURT: {"to": "شعبهٔ ۱۲", "subject": "دستور نگهداری", "body": "لطفاً رسیدگی فرمایید.", "copies": ["بایگانی"],
                 "attached": ["گزارش"]},
    Kind.DIRECTORATE: {"to": "ادارهٔ اتباع", "sex": "girl", "age_band": "6-11", "claimed_nationality": "AF",
                       "asked": "وضع اقامت"},
    Kind.SCHOOL: {"to": "دبستان امید", "grade": "پایهٔ سوم"},
    Kind.REFERRAL: {"facts": [{"what": "نام کوچک", "value": "غلام‌رضا"}]},
    Kind.NGO: {"facts": [{"what": "نیاز", "value": "سوادآموزی"}],
               "english": {"to": "Yaran", "service": "literacy class",
                           "facts": [{"what": "need", "value": "literacy"}]}},
    Kind.COMMITMENT: {"guardian": "مریم", "relation": "مادر"},
    Kind.RECEIPT: {},
    Kind.CARD: {},
}  # fmt: skip


def paper(kind: Kind, known: Known = KNOWN, stamp: Stamp = STAMP, **changes: Any) -> bytes:
    return draw(write(kind, FORMS[kind].model_validate(TYPED[kind] | changes), known), stamp)


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.CARD])
def test_every_letter_is_a4_and_carries_letterhead_number_block_and_a_place_to_sign(kind: Kind) -> None:
    pdf = paper(kind)
    assert set(pages_of(pdf)) == {(210.0, 297.0)}
    text = text_of(pdf)
    for words in ("سازمان بهزیستی کشور", "شماره: ۱۴۰۵/۰۰۰۱۲", "تاریخ: ۱۴۰۵/۰۹/۰۳", "پیوست:", "ثبت دبیرخانه:",
                  "جای مهر", "نسرین کاظمی مدیر مرکز", "اورژانس اجتماعی: ۱۲۳"):  # fmt: skip
        assert words in text, words


def test_an_office_heads_its_letters_with_its_organisation_address_and_telephone() -> None:
    head = ("بهزیستی شهرستان ری", "ری، خیابان فدائیان اسلام، کوچهٔ یکم، طبقهٔ دوم، واحد روبه‌رو، پلاک ۱۲", "تلفن: ۰۲۱۵۵۹۰")
    text = text_of(paper(Kind.COURT, replace(KNOWN, head=head)))
    assert "سازمان بهزیستی کشور" in text
    assert all(line in text for line in head)
    assert "دفتر حمایت از کودک و خانواده" not in text
    assert "دفتر حمایت از کودک و خانواده" in text_of(paper(Kind.COURT))
    assert head[0] not in text_of(draw(write(Kind.CARD, FORMS[Kind.CARD](), replace(KNOWN, head=head)), STAMP))


def test_ligatures_half_spaces_tanwin_and_doubled_letters_come_back_as_typed() -> None:
    text = text_of(paper(Kind.COURT, body="قبلاً گفته شد؛ سلام، لالا الله (کتاب‌ها) «محمّد» رؤیا در شعبهٔ ۱۲ است."))
    assert "کودک غلام‌رضا عبدالله‌زاده" in text
    assert "قبلاً گفته شد؛ سلام، لالا الله (کتاب‌ها) «محمّد» رؤیا در شعبهٔ ۱۲ است." in text


def test_letters_of_dari_pashto_and_urdu_are_printed() -> None:
    names = "ګل‌آغا ځلمی څاروان ښایسته ږمنځ ټوپک ډېوه ړوند ڼوی لېونۍ ہے نیٹے گاؤں کھڑکی"
    assert unprintable([names]) == ""
    assert names in text_of(paper(Kind.COURT, subject="نام‌ها", body=names))


def test_codes_and_numbers_stand_left_to_right_inside_persian() -> None:
    text = text_of(paper(Kind.COURT, replace(KNOWN, replaces=("1405/00007", DAY))))
    assert "شمارهٔ پرونده نزد این مرکز ۱۴۰۵-۰۱۲۳۴-۷" in text
    assert "این نامه به جای نامهٔ شمارهٔ ۱۴۰۵/۰۰۰۰۷ به تاریخ ۱۴۰۵/۰۹/۱۰ است" in text


def test_the_same_words_and_the_same_instant_give_the_same_bytes() -> None:
    for kind in Kind:
        assert paper(kind) == paper(kind), kind
    assert paper(Kind.COURT) != paper(Kind.COURT, stamp=replace(STAMP, at=NOW + dt.timedelta(days=1)))


def test_a_draft_says_so_across_the_sheet_and_bears_no_name() -> None:
    text = text_of(paper(Kind.COURT, stamp=Stamp(at=NOW)))
    assert "پیش‌نویس" in text
    assert "نسرین" not in text
    assert "پیش‌نویس" not in text_of(paper(Kind.COURT))


def test_what_looks_like_markup_is_only_text() -> None:
    text = text_of(paper(Kind.COURT, body="**نه** <b>x</b> =SUM(A1) __y__ --- {nb}"))
    for typed in ("**نه**", "=SUM(A1)", "__y__", "---", "{nb}"):
        assert typed in text
    assert b"/JavaScript" not in paper(Kind.COURT, body="<script>app.alert(1)</script>")


@pytest.mark.parametrize("name", ["آ" * 10_000, "غلام‌رضا" * 1_250, "ab " * 3_333, "ق " * 5_000])
def test_a_name_of_ten_thousand_letters_goes_on_over_pages_and_loses_none(name: str) -> None:
    pdf = paper(Kind.COURT, replace(KNOWN, child_name=name))
    text = text_of(pdf)
    pages = len(pages_of(pdf))
    assert pages > 1
    assert f"صفحهٔ {to_persian_digits(pages)} از {to_persian_digits(pages)}" in text
    letter = max("آقضb", key=name.count)
    assert text.count(letter) >= name.count(letter)
    assert "جای مهر" in text


def test_marks_that_turn_text_around_never_reach_the_paper() -> None:
    assert bare("\u202eستاره\u2066\u0000 \u200f") == "ستاره"
    with pytest.raises(ValueError, match="hidden marks"):
        FORMS[Kind.COURT].model_validate(TYPED[Kind.COURT] | {"to": "\u202eشعبه"})


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), min_size=1, max_size=60))
def test_nothing_that_can_be_typed_breaks_the_drawing(typed: str) -> None:
    known = replace(KNOWN, child_name=bare(typed))
    assert paper(Kind.SCHOOL, known).startswith(b"%PDF")


def test_what_the_font_cannot_print_is_named() -> None:
    assert unprintable(["ستاره 中 😀", "中"]) == "中😀"


def test_what_a_child_carries_is_neutral_and_fits_a_pocket() -> None:
    pdf = paper(Kind.CARD)
    assert pages_of(pdf) == [(85.6, 54.0)]
    text = text_of(pdf)
    assert "۴۸۲-۷۱۵-۳۹۰" in text
    assert "482-715-390" in text
    assert text.count("۱۲۳") == 1 + len(LINES)
    assert is_neutral(text)
    assert not is_neutral("عنبیه")
    assert "غلام" not in text
    assert "بهزیستی" not in text
    document = pypdfium2.PdfDocument(pdf)
    told = " ".join(document.get_metadata_value(key) for key in ("Title", "Subject", "Keywords"))
    assert is_neutral(told)


def is_neutral(text: str) -> bool:
    """No word of iris, nationality or case."""
    return not re.search("عنبیه|اتباع|تابعیت|پرونده|مددکار|کار و خیابان|iris|case|national", text, re.IGNORECASE)


def test_a_school_learns_neither_case_nor_nationality() -> None:
    text = text_of(paper(Kind.SCHOOL))
    assert "دانش‌آموز غلام‌رضا" in text
    for word in ("پرونده", "تابعیت", "1405-01234-7", "۱۴۰۵-۰۱۲۳۴-۷", "خیابان"):
        assert word not in text


def test_the_directorate_is_told_the_closed_list() -> None:
    text = text_of(paper(Kind.DIRECTORATE))
    for told in ("جنسیت دختر", "گروه سنی ۶ تا ۱۱ سال", "تابعیتی که گفته شده افغانستان", "وضع اقامت", "۱۴۰۵-۰۱۲۳۴-۷"):
        assert told in text
    for never in ("غلام", "مصطفی", "482", "۴۸۲"):
        assert never not in text


def test_a_receiver_of_a_referral_sees_the_shared_list_only_and_where_asked_an_english_sheet() -> None:
    text = text_of(paper(Kind.NGO))
    assert "نیاز سوادآموزی" in text
    assert "need literacy" in text
    assert "The referral holds until 22 Feb 2027." in text
    for never in ("غلام", "۱۴۰۵-۰۱۲۳۴-۷", "۴۸۲"):
        assert never not in text
    assert len(pages_of(paper(Kind.NGO, english=None))) == 1


def test_a_commitment_stands_beside_our_promises_and_says_what_a_breach_does_not_do() -> None:
    text = text_of(paper(Kind.COMMITMENT))
    assert text.index("کودک به مدرسه می‌رود") < text.index("قول می‌دهد") < text.index("کیف و کتاب")
    assert "شکستن این تعهد به‌تنهایی سبب جداکردن کودک" in text
    assert "اثر انگشت" in text
    assert "مدرک: شناسنامه" in text_of(paper(Kind.RECEIPT))
