"""How a page says things, in one language at one moment. Templates know it as `say`."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from common import text, time
from registry.web.strings import catalogue

# Known and new look alike on purpose: they differ by word and shape, never as a verdict.
OUTCOME_LOOK: Mapping[str, tuple[str, str]] = {
    "known": ("teal", "history"),
    "new": ("teal", "circle-dot"),
    "review": ("saffron", "clock"),
    "cannot_tell": ("saffron", "rotate-ccw"),
    "no_iris": ("", "eye-off"),
}
_VAN = re.compile(r"^van[-_ ]?0*(\d+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    language: str
    now: datetime

    @property
    def direction(self) -> str:
        return "rtl" if self.language == "fa" else "ltr"

    @property
    def today(self) -> date:
        return time.in_tehran(self.now).date()

    def t(self, key: str, **values: object) -> str:
        """The catalogue's text, filled in; "one|many" is chosen by `n` (English). Errors: KeyError, no such key."""
        found = catalogue(self.language)[key]
        if "|" in found:
            one, many = found.split("|", 1)
            found = one if values.get("n") == 1 else many
        shown = {name: self.digits(value) if isinstance(value, int) else value for name, value in values.items()}
        if any(isinstance(value, Markup) for value in shown.values()):
            return Markup(found).format(**shown)  # noqa: S704  # the catalogue is ours; what is filled in is escaped
        return found.format(**shown) if shown else found

    def known(self, key: str) -> str | None:
        """The catalogue's text, or None where it has none: for words that other parts of the house invent."""
        return catalogue(self.language).get(key)

    def why(self, reasons: str) -> str:
        """A decision's reasons ("score_between,late_wider") as sentences; "" where none is for people."""
        known = [self.known(f"why.{reason}") for reason in reasons.split(",")]
        return ("؛ " if self.language == "fa" else "; ").join(text for text in known if text)

    def digits(self, value: object) -> str:
        return text.localise(value, self.language)

    def code(self, code: str) -> Markup:
        return text.isolate(code, language=self.language)

    def name(self, given_name: str | None) -> str:
        """The name as said, or that none was said."""
        return given_name or self.t("child.unnamed")

    def age(self, low: int | None, high: int | None, method: str | None = None, said_on: date | None = None) -> str:
        """«۱۱ تا ۱۲ سال», grown by the years since it was said; "" when nothing is known."""
        if low is None or high is None:
            return ""
        grown = (self.today - said_on).days // 365 if said_on else 0
        low, high = low + grown, high + grown
        shown = self.t("age.one", n=low) if low == high else self.t("age.between", low=low, high=high)
        return f"{self.t('age.about')} {shown}" if method == "estimated" and low == high else shown

    def outcome_look(self, outcome: str) -> tuple[str, str]:
        """Tone and icon of an outcome's chip."""
        return OUTCOME_LOOK[outcome]

    def team(self, team: str) -> str:
        """«ون ۲» for "van-2"; another name as it is."""
        number = _VAN.match(team)
        return self.t("team.van", number=int(number[1])) if number else self.digits(team)

    def moment(self, instant: datetime) -> Markup:
        """A `<time>` that says the moment, and the Gregorian date to whoever hovers over it."""
        return _time(
            instant.isoformat(), self._gregorian(instant), time.moment(instant, self.now, language=self.language)
        )

    def clock(self, instant: datetime) -> Markup:
        """Only the hour, where the day stands beside it."""
        shown = time.clock_time(instant, language=self.language)
        return _time(instant.isoformat(), self._gregorian(instant), shown)

    def elapsed(self, instant: datetime) -> Markup:
        shown = time.elapsed(instant, self.now, language=self.language)
        return _time(instant.isoformat(), self._gregorian(instant), shown)

    def day(self, day: date, *, year: bool = True) -> Markup:
        shown = time.jalali(day, language=self.language, year=year)
        return _time(day.isoformat(), time.gregorian(day), shown)

    def near(self, day: date) -> Markup:
        """«فردا», «۳ روز مانده» or the Jalali date; the whole date on hover."""
        whole = f"{time.jalali(day, language=self.language)} · {time.gregorian(day)}"
        return _time(day.isoformat(), whole, time.near_date(day, self.today, language=self.language))

    def due(self, instant: datetime) -> Markup:
        """Until when: hours while it is near, lateness in words once it has passed."""
        minutes = int((instant - self.now).total_seconds() // 60)
        unit, number = ("hours", abs(minutes) // 60) if abs(minutes) < 48 * 60 else ("days", abs(minutes) // 1440)
        if number == 0:
            unit, number = "minutes", abs(minutes)
        shown = self.t(f"due.{'left' if minutes >= 0 else 'late'}_{unit}", n=number)
        return _time(instant.isoformat(), self._gregorian(instant), shown)

    def is_late(self, instant: datetime | None) -> bool:
        return instant is not None and instant < self.now

    def _gregorian(self, instant: datetime) -> str:
        local = time.in_tehran(instant)
        return f"{time.gregorian(local.date())}, {local:%H:%M}"


def _time(machine: str, title: str, shown: str) -> Markup:
    return Markup('<time datetime="{}" title="{}">{}</time>').format(machine, title, shown)
