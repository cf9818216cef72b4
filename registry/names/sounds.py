"""What a written name sounds like: one spelling for all the letters that a clerk may have heard in it.

A key is compared and never shown. It is made for Persian, Dari, Pashto, Arabic and Urdu names in Arabic letters, as
people of one of these languages write down names of another. Pure.
"""

import re
import unicodedata
from functools import lru_cache

from common.text import comparison_key

_REMEMBERED = 16_384
"""Names repeat, and a page of a search hears thousands: thirty rules for each word would be most of its time."""

# One sound in Persian mouths, several letters. ع is only a place where a vowel begins.
_HOMOPHONES = str.maketrans("ثصذضظطحغع", "سسزززتهقا")
_HAMZA_BEFORE_WAW = re.compile("[ئؤء](?=[وؤ])")
_HAMZA_ON_A_SEAT = str.maketrans({"ئ": "ی", "ؤ": "و", "أ": "ا", "إ": "ا"})
_WORD = re.compile(r"[^\W_]+")
_TWICE = re.compile(r"([^ا])\1+")
_LAST_ALEF_WRITTEN_YEH = re.compile(
    "^(موس|ایس|مستف|مرتز|مجتب|یهی|لیل|سقر|کبر|توب|هد|سلم|بشر|نجو|سلو|لبن|یسر|من|ازم|ند|لم|مه)ی$"
)
# Older and Koranic spellings leave out an alef that everybody says.
_UNWRITTEN_ALEF = (
    ("رهمن$", "رهمان"), ("اسهق$", "اسهاق"), ("^ا?سما*ی+ل$|اسما*ی+ل$", "اسماایل"), ("ابرهیم$", "ابراهیم"),
    ("هرون$", "هارون"),
    ("سلیمن$", "سلیمان"), ("لقمن$", "لقمان"), ("اسمن$", "اسمان"), ("امرن$", "امران"), ("^یا?سین$|^یس$", "یاسین"),
    ("^ته$", "تاها"),
)  # fmt: skip
_SAID_OTHERWISE = (
    ("خوا(?=[هجن])", "خا"),
    ("^ممد", "مهمد"),
    ("^ابو?ا?ل(?=...)", "ابول"),
    ("^زوال(?=...)", "زول"),
    ("(?<=^ابد)ا?ل(?=...)", ""),  # the article after عبد, written or not
    ("(?<=...)ا?ل?له$", "له"),  # … of God: الله, اله, لله
    ("(?<=..)ال(?=(دین|هق|رهمان)$)", ""),
    ("^ال(?!کوز)(?=...+ی$)", ""),  # الزبیدی, زبیدی: of a tribe or a town
    ("^شاه(?=...)", "شا"),
    ("^زهره$", "زوهره"),  # not زهرا: the ending alone would not tell them apart
    ("^پوری[اه]$", "پاوریا"),  # not پریا: its و is said long, no short u that some leave out
)
_RULES = tuple((re.compile(found), said) for found, said in (*_UNWRITTEN_ALEF, *_SAID_OTHERWISE))


@lru_cache(maxsize=_REMEMBERED)
def words(name: str) -> tuple[str, ...]:
    """The words of a name, each as it is compared: divided at spaces, half-spaces and punctuation."""
    seated = _HAMZA_BEFORE_WAW.sub("", name.replace("ـ", "")).translate(_HAMZA_ON_A_SEAT)
    bare = "".join(sign for sign in unicodedata.normalize("NFKD", seated) if not unicodedata.combining(sign))
    keys = (comparison_key(word) for word in _WORD.findall(bare))
    return tuple(key for key in keys if key)


@lru_cache(maxsize=_REMEMBERED)
def sound(word: str) -> str:
    """How one word of a name (from `words`) sounds."""
    heard = word.translate(_HOMOPHONES)
    for found, said in _RULES:
        heard = found.sub(said, heard)
    return _TWICE.sub(r"\1", _LAST_ALEF_WRITTEN_YEH.sub(r"\1ا", heard))
