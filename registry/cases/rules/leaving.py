"""Who may leave, to whom: discharge, quasi-family care, closing. Law: DOMAIN, discharge and quasi-family care."""

from datetime import datetime, timedelta

from registry.cases.forms.deciding import Purpose
from registry.cases.forms.leaving import Closure, Discharge, Evidence, Home, QuasiFamily, Receiver, Referral
from registry.cases.rules import interests
from registry.cases.rules.exits import unreviewed_exit
from registry.cases.rules.facts import Facts, today
from registry.cases.rules.following import rhythm, visits_done
from registry.cases.rules.refusals import Refusal
from registry.cases.rules.states import FOLLOWED, IN_OUR_HANDS
from registry.names.rules import Grade, covers

INFANT_HOME_UNDER = 6


def may_discharge(form: Discharge, facts: Facts, now: datetime) -> Refusal | None:
    """Why this child may not leave yet, or None. A notice that waits for its answer is no reason."""
    if refused := interests.why_not(Purpose.DISCHARGE, facts, now):
        return refused
    if refused := why_not_receive(form.receiver) or why_not_to_this_home(form.receiver, facts):
        return refused
    if not form.orders_terms_met:
        return Refusal.ORDERS_TERMS_UNMET
    if not form.family_reviewed:
        return Refusal.FAMILY_NOT_REVIEWED
    if not form.belongings_returned:
        return Refusal.BELONGINGS_NOT_RETURNED
    return _why_not_first_visit(form, facts, now)


def why_not_receive(receiver: Receiver) -> Refusal | None:
    """The child is asked alone first; "no", fear or an unproved relation blocks, whoever asks."""
    if not receiver.child_asked_alone:
        return Refusal.CHILD_NOT_ASKED_ALONE
    if receiver.child_is_afraid:
        return Refusal.CHILD_IS_AFRAID
    if not receiver.child_wishes_to_go:
        return Refusal.CHILD_SAYS_NO
    if not receiver.child_knows_them:
        return Refusal.CHILD_DOES_NOT_KNOW_RECEIVER
    if receiver.alleged_exploiter:
        return Refusal.RECEIVER_ACCUSED
    return Refusal.RELATION_NOT_PROVED if receiver.evidence is Evidence.NONE else None


def why_not_to_this_home(receiver: Receiver, facts: Facts) -> Refusal | None:
    """Nobody hands a child to an adult who is kept away from it, nor into the home where such an adult lives.

    A part of the same name is enough: who bears it too is written with more of theirs.
    """
    if any(_may_be(receiver.name, one.name) for one in facts.kept_away):
        return Refusal.RECEIVER_KEPT_AWAY
    return Refusal.KEPT_AWAY_AT_HOME if any(one.at_home for one in facts.kept_away) else None


def _may_be(one: str, other: str) -> bool:
    return Grade.SAME in (covers(one, [other]), covers(other, [one]))


def _why_not_first_visit(form: Discharge, facts: Facts, now: datetime) -> Refusal | None:
    if form.first_follow_up_on < today(now):
        return Refusal.DATE_PASSED
    latest = facts.calendar.on_or_after(today(now) + timedelta(days=rhythm(facts).days[0]))
    return Refusal.FIRST_FOLLOW_UP_TOO_LATE if form.first_follow_up_on > latest else None


def may_place(form: QuasiFamily, facts: Facts, now: datetime) -> Refusal | None:
    """Grounds are the form's closed list, by court; a child under six goes to an infant home."""
    if refused := interests.why_not(Purpose.PLACEMENT, facts, now):
        return refused
    if form.ordered_on > today(now):
        return Refusal.IN_THE_FUTURE
    if facts.age is not None:
        youngest, oldest = facts.age
        if oldest < INFANT_HOME_UNDER and form.home is not Home.INFANT_HOME:
            return Refusal.UNDER_SIX_NEEDS_INFANT_HOME
        if youngest >= INFANT_HOME_UNDER and form.home is Home.INFANT_HOME:
            return Refusal.TOO_OLD_FOR_INFANT_HOME
    return None


def may_correct_placement(form: QuasiFamily, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001
    return Refusal.IN_THE_FUTURE if form.ordered_on > today(now) else None


def may_refer(form: Referral, facts: Facts, now: datetime) -> Refusal | None:
    """A service beside the case needs its list and an end; a receiver who takes over the child needs best interests."""
    if form.ends_on < today(now):
        return Refusal.DATE_PASSED
    return interests.why_not(Purpose.PLACEMENT, facts, now) if form.moves_child else None


def may_close(form: Closure, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001 - one shape for all
    if facts.state in IN_OUR_HANDS:
        return Refusal.CHILD_STILL_IN_OUR_HANDS
    if unreviewed_exit(facts):
        return Refusal.REVIEW_OF_EXIT_WAITS
    if facts.open_promises:
        return Refusal.PROMISES_OPEN
    unfinished = facts.state in FOLLOWED and visits_done(facts) < len(rhythm(facts).days)
    ended = any(True for _ in facts.of("exit_review", facts.state_since))
    if unfinished and not ended:
        return Refusal.FOLLOW_UP_UNFINISHED
    return None
