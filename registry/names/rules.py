"""Whether two written names are one name. Pure.

`SAME`: spellings of one name. `NEAR`: they differ by what a slip of hand or ear may have done, and a person should
look. `OTHER`: two names. Nobody is merged by any of these: they order what a person is shown. A discharge alone is
refused by a name: to who may be an adult that is kept away from the child.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate

from registry.names.sounds import sound, words


class Grade(IntEnum):
    OTHER = 0
    NEAR = 1
    SAME = 2


SAME_WITHIN = 0.4
SLIPS_A_LETTER = 0.2
MOST_APART = 1.5
MOST_WORDS = 6
MOST_ASKED = 4
"""So many words of a typed name are looked for; more would only leave out who has fewer on record."""
LONGEST_RUN = 3
"""So many words at most are tried as one: «عبد ال رحمن»."""

_BEFORE = frozenset(
    words(
        "سید سیده السید حاج حاجی حجی الحاج اقا اقای خانم دکتر مهندس استاد استاذ کربلایی کل مشهدی مش مشدی ملا الملا "
        "مولوی شیخ الشیخ میرزا خلیفه مسز جناب مرحوم شهید بیبی"
    )
)
_AFTER = frozenset(words("خان خانم جان صاحب بیگم بیبی سادات"))
_ANYWHERE = frozenset(words("سادات"))
_WRITTEN_ON = re.compile("^سید(?=...)")
_BIBI = words("بی بی")

# Letters that one hears or writes for the other, and what taking one for the other costs; any two others cost 1.
_CLOSE = {
    frozenset(pair): cost
    for pair, cost in {
        "پب": 0.4, "گک": 0.4, "گج": 0.5, "چج": 0.4, "چش": 0.5, "ژز": 0.4, "ژج": 0.5, "ژگ": 0.4, "شخ": 0.6, "سچ": 0.5,
        "زج": 0.5, "فپ": 0.4, "وب": 0.6, "دت": 0.6, "کق": 0.6, "هخ": 0.7, "هج": 0.7, "خج": 0.7, "دز": 0.7, "رز": 0.7,
        "او": 0.7, "ای": 0.8,
    }.items()
}  # fmt: skip
_BREATHED = frozenset("بپتدکگجچ")
"""Urdu writes these with a breath (بھ, گھ); whoever hears it otherwise leaves the ه out."""


def grade(one: str, other: str) -> Grade:
    """How alike two whole names are, however they are divided into words and whatever title stands with them."""
    best = Grade.OTHER
    for a in _spoken(one):
        for b in _spoken(other):
            best = max(best, grade_sounds(a, b))
    return best


def grade_sounds(a: str, b: str) -> Grade:
    apart = distance(a, b)
    if apart <= SAME_WITHIN:
        return Grade.SAME
    return Grade.NEAR if apart <= near_within(a, b) else Grade.OTHER


def near_within(a: str, b: str) -> float:
    """So far apart two sounds are still worth a look."""
    return min(MOST_APART, SLIPS_A_LETTER * max(len(a), len(b)))


def covers(typed: str, names: Iterable[str]) -> Grade:
    """How well a child's names, taken together, hold every part of what was typed."""
    stored = {sound("".join(run)) for name in names for run in kept_runs(name)}
    ways = [[sound("".join(run)) for run in way] for way in divisions(asked_words(typed)) if way]
    return max((min(_best(part, stored) for part in way) for way in ways), default=Grade.OTHER)


def asked_words(typed: str) -> tuple[str, ...]:
    return without_titles(words(typed)[:MOST_WORDS])[:MOST_ASKED]


def kept_runs(name: str) -> Iterator[tuple[str, ...]]:
    """All by which a name on record is found: its words, and its neighbouring words as one, with titles and without."""
    parts = words(name)[:MOST_WORDS]
    for way in {parts, without_titles(parts)} if parts else ():
        yield from runs(way)


def runs(parts: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """Every one, two or three neighbouring words, and all of them."""
    for length in {*range(1, min(LONGEST_RUN, len(parts)) + 1), len(parts)}:
        for start in range(len(parts) - length + 1):
            yield tuple(parts[start : start + length])


def divisions(parts: Sequence[str]) -> Iterator[tuple[tuple[str, ...], ...]]:
    """Every way to divide the words into runs, the one with most parts first."""
    if not parts:
        yield ()
        return
    for length in range(1, min(LONGEST_RUN, len(parts)) + 1):
        for rest in divisions(parts[length:]):
            yield (tuple(parts[:length]), *rest)


def without_titles(parts: Sequence[str]) -> tuple[str, ...]:
    """The words without forms of address, as long as a name remains: «آقا سید حسین» is حسین, «سید» alone stays."""
    left = tuple(_WRITTEN_ON.sub("", part) for part in parts)
    while len(left) > 1:
        if left[:2] == _BIBI and len(left) > 2:
            left = left[2:]
        elif left[-2:] == _BIBI and len(left) > 2:
            left = left[:-2]
        elif left[0] in _BEFORE:
            left = left[1:]
        elif left[-1] in _AFTER:
            left = left[:-1]
        elif set(left) & _ANYWHERE:
            left = tuple(part for part in left if part not in _ANYWHERE)
        else:
            break
    return left or tuple(parts)


def _best(part: str, stored: Collection[str]) -> Grade:
    if part in stored:
        return Grade.SAME
    return max((grade_sounds(part, one) for one in stored), default=Grade.OTHER)


def _spoken(name: str) -> frozenset[str]:
    """The ways to say the whole name: with and without titles, its words heard apart or as one."""
    parts = words(name)[:MOST_WORDS]
    if not parts:
        return frozenset()
    ways = {parts, without_titles(parts)}
    return frozenset({sound("".join(way)) for way in ways} | {"".join(map(sound, way)) for way in ways})


@lru_cache(maxsize=65_536)
def distance(a: str, b: str) -> float:
    """The least that turns one sound into the other: letters taken for each other, left out, put in or swapped.

    Called far, and given up early, where it is more than what is worth a look.
    """
    most = near_within(a, b)
    if _LEAST_FOR_A_LETTER * max(len(set(a) - set(b)), len(set(b) - set(a))) > most + _LESS_FOR_ONE:
        return _FAR
    put_in = [extra(b, j) for j in range(len(b))]
    earlier, row = [_FAR] * (len(b) + 1), [0.0, *accumulate(put_in)]
    for i, letter in enumerate(a):
        left_out, below = extra(a, i), row[0] + extra(a, i)
        following = [below]
        for j, other in enumerate(b):
            below = min(
                row[j + 1] + left_out, below + put_in[j], row[j] if letter == other else row[j] + taken_for(a, i, b, j)
            )
            if i and j and letter == b[j - 1] and other == a[i - 1]:
                below = min(below, earlier[j - 1] + SWAPPED)
            following.append(below)
        if min(following) > most and min(row) > most:
            return _FAR
        earlier, row = row, following
    return row[-1] if row[-1] <= most else _FAR


SWAPPED = 0.7
_FAR = 99.0
_LEAST_FOR_A_LETTER, _LESS_FOR_ONE = 0.4, 0.1
"""Of what stands below: no letter of another kind costs less, but for one short u."""


def extra(word: str, at: int) -> float:
    """What a letter costs that only one of the two has."""
    letter = word[at]
    if letter == "و" and at == 1:
        return 0.3  # the short u after a first consonant: مراد, موراد
    if letter == "و":
        return 0.8
    if letter == "ه" and 0 < at < len(word) - 1 and word[at - 1] in _BREATHED:
        return 0.4
    if letter == "ا" and at == 1 and word[0] == "ا":
        return 0.5  # عامر, آمر; but علی and عالی are two
    return 0.7 if letter == "ی" and at == 1 else 1.0


def taken_for(a: str, i: int, b: str, j: int) -> float:
    x, y = a[i], b[j]
    if x == y:
        return 0.0
    if {x, y} == {"ا", "ه"} and i == len(a) - 1 and j == len(b) - 1:
        return 0.4
    return _CLOSE.get(frozenset((x, y)), 1.0)
