"""What may be odd about a picture that is good enough: a hint to whoever reviews it, never a reason to refuse."""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from matching.template import Eye
from models.liveness import Suspicion, judge
from models.normalise import unroll
from models.reasons import Language
from models.results import Extraction
from models.side import Bearing, guess_side

Advice = Literal["other_side", "upside_down", "suspected_print", "suspected_screen", "suspected_lens"]
ADVICE: tuple[Advice, ...] = get_args(Advice)

SENTENCES: dict[Advice, dict[Language, str]] = {
    "other_side": {
        "fa": "این تصویر بیشتر به چشم دیگر می‌ماند؛ ببینید چپ و راست جابه‌جا نشده باشد.",
        "en": "This looks rather like the other eye; check that left and right were not exchanged.",
    },
    "upside_down": {
        "fa": "گویا تصویر وارونه است؛ ببینید اسکنر درست در دست گرفته شده باشد.",
        "en": "The picture seems to be upside down; check how the scanner is held.",
    },
    "suspected_print": {
        "fa": "شاید این عکسِ چاپ‌شدهٔ چشم باشد؛ یک نفر تصویر را ببیند.",
        "en": "This may be a printed picture of an eye; somebody should look at it.",
    },
    "suspected_screen": {
        "fa": "شاید این چشم روی نمایشگر باشد؛ یک نفر تصویر را ببیند.",
        "en": "This may be an eye shown on a screen; somebody should look at it.",
    },
    "suspected_lens": {
        "fa": "شاید لنز طرح‌دار روی چشم باشد؛ یک نفر تصویر را ببیند.",
        "en": "There may be a patterned contact lens on the eye; somebody should look at it.",
    },
}


def advise(picture: NDArray[np.uint8], found: Extraction, eye: Eye) -> tuple[Advice, ...]:
    """Of the upright picture, uint8 (h, w), that `found` came from. About 4 ms. Errors: WeightsDamaged."""
    return told(*examined(picture, found), eye)


def told(bearing: Bearing, suspicion: Suspicion, eye: Eye) -> tuple[Advice, ...]:
    odd: list[tuple[bool, Advice]] = [(bearing.upside_down, "upside_down"), (bearing.contradicts(eye), "other_side")]
    odd += [(suspicion.finding == name, name) for name in ADVICE if name.startswith("suspected_")]
    return tuple(name for is_so, name in odd if is_so)


def examined(picture: NDArray[np.uint8], found: Extraction) -> tuple[Bearing, Suspicion]:
    """The two judgements with their numbers."""
    best = found.hypotheses[0]
    sheet = unroll(picture, best.visible, best.circles)
    return guess_side(picture, best.circles.iris), judge(picture, best.circles, sheet)


def sentence(advice: Advice, language: Language = "en") -> str:
    return SENTENCES[advice][language]
