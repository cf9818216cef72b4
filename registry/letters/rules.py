"""Who writes and who signs which letter, on what ground, and what no letter may say. Law: DOMAIN, letters. Pure.

Whoever writes a letter that leaves the house does not sign it: asked by one, decided by another.
"""

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType

from common.text import comparison_key
from registry.access.rules import Role
from registry.calendar.rules import WorkingCalendar
from registry.cases.forms.deciding import Notice, NoticeDecision
from registry.cases.forms.leaving import Referral
from registry.cases.rules.table import APPROVERS, CASEWORK, CENTRE_MANAGER, LEGAL, SOCIAL
from registry.letters.forms import DirectorateForm, Kind, ReferralForm

Roles = frozenset[Role]
READS: Roles = CASEWORK


@dataclass(frozen=True, slots=True, kw_only=True)
class Law:
    """`answer_in`: working days after which silence shows; None where no answer is asked for."""

    written_by: Roles
    signed_by: Roles
    by_two: bool = True
    answer_in: int | None = None


LAWS: Mapping[Kind, Law] = MappingProxyType(
    {
        Kind.COURT: Law(written_by=LEGAL | SOCIAL, signed_by=APPROVERS, answer_in=3),
        Kind.DIRECTORATE: Law(written_by=LEGAL, signed_by=CENTRE_MANAGER, answer_in=3),
        Kind.SCHOOL: Law(written_by=SOCIAL, signed_by=APPROVERS, answer_in=6),
        Kind.REFERRAL: Law(written_by=SOCIAL, signed_by=APPROVERS, answer_in=6),
        Kind.NGO: Law(written_by=SOCIAL, signed_by=APPROVERS, answer_in=6),
        Kind.COMMITMENT: Law(written_by=SOCIAL, signed_by=SOCIAL | APPROVERS, by_two=False),
        Kind.RECEIPT: Law(written_by=SOCIAL | APPROVERS, signed_by=SOCIAL | APPROVERS, by_two=False),
        Kind.CARD: Law(written_by=CASEWORK, signed_by=CASEWORK, by_two=False),
    }
)
"""Days are ours, a setting; the directorate's three are DOMAIN's: its silence escalates."""

WRITERS: Roles = frozenset().union(*(law.written_by for law in LAWS.values()))
SIGNERS: Roles = frozenset().union(*(law.signed_by for law in LAWS.values()))
REGISTERS: Roles = CASEWORK
"""The secretariat's number is copied from a stamp by whoever has the paper before them."""


class Refusal(StrEnum):
    NOT_YOUR_LETTER = "not_your_letter"
    NOT_YOURS_TO_SIGN = "not_yours_to_sign"
    OWN_LETTER = "own_letter"
    NOT_A_DRAFT = "not_a_draft"
    NOT_ISSUED = "not_issued"
    CHANGED_SINCE_PREVIEW = "changed_since_preview"
    REPLACED_ALREADY = "replaced_already"
    REPLACES_ANOTHER_KIND = "replaces_another_kind"
    ILLNESS_NAMED = "illness_named"
    NOT_FOR_THE_DIRECTORATE = "not_for_the_directorate"
    NOTICE_NOT_DECIDED = "notice_not_decided"
    NOT_WHAT_WAS_DECIDED = "not_what_was_decided"
    NO_REFERRAL = "no_referral"
    NOT_ON_THE_SHARED_LIST = "not_on_the_shared_list"
    NO_COMMITMENT = "no_commitment"
    NO_DISCHARGE = "no_discharge"
    NO_ANSWER_ASKED = "no_answer_asked"
    IN_THE_FUTURE = "in_the_future"
    BEFORE_THE_LETTER = "before_the_letter"
    ATTACHED_ELSEWHERE = "attached_elsewhere"
    COPY_DAMAGED = "copy_damaged"
    CANNOT_BE_PRINTED = "cannot_be_printed"


def letter_number(year: int, sequence: int) -> str:
    """ "1405/00012": Jalali year, sequence within it."""
    return f"{year:04d}/{sequence:05d}"


_ILLNESSES = ("اچ‌آی‌وی", "اچ آی وی", "ایدز", "هپاتیت")
_ILLNESSES_LATIN = re.compile(r"\b(hiv|aids|hepatitis)\b", re.IGNORECASE)
_NOT_FOR_THE_DIRECTORATE = (
    "عنبیه", "مردمک", "نشانی", "آدرس", "مدرسه", "دبستان", "بیمار", "سلامتی", "پدر", "مادر", "برادر", "خواهر", "انجمن",
    "پاتوق", "عکس",
)  # fmt: skip
_NOT_FOR_THE_DIRECTORATE_LATIN = re.compile(r"\b(iris|address|school|health|photo|father|mother|ngo)\b", re.IGNORECASE)


def why_not_say(kind: Kind, texts: Iterable[str]) -> Refusal | None:
    """HIV and hepatitis stand in no letter; in a notice, free text opens no way around its closed list."""
    said = list(texts)
    if _named(_ILLNESSES, _ILLNESSES_LATIN, said):
        return Refusal.ILLNESS_NAMED
    closed = kind is Kind.DIRECTORATE
    if closed and _named(_NOT_FOR_THE_DIRECTORATE, _NOT_FOR_THE_DIRECTORATE_LATIN, said):
        return Refusal.NOT_FOR_THE_DIRECTORATE
    return None


def _named(words: Iterable[str], latin: re.Pattern[str], texts: Collection[str]) -> bool:
    """Persian words in any spelling, Latin ones whole ("archive" names no illness)."""
    keys = [comparison_key(text) for text in texts]
    return any(comparison_key(word) in key for word in words for key in keys) or any(map(latin.search, texts))


def why_not_write(kind: Kind, roles: Roles) -> Refusal | None:
    return None if roles & LAWS[kind].written_by else Refusal.NOT_YOUR_LETTER


def why_not_sign(kind: Kind, roles: Roles, *, account_id: int, written_by: int) -> Refusal | None:
    law = LAWS[kind]
    if not roles & law.signed_by:
        return Refusal.NOT_YOURS_TO_SIGN
    return Refusal.OWN_LETTER if law.by_two and account_id == written_by else None


def why_not_notify(form: DirectorateForm, notices: Iterable[Notice], *, numbers: Collection[str]) -> Refusal | None:
    """What goes to the directorate is, word for word, a notice that two named roles decided to send. `numbers`: this
    letter's, and those of the letters that it takes the place of."""
    sent = [one.letter for one in notices if one.decision is NoticeDecision.SEND and one.letter]
    if not sent:
        return Refusal.NOTICE_NOT_DECIDED
    said = (form.sex, form.age_band, form.claimed_nationality, form.asked)
    decided = [(n.sex, n.age_band, n.claimed_nationality, n.asked) for n in sent if n.letter_number in numbers]
    return None if said in decided else Refusal.NOT_WHAT_WAS_DECIDED


def why_not_share(form: ReferralForm, referral: Referral | None) -> Refusal | None:
    if referral is None:
        return Refusal.NO_REFERRAL
    listed = {comparison_key(one) for one in referral.shared}
    said = [(comparison_key(fact.what), comparison_key(f"{fact.what}: {fact.value}")) for fact in form.facts]
    return None if all(listed & set(words) for words in said) else Refusal.NOT_ON_THE_SHARED_LIST


def answer_due(kind: Kind, issued_on: date, calendar: WorkingCalendar) -> date | None:
    days = LAWS[kind].answer_in
    return calendar.after(issued_on, days) if days is not None else None
