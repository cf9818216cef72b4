"""The embedded font: shaped by HarfBuzz, and readable again from the file.

A PDF holds glyphs as they are seen, left to right; programs that read it turn right-to-left runs around. fpdf2 writes a
ligature's letters (لا) as one code in the order of writing, so that they come back turned around, and drops the
half-space. Here a ligature's other letters and the half-space stand beside it as codes of an empty glyph without width:
what is seen stays the same, and search, copying and the blind person's reader get the letters as they were typed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import uharfbuzz as hb
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent
from fpdf.fonts import TTFFont

from common.assets import VENDOR

HALF_SPACE = "\u200c"
STAND_IN = "\u034f"
"""Stands for the half-space while fpdf2 orders a line: it would take غلام‌رضا apart inside Latin text."""
FACES = {"": "vazirmatn-regular.ttf", "B": "vazirmatn-bold.ttf"}
_MIRRORED = {"(": ")", ")": "(", "[": "]", "]": "[", "{": "}", "}": "{", "«": "»", "»": "«", "<": ">", ">": "<"}
_TWICE = re.compile("لله")
_BY_PLACE = 0x0002 | 0x0200
"""Parts are placed by offsets, and the first one's width counts."""
_SPACES = frozenset("\n\r\t ")


def face(style: str) -> Path:
    return VENDOR / FACES[style]


@lru_cache(maxsize=1)
def _known() -> frozenset[int]:
    with TTFont(face(""), lazy=True) as font:
        return frozenset(font.getBestCmap())


def _is_hidden(letter: str) -> bool:
    """Marks of direction and joining: they steer the drawing and are not drawn."""
    return unicodedata.category(letter) == "Cf"


def unprintable(texts: Iterable[str]) -> str:
    """The characters that the font has no shape for, each once. A name with a hole in it is another name."""
    known = _known()
    letters = {letter for text in texts for letter in text} - _SPACES
    return "".join(sorted(one for one in letters if ord(one) not in known and not _is_hidden(one)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shaped:
    """One glyph as HarfBuzz placed it, and the letters that it stands for, as typed."""

    glyph: int
    letters: str
    x_advance: int
    x_offset: int
    y_offset: int

    @property
    def is_mark(self) -> bool:
        return bool(self.letters) and self.x_advance == 0 and all(map(unicodedata.combining, self.letters))


def _with_letters(text: str, infos: Sequence[Any], places: Sequence[Any]) -> Iterator[_Shaped]:
    starts = sorted({info.cluster for info in infos})
    ends = dict(zip(starts, [*starts[1:], len(text)], strict=True))
    told: set[int] = set()
    for info, place in zip(infos, places, strict=True):
        letters = "" if info.cluster in told else text[info.cluster : ends[info.cluster]]
        told.add(info.cluster)
        yield _Shaped(glyph=info.codepoint, letters=letters, x_advance=place.x_advance, x_offset=place.x_offset,
                      y_offset=place.y_offset)  # fmt: skip


class ReadableFont(TTFFont):
    """fpdf2's font with another way of noting which letters a glyph stands for."""

    __slots__ = ()

    def perform_harfbuzz_shaping(self, text: str, font_size_pt: float, text_shaping_params: Any) -> tuple[Any, Any]:
        """As fpdf2 does, but without the ligature that holds a letter twice, of which readers drop the second (الله),
        and without kerning: it cuts a line into pieces, and a half-space between two pieces is lost to readers."""
        text = text.replace(STAND_IN, HALF_SPACE)
        spans = [[found.start(), found.end(), False] for found in _TWICE.finditer(text)]
        features: dict[str, Any] = {"kern": False} | ({"liga": spans, "rlig": spans} if spans else {})
        params = dict(text_shaping_params or {}) | {"features": features}
        return super().perform_harfbuzz_shaping(text, font_size_pt, params)

    def shape_text(self, text: str, font_size_pt: float, text_shaping_params: Any) -> Sequence[dict[str, Any]]:
        if not text:
            return []
        text = text.replace(STAND_IN, HALF_SPACE)
        infos, places = self.perform_harfbuzz_shaping(text, font_size_pt, text_shaping_params)
        leftward = _is_leftward(text_shaping_params, text)
        drawn: list[dict[str, Any]] = []
        marks: list[_Shaped] = []
        for shaped in _with_letters(text, infos, places):
            if leftward and shaped.is_mark:
                marks.append(shaped)
                continue
            drawn += self._glyphs(self._marked(shaped, marks), marks, leftward=leftward)
            marks = []
        return [*drawn, *(self._seen(mark, mark.letters) for mark in marks)]

    def _glyphs(self, shaped: "_Shaped", marks: "list[_Shaped]", *, leftward: bool) -> Iterator[dict[str, Any]]:
        letters = shaped.letters
        if letters and all(map(_is_hidden, letters)):
            yield from (self._empty(letter) for letter in letters if letter == HALF_SPACE)
            return
        first, others = letters[:1], [self._empty(letter) for letter in letters[1:] if not _is_steering(letter)]
        seen = self._seen(shaped, _MIRRORED.get(first, first) if leftward else first)
        told = [self._empty(letter) for mark in marks for letter in reversed(mark.letters)]
        yield from [*told, *reversed(others), seen] if leftward else [seen, *others]

    def _marked(self, base: "_Shaped", marks: "list[_Shaped]") -> "_Shaped":
        """The base with its marks (tanwin, shadda, …) as one glyph, added to this document's copy of the font. Placed
        by themselves they would be pieces of text of their own, which readers put on another line."""
        if not marks:
            return base
        names = [self.ttfont.getGlyphName(one.glyph) for one in (base, *marks)]
        places = [(0, 0), *((mark.x_offset, mark.y_offset) for mark in marks)]
        name = "_".join(f"{one}.{x}.{y}" for one, (x, y) in zip(names, places, strict=True))
        if name not in self.ttfont["glyf"].glyphs:
            self._add_glyph(name, list(zip(names, places, strict=True)))
        return replace(base, glyph=self.ttfont.getGlyphID(name))

    def _add_glyph(self, name: str, parts: list[tuple[str, tuple[int, int]]]) -> None:
        glyph = Glyph()
        glyph.numberOfContours, glyph.components = -1, []
        for part, (x, y) in parts:
            component = GlyphComponent()
            component.glyphName, component.x, component.y, component.flags = part, x, y, _BY_PLACE
            glyph.components.append(component)
        font = self.ttfont
        table, order = font["glyf"], [*font.getGlyphOrder(), name]
        table.glyphs[name] = glyph
        font["hmtx"].metrics[name] = font["hmtx"].metrics[parts[0][0]]
        font["maxp"].numGlyphs = len(order)
        font.setGlyphOrder(order)
        table.setGlyphOrder(order)
        glyph.recalcBounds(table)

    def _seen(self, shaped: "_Shaped", letter: str) -> dict[str, Any]:
        name = self.ttfont.getGlyphName(shaped.glyph)
        width = round(self.scale * self.ttfont["hmtx"].metrics[name][0])
        glyph = self.subset.get_glyph(
            glyph=shaped.glyph, unicode=tuple(map(ord, letter)), glyph_name=name, glyph_width=width
        )
        moves = width != round(self.scale * shaped.x_advance) or shaped.x_offset or shaped.y_offset
        return {
            "mapped_char": self.subset.pick_glyph(glyph) if glyph else None, "x_advance": shaped.x_advance,
            "y_advance": 0, "x_offset": shaped.x_offset, "y_offset": shaped.y_offset, "force_positioning": bool(moves),
        }  # fmt: skip

    def _empty(self, letter: str) -> dict[str, Any]:
        name = self.ttfont.getBestCmap()[ord(HALF_SPACE)]
        glyph = self.subset.get_glyph(
            glyph=self.ttfont.getGlyphID(name), unicode=(ord(letter),), glyph_name=name, glyph_width=0
        )
        still = dict.fromkeys(("x_advance", "y_advance", "x_offset", "y_offset"), 0)
        return {"mapped_char": self.subset.pick_glyph(glyph), "force_positioning": False, **still}


def _is_steering(letter: str) -> bool:
    return _is_hidden(letter) and letter != HALF_SPACE


def _is_leftward(params: Any, text: str) -> bool:
    """As HarfBuzz was told, or as it guesses."""
    told = (params or {}).get("fragment_direction")
    if told is not None:
        return str(told.value).upper() == "RTL"
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.guess_segment_properties()
    return bool(buffer.direction == "rtl")
