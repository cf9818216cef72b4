"""Who plays: names, ages, places and the order of the chapters, drawn anew for every run. All of them are invented."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from panah.demo.names import ACTIVITIES, BOYS, GIRLS, PLACES, Spot

FATHERS = ("عبدالله", "غلام‌رضا", "نورمحمد", "کریم", "یعقوب", "محمّد", "رحیم‌الله", "ناصر", "سلیمان", "گل‌آقا")
WOMEN = ("مریم", "حمیده", "گل‌بی‌بی", "نرگس", "صدیقه", "زیبا", "فاطمه", "رقیه")
STAFF = (
    "نسرین کاظمی", "بابک نوری", "لیلا صادقی", "کاوه رستمی", "مینا احمدپور", "سارا یزدانی", "امیر توکلی", "پریسا مرادی",
    "حسین شریفی", "نگار فلاح", "مهدی سلطانی", "شیرین بهرامی", "آرش دانا", "ژاله امینی", "پیمان راد", "هما نیک‌پور",
    "گلناز شکوهی", "یاشار ملکی",
)  # fmt: skip
CHAPTERS = ("home_again", "siblings", "without_family", "refuses_iris", "runaway", "doubtful", "moves_away")
CHILDREN = 8
"""One a chapter, and a sibling."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """One child of the story."""

    name: str
    fathers_name: str
    sex: Literal["girl", "boy"]
    age: int
    eye_seed: int
    mother: str
    spot: Spot
    activity: str
    language: str

    @property
    def age_band(self) -> str:
        return "6-11" if self.age < 12 else "12-14" if self.age < 15 else "15-17"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cast:
    seed: int
    order: tuple[str, ...]
    players: tuple[Player, ...]
    """Of different names, so that nobody is taken for another in the account."""
    staff: tuple[str, ...]


def draw(seed: int) -> Cast:
    rng = random.Random(seed)  # noqa: S311 - a repeatable story, not a secret
    names = [*((name, "girl") for name in GIRLS), *((name, "boy") for name in BOYS)]
    rng.shuffle(names)
    order = list(CHAPTERS)
    rng.shuffle(order)
    players = tuple(_player(rng, name, sex, seed, k) for k, (name, sex) in enumerate(names[:CHILDREN]))
    return Cast(seed=seed, order=tuple(order), players=players, staff=tuple(rng.sample(STAFF, len(STAFF))))


def _player(rng: random.Random, name: str, sex: str, seed: int, number: int) -> Player:
    return Player(
        name=name, fathers_name=_one(rng, FATHERS), sex="girl" if sex == "girl" else "boy", age=rng.randint(7, 16),
        eye_seed=seed % 1_000_003 * 101 + number, mother=_one(rng, WOMEN), spot=rng.choice(PLACES),
        activity=_one(rng, ACTIVITIES), language=_one(rng, ("fa", "fa-AF", "ps")),
    )  # fmt: skip


def _one(rng: random.Random, words: Sequence[str]) -> str:
    return rng.choice(words)
