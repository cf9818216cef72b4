"""An A4 sheet of the house: letterhead, margins, and how a line of Persian is set."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

from fpdf import FPDF
from fpdf.enums import XPos, YPos

from common.text import to_persian_digits
from registry.letters.paper.font import FACES, HALF_SPACE, STAND_IN, ReadableFont, face

MARGIN, TOP, WIDTH = 22.0, 16.0, 210.0 - 2 * 22.0
BODY, SMALL = 11.5, 9.0
_LEADING = 0.66
"""Millimetres of line height for a point of size: Persian has long tails and high dots."""
INK, GREY, FAINT = (20, 20, 20), (95, 95, 95), (225, 225, 225)
FAMILY = "vazirmatn"
ORGANISATION, OURS = "سازمان بهزیستی کشور", ("دفتر حمایت از کودک و خانواده",)
HEAD_WIDTH = WIDTH - 60.0
"""Beside the block of number and date."""
IN_ENGLISH = "State Welfare Organization · Child and family support"
DRAFT = "پیش‌نویس"


def isolated(text: str) -> str:
    """Somebody's words inside a sentence of ours: they keep their own direction and turn nothing else around."""
    if not text or _first_strong(text) == "rtl":
        return text
    return f"\u2066{text}\u2069"


def code(number: str) -> str:
    """A number or code in Persian digits, kept left to right whatever stands beside it."""
    return f"\u2066{to_persian_digits(number)}\u2069"


def _first_strong(text: str) -> str:
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    first = next((kind for kind in kinds if kind in ("L", "R", "AL")), "AL")
    return "ltr" if first == "L" else "rtl"


def new_pdf(*, made_at: datetime, title: str, **options: Any) -> FPDF:
    return furnish(FPDF(**options), made_at=made_at, title=title)


def furnish(pdf: FPDF, *, made_at: datetime, title: str) -> FPDF:
    """Fonts, and nothing in the file that differs from one run to the next."""
    for style in FACES:
        key = f"{FAMILY}{style}"
        pdf.fonts[key] = ReadableFont(pdf, face(style), key, style)
    pdf.set_creation_date(made_at.astimezone(UTC).replace(microsecond=0))
    pdf.set_title(title)
    pdf.set_author(ORGANISATION)
    pdf.alias_nb_pages(None)  # or "{nb}" in somebody's words would become a number
    pdf.set_lang("fa-IR")
    pdf.set_creator("Panah")
    directed(pdf, "rtl")
    return pdf


def finished(pdf: FPDF) -> bytes:
    made = bytes(pdf.output())
    close(pdf)
    return made


def close(pdf: FPDF) -> None:
    """The fonts' files, which fpdf2 leaves open."""
    for font in pdf.fonts.values():
        font.ttfont.close()


def directed(pdf: FPDF, direction: str) -> None:
    """Which way lines are read from here on: "rtl" or "ltr"."""
    pdf.set_text_shaping(use_shaping_engine=True, direction=direction)


class Sheet(FPDF):
    def __init__(
        self, *, number: str, day: str, attached: int, of_pages: int, is_draft: bool, made_at: datetime, title: str,
        head: tuple[str, ...],
    ) -> None:  # fmt: skip
        super().__init__(format="A4")
        self.number, self.day, self.attached = number, day, attached
        self.of_pages, self.is_draft, self.head = of_pages, is_draft, head or OURS
        furnish(self, made_at=made_at, title=title)
        self.set_margins(MARGIN, TOP, MARGIN)
        self.set_auto_page_break(auto=True, margin=24)

    # what fpdf2 calls at each page's beginning and end

    def header(self) -> None:
        directed(self, "rtl")
        if self.is_draft:
            self._draft_mark()
        if self.page_no() == 1:
            self._letterhead()
        else:
            line = f"نامهٔ شمارهٔ {code(self.number)} به تاریخ {self.day}"
            self.say(line, size=SMALL, grey=True, gap=1)
        self.set_draw_color(*GREY)
        self.line(MARGIN, self.get_y() + 1.5, 210 - MARGIN, self.get_y() + 1.5)
        self.ln(7)

    def footer(self) -> None:
        directed(self, "rtl")
        self.set_y(-17)
        pages = f"صفحهٔ {to_persian_digits(self.page_no())} از {to_persian_digits(self.of_pages)}"
        self.say(f"اورژانس اجتماعی: ۱۲۳   |   {pages}", size=SMALL - 1, grey=True, align="C", gap=0)

    def _letterhead(self) -> None:
        self.say("به نام خدا", size=SMALL + 1, align="C", gap=1)
        top = self.get_y()
        self.say(ORGANISATION, bold=True, size=BODY + 1.5, gap=0.5)
        for k, line in enumerate(self.head):
            size, right = SMALL + (0.5 if k == 0 else -0.5), 210 - MARGIN - HEAD_WIDTH
            self.say(isolated(line), size=size, grey=k > 0, gap=0.3, width=HEAD_WIDTH, x=right)
        directed(self, "ltr")
        self.say(IN_ENGLISH, size=SMALL - 1, grey=True, gap=0)
        directed(self, "rtl")
        bottom = self.get_y()
        attached = f"{to_persian_digits(self.attached)} مورد" if self.attached else "ندارد"
        pairs = (
            ("شماره", code(self.number)), ("تاریخ", self.day), ("پیوست", attached),
            ("ثبت دبیرخانه", "." * 24),
        )  # fmt: skip
        self.set_y(top)
        for label, value in pairs:
            self.say(f"{label}: {value}", size=SMALL + 1, gap=0.2, width=56, x=MARGIN)
        self.set_y(max(bottom, self.get_y()))

    def _draft_mark(self) -> None:
        with self.rotation(38, x=105, y=150):
            self.set_font(FAMILY, "B", 84)
            self.set_text_color(*FAINT)
            self.set_xy(25, 130)
            self.multi_cell(160, 40, DRAFT.replace(HALF_SPACE, STAND_IN), align="C")
        self.set_xy(MARGIN, TOP)
        self.set_text_color(*INK)

    # how a line is set

    def say(
        self, text: str, *, size: float = BODY, bold: bool = False, grey: bool = False, align: str = "R",
        gap: float = 0.0, indent: float = 0.0, width: float = WIDTH, x: float | None = None,
    ) -> None:  # fmt: skip
        """A paragraph, broken into lines and pages as needed; `indent` is on the side where reading begins."""
        self.set_font(FAMILY, "B" if bold else "", size)
        self.set_text_color(*(GREY if grey else INK))
        self.set_x(MARGIN if x is None else x)
        line, height = text.replace(HALF_SPACE, STAND_IN), size * _LEADING
        self.multi_cell(width - indent, height, line, align=align, new_x=XPos.LMARGIN, new_y=YPos.NEXT, markdown=False)
        self.ln(gap)

    def pair(self, label: str, value: str, *, label_width: float) -> None:
        """A row of the table: the label on the right, the value beside it over as many lines as it takes."""
        height = BODY * _LEADING + 1.2
        self.keep_together(height + 1)
        self.set_draw_color(*FAINT)
        top, page = self.get_y(), self.page_no()
        self.line(MARGIN, top, 210 - MARGIN, top)
        self.say(label, grey=True, width=label_width, x=210 - MARGIN - label_width)
        self.set_y(top if self.page_no() == page else self.get_y())
        self.say(value, width=WIDTH - label_width - 3, x=MARGIN, gap=0.8)

    def place_to_sign(
        self, x: float, y: float, width: float, *, role: str, name: str, finger: bool, stamped: bool
    ) -> None:
        """Room for a signature above a line; for the house's own a stamp too, for who does not write a finger."""
        inner, middle = width - 6, x + width / 2
        self.set_xy(x + 3, y)
        self.say(role, bold=True, size=SMALL + 1, align="C", width=inner, x=x + 3)
        self.set_draw_color(*GREY)
        if finger:
            self.rect(middle - 9, y + 10, 18, 22)
            self.set_y(y + 24)
            self.say("اثر انگشت", size=SMALL - 2, grey=True, align="C", width=18, x=middle - 9)
        elif stamped:
            self.set_dash_pattern(dash=1, gap=1)
            self.circle(middle, y + 21, 11)
            self.set_dash_pattern()
            self.set_y(y + 19)
            self.say("جای مهر", size=SMALL - 2, grey=True, align="C", width=20, x=middle - 10)
        self.line(x + 8, y + 35, x + width - 8, y + 35)
        self.set_y(y + 36)
        for line in name.split("، ", 1):  # a name, and beneath it the post
            self.say(isolated(line) or " ", size=SMALL, align="C", width=inner, x=x + 3)

    def keep_together(self, height: float) -> None:
        if self.will_page_break(height):
            self.add_page()
