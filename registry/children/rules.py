"""Codes, ages, and how many templates a child may have. Pure."""

from collections.abc import Callable, Collection
from datetime import date

MAX_TEMPLATES = 3
"""Of one child, at different pupil ratios; the first one is never replaced."""
OTHER_PUPIL = 0.05
"""Pupil over iris radius: nearer than this, another template would tell nothing new."""
_DIGITS = 8


def check_digit(digits: str) -> str:
    """ISO 7064 MOD 11,10: one decimal digit that finds every single wrong digit and nearly all swapped neighbours."""
    product = 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = (2 * total) % 11
    return str((11 - product) % 10)


def is_valid(digits: str) -> bool:
    return len(digits) > 1 and digits.isascii() and digits.isdigit() and check_digit(digits[:-1]) == digits[-1]


def child_code(number: int) -> str:
    """ "482-715-390" for a number below 10**8. It says nothing of the child: numbers are drawn, not counted."""
    digits = f"{number:0{_DIGITS}d}"
    digits += check_digit(digits)
    return "-".join((digits[:3], digits[3:6], digits[6:]))


def draw_code(draw: Callable[[int], int], *, taken: Callable[[str], bool]) -> str:
    """A code that no child has. `draw(n)` gives a random number below n."""
    while True:
        code = child_code(draw(10**_DIGITS))
        if not taken(code):
            return code


def read_code(text: str) -> str | None:
    """A code as typed or read out (ASCII digits, any separators) in its one spelling, or None if it cannot be one."""
    digits = "".join(character for character in text if character.isascii() and character.isdigit())
    if len(digits) != _DIGITS + 1 or not is_valid(digits):
        return None
    return "-".join((digits[:3], digits[3:6], digits[6:]))


def age_today(low: int | None, high: int | None, said_on: date | None, today: date) -> tuple[int, int] | None:
    """An age interval grows by itself: a year for each whole year since it was said, at both ends."""
    if low is None or high is None:
        return None
    years = 0
    if said_on is not None and today > said_on:
        years = today.year - said_on.year - ((today.month, today.day) < (said_on.month, said_on.day))
    return low + years, high + years


def adds_variety(pupil_ratio: float, kept: Collection[float]) -> bool:
    """Whether a template at this pupil ratio is worth keeping beside those that a child has."""
    return len(kept) < MAX_TEMPLATES and all(abs(pupil_ratio - ratio) >= OTHER_PUPIL for ratio in kept)
