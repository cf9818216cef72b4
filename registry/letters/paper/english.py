"""The second sheet, in English, for a receiver who reads no Persian."""

from datetime import datetime

from common.text import to_ascii_digits
from common.time import gregorian, in_tehran
from registry.letters.content import Content, EnglishSheet
from registry.letters.paper.sheet import MARGIN, SMALL, WIDTH, Sheet, directed

_LABEL = 45.0


def draw_english(sheet: Sheet, content: Content, english: EnglishSheet, at: datetime) -> None:
    sheet.add_page()
    directed(sheet, "ltr")
    number = f"No. {to_ascii_digits(content.number)}   Date: {gregorian(in_tehran(at).date())}"
    sheet.say(number, size=SMALL + 1, align="L", gap=3)
    sheet.say(f"To: {english.to}", bold=True, align="L", gap=1.5)
    sheet.say(f"Subject: {english.subject}", bold=True, align="L", gap=4)
    for row in english.rows:
        top, page = sheet.get_y(), sheet.page_no()
        sheet.say(row.label, grey=True, align="L", width=_LABEL, x=MARGIN)
        sheet.set_y(top if sheet.page_no() == page else sheet.get_y())
        sheet.say(row.value, align="L", width=WIDTH - _LABEL, x=MARGIN + _LABEL, gap=1)
    sheet.ln(3)
    for line in english.lines:
        sheet.say(line, align="L", gap=2.5)
    sheet.say("The Persian sheet is the signed letter; this one is its translation.", size=SMALL, grey=True, align="L")
