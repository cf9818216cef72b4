"""Codes, ages, how many templates a child may have, and who reads and writes a child's record. Pure."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date

from registry.access.rules import Role
from registry.children.partial_dates import age_range
from registry.children.record import ChildRecord

WRITES_RECORD = frozenset({Role.SCREENING, Role.PSYCHOLOGIST, Role.SOCIAL_WORKER, Role.CASE_MANAGER})
READS_RECORD = WRITES_RECORD | {Role.CLINICIAN, Role.LEGAL_OFFICER, Role.CENTRE_MANAGER}
FOR_WRITERS_ONLY = frozenset({"sleeping_place", "safe_contacts", "lives_with"})
"""Where a child sleeps and whom it trusts: a family's own workers, nobody else."""
SEALS = frozenset({Role.SAFEGUARDING_OFFICER})

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


def age_on(record: ChildRecord, today: date) -> tuple[int, int] | None:
    """The youngest and oldest that the child can be: by its birth where that is on record, else by the age said."""
    if record.birth is not None:
        return age_range(record.birth.when, today)
    if record.age is None:
        return None
    return age_today(record.age.low, record.age.high, record.age.said_on, today)


@dataclass(frozen=True, slots=True)
class KeptAge:
    """An interval and the day from which it ages by itself (`age_today`)."""

    low: int
    high: int
    method: str
    on: date


def kept_age(record: ChildRecord, today: date) -> KeptAge | None:
    """The age that lists, the van and the law go by: of the birth where that is on record, else the one said."""
    if record.birth is not None:
        born = record.birth.when
        on = _last_birthday(born.last, today)
        low = age_range(born, on)[0]
        return KeptAge(low, low + (born.precision != "day"), str(record.birth.method), on)
    if record.age is None:
        return None
    return KeptAge(record.age.low, record.age.high, str(record.age.method), record.age.said_on)


def _last_birthday(born: date, today: date) -> date:
    """The last one up to today; the birth itself where it may still lie ahead."""
    if born > today:
        return born
    this_year = _birthday(born, today.year)
    return this_year if this_year <= today else _birthday(born, today.year - 1)


def _birthday(born: date, year: int) -> date:
    try:
        return born.replace(year=year)
    except ValueError:  # born on the 29th of February
        return date(year, 3, 1)


def hidden_from(roles: Collection[Role]) -> frozenset[str]:
    """The fields of a record that somebody with these roles is not shown."""
    return frozenset() if WRITES_RECORD & set(roles) else FOR_WRITERS_ONLY


def lies_ahead(record: ChildRecord, today: date) -> str | None:
    """The first field with a date that has not come yet, or None: nobody has seen or heard anything then."""
    if record.birth is not None and record.birth.when.first > today:
        return "birth"
    said = {
        "age": [record.age.said_on] if record.age else [],
        "papers": [paper.seen_on for paper in record.papers],
        "nationality": [claim.on for claim in record.nationality if claim.on],
        "safety_alerts": [alert.since for alert in record.safety_alerts],
    }
    return next((field for field, days in said.items() if any(day > today for day in days)), None)


def differing(one: ChildRecord, other: ChildRecord) -> tuple[str, ...]:
    """The fields in which two versions differ, in the form's order."""
    return tuple(name for name in ChildRecord.model_fields if getattr(one, name) != getattr(other, name))
