"""The tokens of the look, light and dark: text is readable on what it stands on (WCAG AA, 4.5 : 1)."""

import re

import pytest

from common.assets import STATIC

SHEETS = [(STATIC / name).read_text(encoding="utf-8") for name in ("panah.css", "dark.css")]
PAIRS = [
    ("ink", "paper"), ("ink", "card"), ("ink", "grey"), ("ink", "hover"), ("soft", "paper"), ("soft", "card"),
    ("soft", "hover"), ("teal", "paper"), ("teal", "card"), ("teal", "teal-wash"), ("on-teal", "teal"),
    ("saffron-text", "saffron-wash"), ("saffron-text", "card"), ("brick", "brick-wash"), ("brick", "card"),
    ("leaf", "leaf-wash"),
]  # fmt: skip


def tokens(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([a-z-]+):\s*(#[0-9a-f]{6})", block))


LIGHT, DARK = (tokens(sheet) for sheet in SHEETS)


def luminance(colour: str) -> float:
    """WCAG 2.2, relative luminance of an sRGB colour."""
    parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_black_on_white_is_twenty_one_to_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), PAIRS)
def test_text_is_readable_on_its_ground(theme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(theme[text], theme[ground]) >= 4.5


def test_both_themes_name_the_same_colours() -> None:
    assert set(LIGHT) == set(DARK)
