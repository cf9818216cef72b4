"""The words of each letter, as an office writes them: Persian, plain and respectful. Pure."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from common.text import to_persian_digits
from common.time import gregorian, jalali_digits
from registry.cases.forms.fields import Form
from registry.cases.forms.leaving import Discharge, Referral
from registry.letters.content import Clause, Content, EnglishSheet, Row, Signing
from registry.letters.forms import (
    CommitmentForm,
    CourtForm,
    DirectorateForm,
    InEnglish,
    Kind,
    LetterForm,
    ReferralForm,
    SchoolForm,
)

SEX = {"girl": "دختر", "boy": "پسر", "unknown": "نامعلوم"}
COUNTRIES = {"AF": "افغانستان", "PK": "پاکستان", "IQ": "عراق", "IR": "ایران", "TR": "ترکیه", "BD": "بنگلادش",
             "IN": "هند", "AZ": "آذربایجان", "TJ": "تاجیکستان", "SY": "سوریه"}  # fmt: skip
TITLES: Mapping[Kind, str] = {
    Kind.DIRECTORATE: "اطلاع به ادارهٔ اتباع خارجی",
    Kind.SCHOOL: "همکاری در ثبت‌نام دانش‌آموز",
    Kind.COMMITMENT: "تعهدنامهٔ سرپرست",
    Kind.RECEIPT: "رسید تحویل کودک به سرپرست",
}
_NO_MORE = (
    "آنچه از کودک گفته شده همین است که در این نامه می‌بینید. لطفاً آن را به دیگری ندهید و برای این خدمت بیش از آن نپرسید."
)
_REPORT_BACK = "خواهشمند است نتیجه را با شمارهٔ همین نامه بنویسید و پس از پایان کار، داده‌های کودک را پاک کنید."
_NO_MORE_IN_ENGLISH = (
    "All that is shared with you stands in this letter. Please do not pass it on, and ask for no more than this "
    "service needs."
)
_REPORT_BACK_IN_ENGLISH = (
    "Please report back under the number of this letter, and delete the child's data when your work has ended."
)
_SIGNED = (Signing(role="امضا و مهر"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pledge:
    what: str
    by_whom: str
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the case says of the child and of itself at this moment."""

    number: str
    case_number: str
    child_code: str
    head: tuple[str, ...] = ()
    child_name: str = ""
    fathers_name: str = ""
    age: tuple[int, int] | None = None
    referral: Referral | None = None
    discharge: Discharge | None = None
    commitments: tuple[Pledge, ...] = ()
    witness: str = ""
    promises: tuple[Pledge, ...] = ()
    replaces: tuple[str, date] | None = None


def write(kind: Kind, form: Form, known: Known) -> Content:
    """Every word of the letter but its date and who signs it."""
    if kind is Kind.CARD:
        return Content(kind=kind, number=known.number, case_number="", code=known.child_code)
    parts = _WRITERS[kind](form, known)
    attached, copies = (form.attached, form.copies) if isinstance(form, LetterForm) else ((), ())
    return Content(
        head=known.head, kind=kind, number=known.number, attached=attached, copies=copies, replaces=_replaces(known),
        **{"case_number": known.case_number, "subject": TITLES.get(kind, ""), "signings": _SIGNED} | parts,
    )  # fmt: skip


def _replaces(known: Known) -> str:
    if known.replaces is None:
        return ""
    number, day = known.replaces
    old = f"نامهٔ شمارهٔ {_code(number)} به تاریخ {jalali_digits(day)}"
    return f"این نامه به جای {old} است و آن نامه از این پس اعتباری ندارد."


def _code(number: str) -> str:
    """A number inside a sentence, kept left to right: isolated, as everywhere on the pages."""
    return f"\u2066{to_persian_digits(number)}\u2069"


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _rows(pairs: Iterable[tuple[str, str]]) -> tuple[Row, ...]:
    return tuple(Row(label=label, value=value) for label, value in pairs if value)


def _age(known: Known) -> str:
    if known.age is None:
        return ""
    low, high = known.age
    return to_persian_digits(f"{low} سال" if low == high else f"{low} تا {high} سال") + " (به گفته)"


def _child_rows(known: Known) -> tuple[Row, ...]:
    return _rows((("کودک", known.child_name), ("نام پدر", known.fathers_name), ("سن", _age(known))))


def _court(form: CourtForm, known: Known) -> dict[str, object]:
    rows = (*_child_rows(known), Row(label="شمارهٔ پرونده نزد این مرکز", value=known.case_number, code=True))
    return {"to": form.to, "subject": form.subject, "rows": rows, "paragraphs": _lines(form.body)}


def _directorate(form: DirectorateForm, known: Known) -> dict[str, object]:
    """Letter and case number, sex, age band, claimed nationality, what is asked. Nothing else has a place here."""
    low, high = form.age_band.split("-")
    pairs = [
        ("جنسیت", SEX[form.sex]),
        ("گروه سنی", to_persian_digits(f"{low} تا {high} سال")),
        ("تابعیتی که گفته شده", COUNTRIES.get(form.claimed_nationality, form.claimed_nationality)),
        ("آنچه پرسیده می‌شود", form.asked),
    ]
    rows = (Row(label="شمارهٔ پرونده نزد این مرکز", value=known.case_number, code=True), *_rows(pairs))
    ask = "خواهشمند است پاسخ ظرف سه روز کاری، با ذکر شمارهٔ همین نامه، فرستاده شود."
    return {"to": form.to, "rows": rows, "paragraphs": ("بدین‌وسیله موارد بالا به آگاهی آن اداره می‌رسد.", ask)}


def _school(form: SchoolForm, known: Known) -> dict[str, object]:
    ask = (
        f"خواهشمند است برای ثبت‌نام دانش‌آموز یادشده در {form.grade} همکاری فرمایید و نتیجه را به این دفتر بنویسید. "
        "نداشتن مدرک هویتی مانع تحصیل کودک نیست؛ اگر مدرکی کم است، پیش از رد کردن ثبت‌نام با این دفتر تماس بگیرید."
    )
    rows = _rows((("دانش‌آموز", known.child_name), ("نام پدر", known.fathers_name), ("سن", _age(known)),
                  ("پایه", form.grade)))  # fmt: skip
    return {"to": form.to, "case_number": "", "rows": rows, "paragraphs": (ask, *_lines(form.body))}


def _referral(form: ReferralForm, known: Known) -> dict[str, object]:
    """The receiver sees the shared list, and nothing that is not on it: not even the case's number."""
    referral = known.referral
    assert referral is not None, "the law refuses a letter of referral without its referral"
    until = jalali_digits(referral.ends_on)
    paragraphs = (
        f"کودکی که مشخصات او در بالا آمده برای «{referral.service}» معرفی می‌شود.",
        *_lines(form.body),
        _NO_MORE,
        f"این معرفی تا {until} اعتبار دارد. {_REPORT_BACK}",
    )
    listed = (one.partition(":")[::2] for one in referral.shared)
    facts = _rows((fact.what, fact.value) for fact in form.facts) or _rows(
        (what.strip(), value.strip()) if value else ("", what) for what, value in listed
    )
    return {
        "to": referral.receiver, "case_number": "", "subject": f"معرفی برای {referral.service}", "rows": facts,
        "paragraphs": paragraphs, "english": _english(form.english, referral) if form.english else None,
    }  # fmt: skip


def _english(english: InEnglish, referral: Referral) -> EnglishSheet:
    lines = (
        f"A child, described above, is referred to you for: {english.service}.",
        _NO_MORE_IN_ENGLISH,
        f"The referral holds until {gregorian(referral.ends_on)}. {_REPORT_BACK_IN_ENGLISH}",
    )
    rows = tuple(Row(label=fact.what, value=fact.value) for fact in english.facts)
    return EnglishSheet(to=english.to, subject="Referral of a child", rows=rows, lines=lines)


def _commitment(form: CommitmentForm, known: Known) -> dict[str, object]:
    child = f"کودک، {known.child_name}،" if known.child_name else "این کودک"
    text = f"اینجانب {form.guardian}، {form.relation} {child} با آگاهی از آنچه در زیر آمده تعهد می‌کنم:"
    harmless = (
        "شکستن این تعهد به‌تنهایی سبب جداکردن کودک، مجازات سرپرست یا نامه به اداره‌ای دیگر نمی‌شود؛ مددکار به دیدن "
        "خانواده می‌آید تا ببینیم چه کمکی لازم است."
    )
    ours = tuple(Clause(text=one.what, beside=f"{one.by_whom}، تا {jalali_digits(one.on)}") for one in known.promises)
    theirs = tuple(Clause(text=one.what, beside=f"بازبینی: {jalali_digits(one.on)}") for one in known.commitments)
    return {
        "paragraphs": (text,), "clauses": theirs, "others_title": "و این مرکز به کودک قول می‌دهد:" if ours else "",
        "others": (*ours, Clause(text="", beside=harmless)),
        "signings": (
            Signing(role="سرپرست", name=form.guardian, finger=True), Signing(role="شاهد", name=known.witness),
            Signing(role="از سوی مرکز"),
        ),
    }  # fmt: skip


def _receipt(form: Form, known: Known) -> dict[str, object]:  # noqa: ARG001 - one shape for all
    leave = known.discharge
    assert leave is not None, "the law refuses a receipt without a discharge"
    who = leave.receiver
    text = (
        f"اینجانب {who.name}، {who.relation} کودک، با ارائهٔ {who.paper_seen}، کودک را همراه با مدارک، داروها و وسایلش "
        "سالم تحویل گرفتم. پیش از آن، از کودک تنها پرسیده شد و خودش خواست که با من بیاید."
    )
    first = jalali_digits(leave.first_follow_up_on)
    handed = [*(f"مدرک: {one}" for one in leave.papers), *(f"دارو: {one}" for one in leave.medicine)]
    handed += ["وسایل و پول کودک پس داده شد"] if leave.belongings_returned else []
    return {
        "rows": _child_rows(known), "paragraphs": (text,), "clauses_title": "آنچه همراه کودک داده شد:",
        "clauses": tuple(Clause(text=one) for one in handed),
        "others": (Clause(text="", beside=f"نخستین دیدار مددکار با خانواده: {first}"),),
        "signings": (
            Signing(role="تحویل‌گیرنده", name=who.name, finger=True), Signing(role="شاهد", name=leave.witness),
            Signing(role="تحویل‌دهنده"),
        ),
    }  # fmt: skip


_WRITERS: Mapping[Kind, Callable[..., dict[str, object]]] = {
    Kind.COURT: _court,
    Kind.DIRECTORATE: _directorate,
    Kind.SCHOOL: _school,
    Kind.REFERRAL: _referral,
    Kind.NGO: _referral,
    Kind.COMMITMENT: _commitment,
    Kind.RECEIPT: _receipt,
}
