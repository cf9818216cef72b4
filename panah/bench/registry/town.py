"""Whom one meets in the streets of the bench: names of five languages, places, words. No real person stands behind
any of them; how often a name is given falls off as it does in life, so that a search meets common and rare ones."""

from dataclasses import dataclass
from random import Random

_BOYS = {
    "fa": "محمد علی امیرحسین رضا حسین مهدی محمدرضا ابوالفضل امیرعلی امید فرهاد سینا پوریا بهرام یونس آرش کیان سامان",
    "fa-AF": "احمد نورآقا احمدضیا غلام‌سخی شیرین‌آقا عبدالله محمدعلی ذبیح‌الله نجیب‌الله عزیزالله سخی‌داد غلام‌حیدر عوض",
    "ps": "ګل‌خان عبدالرحمن زرین شیرمحمد خیال‌محمد جان‌محمد باران بریالی توریالی اسدالله نور‌محمد",
    "ar": "علی حسین عباس کرار مصطفی جعفر عبدالزهره سجاد کاظم ماجد",
    "ur": "محمد‌علی غلام‌رسول عمران شاهد ندیم بلال اکبر سلمان وقاص عامر",
}  # fmt: skip
_GIRLS = {
    "fa": "فاطمه زهرا زینب مریم نازنین‌زهرا ریحانه سارا رها ستاره پریا معصومه هستی یگانه نرگس لیلا مهتاب",
    "fa-AF": "مرضیه شکیبا گل‌نسا بی‌بی‌گل زرغونه پروانه فرشته رقیه معصومه شکریه نوریه حلیمه راضیه",
    "ps": "ګلالۍ زرغونه پښتنه شیما نازو ملالۍ تورپیکۍ شاه‌بی‌بی",
    "ar": "زهراء زینب نور حوراء بنین فاطمه رقیه هدی آیات",
    "ur": "فاطمه عائشه شازیه ثمینه نسرین کلثوم رضیه بشری",
}  # fmt: skip
_STEMS = (
    "احمد محمد رضا کریم رحیم حسن حسین نور قاسم اکبر صفر یوسف موسی عیسی حیدر سلطان یعقوب جعفر شریف غفور صادق نظر امان "
    "قربان بهرام جمشید مراد یار ناصر منصور کمال جلال"
)
_ENDINGS = ("ی", "‌زاده", "‌پور", "یان", "‌نژاد", "ی‌فر", "‌وند", "زی", "ی‌نیا")
_PLACES = (
    "میدان خراسان|چهارراه ولی‌عصر|میدان شوش|بازار گل|میدان آزادی|پل مدیریت|میدان تجریش|چهارراه پارک‌وی|میدان رسالت|"
    "خیابان مولوی|پارک هرندی|دروازه غار|میدان راه‌آهن|میدان انقلاب|پل سیدخندان|میدان ونک|بازار تهران|ترمینال جنوب"
)
_ACTIVITIES = ("دست‌فروشی", "شیشه‌پاک‌کنی", "فروش گل", "باربری", "بازیافت ضایعات", "همراه خانواده")
_SHARES = {"fa": 40, "fa-AF": 35, "ps": 10, "ar": 8, "ur": 7}
COUNTRIES = {"fa": "IR", "fa-AF": "AF", "ps": "AF", "ar": "IQ", "ur": "PK"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    given: str
    father: str
    grandfather: str
    family: str | None
    """None for a mononym."""
    sex: str
    language: str
    age: int


class Town:
    def __init__(self, draw: Random) -> None:
        self._draw = draw
        self.places = _PLACES.split("|")
        self.activities = _ACTIVITIES
        self._stems = _STEMS.split()
        self._given = {
            (sex, language): self._with_doubles(names.split(), sex)
            for sex, of in (("boy", _BOYS), ("girl", _GIRLS))
            for language, names in of.items()
        }

    def _with_doubles(self, names: list[str], sex: str) -> list[str]:
        """Double names are as common as single ones, and each is rarer."""
        first = ("محمد", "امیر", "علی", "غلام") if sex == "boy" else ("بی‌بی", "گل", "نازنین", "فاطمه")
        return names + [f"{one} {name}" for one in first for name in names if one != name]

    def _often(self, names: list[str]) -> str:
        """The first of a list are given most often."""
        return names[int(len(names) * self._draw.random() ** 2.2)]

    def person(self) -> Person:
        draw = self._draw
        language = draw.choices(list(_SHARES), list(_SHARES.values()))[0]
        sex = "boy" if draw.random() < 0.72 else "girl"
        fathers = self._given["boy", language]
        mononym = language in ("fa-AF", "ps") and draw.random() < 0.4
        return Person(
            given=self._often(self._given[sex, language]), father=self._often(fathers),
            grandfather=self._often(fathers), family=None if mononym else self._family(), sex=sex, language=language,
            age=min(17, max(4, int(draw.gauss(11, 3)))),
        )  # fmt: skip

    def _family(self) -> str:
        stem = self._often(self._stems) + (self._draw.choice(self._stems) if self._draw.random() < 0.3 else "")
        return stem + self._often(list(_ENDINGS))
