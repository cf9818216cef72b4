"""Synthetic names, places and words for the demo. No real person stands behind any of them."""

from typing import NamedTuple


class Spot(NamedTuple):
    """A public square; coordinates in degrees, rounded to about a hundred metres."""

    name: str
    latitude: float
    longitude: float


GIRLS = ("زهرا", "مرضیه", "فرشته", "پروانه", "گل‌نسا", "ستاره", "زرغونه", "نازنین", "مهتاب", "شکیبا", "رها", "بی‌بی‌گل")
BOYS = ("غلام‌سخی", "نورآقا", "امید", "احمدضیا", "سلمان", "مصطفی", "شیرین‌آقا", "حمید", "بهرام", "یونس", "فرهاد")
PLACES = (
    Spot("میدان خراسان", 35.667, 51.446),
    Spot("چهارراه ولی‌عصر", 35.701, 51.405),
    Spot("میدان شوش", 35.658, 51.424),
    Spot("بازار گل", 35.633, 51.464),
    Spot("میدان آزادی", 35.700, 51.338),
    Spot("پل مدیریت", 35.785, 51.370),
)
ACTIVITIES = ("دست‌فروشی", "شیشه‌پاک‌کنی", "فروش گل", "باربری", "بازیافت ضایعات", "همراه خانواده")
LANGUAGES = ("fa", "fa-AF", "ps", "ur")
