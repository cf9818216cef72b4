"""Ways out that nobody planned: each its form, alarm, review and effect on clocks. Law: DOMAIN, exits."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from common.text import canonical_code, comparison_key
from registry.access.rules import Role
from registry.calendar.rules import Days, Due, Within
from registry.cases.forms import exits as forms
from registry.cases.forms.deciding import Purpose
from registry.cases.forms.fields import Form
from registry.cases.forms.following import ExitReview
from registry.cases.rules import interests
from registry.cases.rules.facts import Facts, Move
from registry.cases.rules.refusals import Refusal
from registry.cases.rules.states import CaseState


class Alarm(StrEnum):
    IMMEDIATE = "immediate"
    SAME_DAY = "same_day"
    NONE = "none"


class Clocks(StrEnum):
    RUN_ON = "run_on"
    """The child is still in our keeping: order and tasks go on."""
    STOP = "stop"
    """Keeping ended at this hour; what was due of the stay is put aside."""
    END = "end"
    """Nothing is due for this child any more, wherever it was, but what the exit itself opens."""
    SLOW = "slow"
    """Nothing ends; visits are fewer."""
    ANOTHER_CASE = "another_case"
    """The clocks of the case that survives count."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exit:
    name: str
    form: type[Form]
    alarm: Alarm
    told: frozenset[Role]
    review_by: frozenset[Role]
    review_within: Due
    clocks: Clocks
    leaves_to: CaseState | None
    """Where the case goes when the child was in our hands; None: it stays where it is."""
    opens: tuple[str, ...] = ()


_LINE = frozenset({Role.CASE_MANAGER, Role.CENTRE_MANAGER})
_ALL_UP = _LINE | {Role.COUNTY_OFFICER, Role.SAFEGUARDING_OFFICER}
_LEGAL = _LINE | {Role.LEGAL_OFFICER, Role.COUNTY_OFFICER}
_REVIEW = frozenset({Role.CENTRE_MANAGER, Role.COUNTY_OFFICER})
_GONE = CaseState.INTAKE

EXITS: Mapping[str, Exit] = MappingProxyType(
    {
        one.name: one
        for one in (
            Exit(name="ran_away", form=forms.RanAway, alarm=Alarm.IMMEDIATE, told=_ALL_UP, review_by=_REVIEW,
                 review_within=Within(hours=24), clocks=Clocks.STOP, leaves_to=_GONE, opens=("tracing",)),
            Exit(name="hospital", form=forms.InHospital, alarm=Alarm.SAME_DAY, told=_LINE, review_by=_REVIEW,
                 review_within=Within(hours=24), clocks=Clocks.RUN_ON, leaves_to=None),
            Exit(name="arrested", form=forms.Arrested, alarm=Alarm.IMMEDIATE, told=_LEGAL, review_by=_REVIEW,
                 review_within=Within(hours=24), clocks=Clocks.STOP, leaves_to=_GONE),
            Exit(name="taken_by_relative", form=forms.TakenByRelative, alarm=Alarm.IMMEDIATE, told=_ALL_UP,
                 review_by=_REVIEW, review_within=Within(hours=24), clocks=Clocks.STOP, leaves_to=_GONE,
                 opens=("home_visit",)),
            Exit(name="left_country", form=forms.LeftCountry, alarm=Alarm.SAME_DAY, told=_LEGAL, review_by=_REVIEW,
                 review_within=Days(3), clocks=Clocks.END, leaves_to=_GONE),
            Exit(name="died", form=forms.Died, alarm=Alarm.IMMEDIATE, told=_ALL_UP | _LEGAL, review_by=_REVIEW,
                 review_within=Within(hours=24), clocks=Clocks.END, leaves_to=_GONE),
            Exit(name="turned_18", form=forms.TurnedEighteen, alarm=Alarm.NONE, told=_LINE, review_by=_REVIEW,
                 review_within=Days(7), clocks=Clocks.END, leaves_to=_GONE, opens=("aftercare",)),
            Exit(name="found_adult", form=forms.FoundAdult, alarm=Alarm.SAME_DAY, told=_LEGAL, review_by=_REVIEW,
                 review_within=Days(3), clocks=Clocks.END, leaves_to=_GONE, opens=("aftercare",)),
            Exit(name="moved_province", form=forms.MovedProvince, alarm=Alarm.NONE, told=_LINE, review_by=_REVIEW,
                 review_within=Days(7), clocks=Clocks.RUN_ON, leaves_to=None),
            Exit(name="refuses_contact", form=forms.RefusesContact, alarm=Alarm.NONE, told=_LINE, review_by=_REVIEW,
                 review_within=Days(30), clocks=Clocks.SLOW, leaves_to=None),
            Exit(name="duplicate", form=forms.Duplicate, alarm=Alarm.NONE, told=_LINE | {Role.REVIEWER},
                 review_by=_REVIEW, review_within=Days(3), clocks=Clocks.ANOTHER_CASE, leaves_to=None),
        )
    }
)  # fmt: skip


def may_exit(form: Form, facts: Facts, now: datetime) -> Refusal | None:
    """An exit is a fact, so little can forbid writing it down: not before it happened, not eighteen by guess, and no
    child is let go to another province where nobody has taken it over."""
    if isinstance(form, forms.Seen) and form.seen_at > now:
        return Refusal.IN_THE_FUTURE
    if isinstance(form, forms.TurnedEighteen) and not facts.is_grown:
        return Refusal.NOT_YET_EIGHTEEN
    if isinstance(form, forms.MovedProvince):
        return _may_move(form, facts, now)
    return None


def may_correct_exit(form: Form, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001 - one shape for all
    return Refusal.IN_THE_FUTURE if isinstance(form, forms.Seen) and form.seen_at > now else None


def _may_move(form: forms.MovedProvince, facts: Facts, now: datetime) -> Refusal | None:
    """An office there has accepted the case, for which its best interests stood; or there is no office there, and who
    takes over is said."""
    if form.accepted_number is not None:
        taken = any(_is_move(move, form) and move.at >= facts.opened_at for move in facts.moves)
        return None if taken else Refusal.NO_ACCEPTED_TRANSFER
    if any(same_province(form.province, known) for known in facts.provinces):
        return Refusal.PROVINCE_HAS_OFFICE
    if not form.no_office_because:
        return Refusal.NO_ACCEPTED_TRANSFER
    return interests.why_not(Purpose.TRANSFER, facts, now)


def _is_move(move: Move, form: forms.MovedProvince) -> bool:
    crossed = not same_province(move.from_province, move.to_province)
    named = move.number == canonical_code(form.accepted_number or "")
    return crossed and named and same_province(move.to_province, form.province)


def same_province(one: str, other: str) -> bool:
    """However it is spelt, and with or without «استان» before it."""
    return _province(one) == _province(other)


def _province(name: str) -> str:
    return comparison_key(name).removeprefix("استان")


def unreviewed_exit(facts: Facts) -> str | None:
    """The exit that nobody has reviewed yet."""
    last = None
    for entry in facts.entries:
        if entry.at >= facts.opened_at:
            if entry.task in EXITS:
                last = entry.task
            elif entry.task == "exit_review":
                last = None
    return last


def gone_for_good(facts: Facts) -> str | None:
    """The exit after which nothing is due, unless a review found that our work for the child goes on."""
    last = None
    for entry in facts.entries:
        if entry.at >= facts.state_since:
            if entry.task in EXITS and EXITS[entry.task].clocks is Clocks.END:
                last = entry.task
            elif isinstance(entry.form, ExitReview) and entry.form.goes_on:
                last = None
    return last


def puts_aside(exit_name: str, open_tasks: Iterable[str]) -> frozenset[str]:
    """The open tasks that end with this exit, whatever the state of the case."""
    one = EXITS[exit_name]
    return frozenset(open_tasks) - {*one.opens, "exit_review"} if one.clocks is Clocks.END else frozenset()
