"""What a sound becomes by one slip of hand or ear: as far as a comparison would still call it worth a look. Pure.

Of a short name few slips are: of three letters only one taken for a close one. Whatever else is a letter away would be
looked up for nothing, and short names are the most common.
"""

from collections.abc import Iterator
from functools import lru_cache

from registry.names.rules import SWAPPED, Grade, extra, grade_sounds, near_within, taken_for

_LETTERS = "ابپتجچهخدرزژسشقفکگلمنوی"
_LEAST = 3
_ANY_SLIP = 1.0
_SOMETIMES_CHEAPER = frozenset("وها")
"""Two changes of these may cost less than the one that makes the same word: کوچی, کهچی."""


@lru_cache(maxsize=4096)
def slips(heard: str) -> frozenset[str]:
    """All that one letter left out, put in, swapped with its neighbour or taken for another makes of a sound."""
    if len(heard) < _LEAST:
        return frozenset()
    changed = (_changed if near_within(heard, heard) >= _ANY_SLIP else _changed_near)(heard)
    return frozenset(changed) - {heard, ""}


def _changed(heard: str) -> Iterator[str]:
    for at in range(len(heard) + 1):
        before, after = heard[:at], heard[at:]
        yield from (before + letter + after for letter in _LETTERS)
        if after:
            yield before + after[1:]
            yield from (before + letter + after[1:] for letter in _LETTERS)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def _changed_near(heard: str) -> Iterator[str]:
    for changed, cost, letters in _costs(heard):
        if cost <= near_within(heard, changed) or (
            _SOMETIMES_CHEAPER.issuperset(letters) and grade_sounds(heard, changed) > Grade.OTHER
        ):
            yield changed


def _costs(heard: str) -> Iterator[tuple[str, float, str]]:
    """Each changed sound, what the change costs, and the letters that it is of."""
    for at in range(len(heard) + 1):
        before, after = heard[:at], heard[at:]
        for letter in _LETTERS:
            yield (put_in := before + letter + after), extra(put_in, at), letter
        if not after:
            return
        yield before + after[1:], extra(heard, at), after[0]
        for letter in _LETTERS:
            yield (taken := before + letter + after[1:]), taken_for(heard, at, taken, at), after[0] + letter
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:], SWAPPED, after[:2]
