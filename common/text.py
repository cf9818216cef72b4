"""Persian text: digits in and out, names made comparable, codes kept left-to-right.

Text a person typed is stored as typed; only what is compared or counted goes through here.
"""

import re
import unicodedata

from markupsafe import Markup

PERSIAN_DIGITS = "۰۱۲۳۴۵۶۷۸۹"
ARABIC_DIGITS = "٠١٢٣٤٥٦٧٨٩"
ASCII_DIGITS = "0123456789"

_TO_PERSIAN = str.maketrans(ASCII_DIGITS + ARABIC_DIGITS, PERSIAN_DIGITS * 2)
_TO_ASCII = str.maketrans(PERSIAN_DIGITS + ARABIC_DIGITS, ASCII_DIGITS * 2)

ZERO_WIDTH_NON_JOINER = "\u200c"

# Letters that name one sound with several code points, by keyboard (Arabic, Urdu, Pashto, Dari) or by font.
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("يىېۍئےۓ", "ی"),
        **dict.fromkeys("كڪ", "ک"),
        "ګ": "گ",
        **dict.fromkeys("ةۀۂہەھۃ", "ه"),
        **dict.fromkeys("أإآٱ", "ا"),
        **dict.fromkeys("ؤۇۈۋ", "و"),
        **dict.fromkeys("ڼں", "ن"),
        **dict.fromkeys("ټٹ", "ت"),
        **dict.fromkeys("ډڈ", "د"),
        **dict.fromkeys("ړڑ", "ر"),
        "ږ": "ژ",
        "ښ": "ش",
        "ځ": "ز",
        "څ": "س",
        "ء": "",
        "ـ": "",
    }
)

_SEPARATORS = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2066-\u2069\u00a0\-_.،٫٬'’ʼ]+")
_NOT_FOR_READING = re.compile(r"[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def to_persian_digits(text: object) -> str:
    """Every 0–9 and ٠–٩ shown as ۰–۹; everything else as it was."""
    return str(text).translate(_TO_PERSIAN)


def to_ascii_digits(text: str) -> str:
    """Every ۰–۹ and ٠–٩ as 0–9, the form in which numbers and codes are stored."""
    return text.translate(_TO_ASCII)


def parse_integer(text: str) -> int:
    """A whole number in any of the three digit families, with or without thousands separators.

    Errors: ValueError when it is not a whole number.
    """
    plain = to_ascii_digits(text).strip().replace("٬", "").replace(",", "").replace("−", "-")
    if not re.fullmatch(r"-?[0-9]+", plain):
        raise ValueError(f"not a whole number: {text!r}")
    return int(plain)


def comparison_key(name: str) -> str:
    """A name as it is compared: one code point a letter, no diacritics, no half-space or space, ASCII digits.

    «محمّد‌ رضا», «محمدرضا» and «مُحَمَد رضا» get one key; the name itself is stored as written.
    """
    decomposed = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _SEPARATORS.sub("", to_ascii_digits(bare.translate(_LETTERS))).casefold()


def contains_name(haystack: str, needle: str) -> bool:
    """Whether `needle` as someone typed it occurs in a name as someone else wrote it."""
    return comparison_key(needle) in comparison_key(haystack)


def canonical_code(text: str) -> str:
    """A code as typed or pasted, in the form in which codes are stored: ASCII, upper case, no direction marks."""
    plain = _NOT_FOR_READING.sub("", to_ascii_digits(text))
    return re.sub(r"\s+", "", plain).replace("–", "-").replace("−", "-").upper()


def count(number: int, noun: str, *, language: str = "fa") -> str:
    """A number with its noun: «۳ کودک», "1 child", "3 children" (`noun` is "child|children" in English)."""
    if language == "fa":
        return f"{to_persian_digits(number)} {noun}"
    one, _, many = noun.partition("|")
    return f"{number} {one if number == 1 or not many else many}"


def localise(text: object, language: str) -> str:
    """Digits as `language` reads them."""
    return to_persian_digits(text) if language in ("fa", "prs", "ps") else str(text)


def isolate(code: object, *, language: str = "fa") -> Markup:
    """A code or number kept left-to-right inside right-to-left text, and in one piece.

    Shown in the reader's digits; the page's script puts ASCII on the clipboard.
    """
    return Markup('<bdi dir="ltr" class="code">{}</bdi>').format(localise(code, language))


def spoken_groups(code: str) -> tuple[str, ...]:
    """The groups in which a code is read aloud: split at its hyphens, then into twos and threes from the left."""
    groups: list[str] = []
    for part in to_ascii_digits(code).split("-"):
        while len(part) > 4:
            groups.append(part[:2] if len(part) % 2 == 0 else part[:3])
            part = part[len(groups[-1]) :]
        if part:
            groups.append(part)
    return tuple(groups)
