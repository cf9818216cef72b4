"""From content to bytes: letterhead, number block, body, places to sign, copies, footer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from common.text import to_persian_digits
from common.time import in_tehran, jalali_digits
from registry.letters.content import Clause, Content, Row, Signing
from registry.letters.paper.card import draw_card
from registry.letters.paper.english import draw_english
from registry.letters.paper.sheet import BODY, SMALL, WIDTH, Sheet, close, code, finished, isolated

GREETING, CLOSING = "با سلام و احترام", "با سپاس و احترام"
_LABEL = 52.0
_SIGNING_HEIGHT = 46.0
_WITHOUT_GREETING = frozenset({"commitment", "receipt"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """When, and by whom: nobody on a draft, which says so across the sheet."""

    at: datetime
    signed_by: str = ""

    @property
    def is_draft(self) -> bool:
        return not self.signed_by


def draw(content: Content, stamp: Stamp) -> bytes:
    """The PDF. The same content and stamp give the same bytes. Text is only ever text: nothing in it is markup."""
    if content.is_card:
        return draw_card(content.code, stamp.at)
    sheet = _drawn(content, stamp, of_pages=1)
    if sheet.page_no() > 1:
        close(sheet)
        sheet = _drawn(content, stamp, of_pages=sheet.page_no())
    return finished(sheet)


def _drawn(content: Content, stamp: Stamp, *, of_pages: int) -> Sheet:
    day = jalali_digits(in_tehran(stamp.at).date())
    sheet = Sheet(number=content.number, day=day, attached=len(content.attached), of_pages=of_pages,
                  is_draft=stamp.is_draft, made_at=stamp.at, title=content.subject or content.kind,
                  head=content.head)  # fmt: skip
    sheet.add_page()
    _address(sheet, content)
    _rows(sheet, content.rows)
    for paragraph in content.paragraphs:
        sheet.say(paragraph, gap=2.5)
    _clauses(sheet, content.clauses_title, content.clauses)
    _clauses(sheet, content.others_title, content.others)
    if content.kind not in _WITHOUT_GREETING:
        sheet.say(CLOSING, gap=2)
    _signings(sheet, content.signings, stamp)
    _list(sheet, "پیوست‌ها:", content.attached)
    _list(sheet, "رونوشت:", content.copies)
    if content.english is not None:
        draw_english(sheet, content, content.english, stamp.at)
    return sheet


def _address(sheet: Sheet, content: Content) -> None:
    is_form = content.kind in _WITHOUT_GREETING
    if is_form:
        sheet.say(content.subject, bold=True, size=BODY + 3, align="C", gap=4)
    if content.to:
        sheet.say(f"به: {isolated(content.to)}", bold=True, size=BODY + 1, gap=1.5)
    if content.subject and not is_form:
        sheet.say(f"موضوع: {isolated(content.subject)}", bold=True, gap=3)
    if content.replaces:
        sheet.say(content.replaces, size=SMALL + 1, gap=3)
    if not is_form:
        sheet.say(GREETING, gap=3)


def _rows(sheet: Sheet, rows: Iterable[Row]) -> None:
    shown = [(row.label, code(row.value) if row.code else isolated(row.value)) for row in rows]
    for label, value in shown:
        sheet.pair(label, value, label_width=_LABEL)
    if shown:
        sheet.ln(4)


def _clauses(sheet: Sheet, title: str, clauses: Iterable[Clause]) -> None:
    if title:
        sheet.ln(1.5)
        sheet.say(title, bold=True, gap=1.5)
    number = 0
    for clause in clauses:
        if clause.text:
            number += 1
            sheet.say(f"{to_persian_digits(number)}ـ {isolated(clause.text)}", gap=0.5, indent=4)
        if clause.beside:
            sheet.say(clause.beside, size=SMALL, grey=True, gap=2, indent=9 if clause.text else 0)


def _signings(sheet: Sheet, signings: tuple[Signing, ...], stamp: Stamp) -> None:
    """In one row, from the right; never torn from one page to the next."""
    if not signings:
        return
    sheet.keep_together(_SIGNING_HEIGHT + 6)
    sheet.ln(5)
    top, width = sheet.get_y(), WIDTH / max(2, len(signings))
    alone = len(signings) == 1
    for place, signing in enumerate(signings):
        right = width * (len(signings) - place) if not alone else width
        name = signing.name or stamp.signed_by
        sheet.place_to_sign(sheet.l_margin + right - width, top, width, role=signing.role, name=name,
                            finger=signing.finger, stamped=not signing.name)  # fmt: skip
    sheet.set_y(top + _SIGNING_HEIGHT)


def _list(sheet: Sheet, title: str, lines: Iterable[str]) -> None:
    shown = list(lines)
    if not shown:
        return
    sheet.keep_together(12)
    sheet.ln(2)
    sheet.say(title, bold=True, size=SMALL, gap=0.5)
    for line in shown:
        sheet.say(f"ـ {isolated(line)}", size=SMALL, gap=0.5, indent=4)
