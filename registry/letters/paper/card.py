"""What a child carries: a code and 123, in the languages of the street. Nothing on it tells anything of the child."""

from datetime import datetime

from registry.letters.paper.sheet import FAMILY, GREY, INK, directed, finished, new_pdf
from registry.letters.paper.sheet import code as kept_together

WIDTH, HEIGHT = 85.6, 54.0
"""Millimetres: a bank card's, which fits a pocket and a wallet."""
LINES = (
    "کمک خواستی، هر ساعتی، به ۱۲۳ زنگ بزن و این شماره را بگو.",
    "که مرستې ته اړتیا لرې، ۱۲۳ ته زنګ ووهه او دا شمېره ووایه.",
    "مدد چاہیے تو ۱۲۳ پر فون کریں اور یہ نمبر بتائیں۔",
)
IN_ENGLISH = "Need help? Call 123 at any hour and say this number."


def draw_card(code: str, at: datetime) -> bytes:
    pdf = new_pdf(made_at=at, title="۱۲۳", format=(WIDTH, HEIGHT))
    pdf.set_margins(4, 4, 4)
    pdf.set_auto_page_break(auto=False)
    pdf.add_page()
    pdf.set_text_color(*INK)
    pdf.set_font(FAMILY, "B", 24)
    pdf.set_y(3.5)
    pdf.cell(0, 10, "۱۲۳", align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(FAMILY, "B", 17)
    pdf.cell(0, 9, kept_together(code), align="C", new_x="LMARGIN", new_y="NEXT")
    pdf.set_text_color(*GREY)
    pdf.set_font(FAMILY, "", 8)
    directed(pdf, "ltr")
    pdf.cell(0, 5, code, align="C", new_x="LMARGIN", new_y="NEXT")
    directed(pdf, "rtl")
    pdf.set_text_color(*INK)
    pdf.set_font(FAMILY, "", 7.5)
    for line in LINES:
        pdf.cell(0, 5, line, align="C", new_x="LMARGIN", new_y="NEXT")
    directed(pdf, "ltr")
    pdf.cell(0, 5, IN_ENGLISH, align="C", new_x="LMARGIN", new_y="NEXT")
    return finished(pdf)
