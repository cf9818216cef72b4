"""At home and afterwards: visits, plan, follow-up, tracing; how promises and commitments end."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from registry.cases.forms.fields import Day, Form, Line, Lines, Note, Words


class HomeVisit(Form):
    """With a second visitor."""

    visited_on: Day
    found: bool
    met: Lines = ()
    household: Note = ""
    income: Note = ""
    rent: Note = ""
    debts: Note = ""
    documents: Note = ""
    school_barrier: Note = ""
    danger: Note = ""
    needs: Note = ""
    strengths: Note = ""
    childs_place: Note = ""
    what_next: Words


class Action(Form):
    what: Line
    who: Line
    by_when: Day


class Plan(Form):
    goals: Annotated[Lines, Field(min_length=1)]
    actions: Annotated[tuple[Action, ...], Field(min_length=1, max_length=50)]
    agreed_with_child: bool
    agreed_with_family: bool
    not_agreed_because: Note = ""
    first_aid_to_family: Note = ""


class FollowUp(Form):
    visited_on: Day
    met_child: bool
    safe: bool
    school: Note = ""
    work_and_skills: Note = ""
    livelihood_aid: Note = ""
    referrals: Lines = ()
    promises_talked_over: bool
    """Ours, kept and unkept, come before any question about the guardian's."""
    notes: Words


class Tracing(Form):
    """The search for relatives. What is found goes to the child's worker, never to who inquires."""

    sought: Lines
    how: Words
    found: Note = ""
    continues: bool = True


class Aftercare(Form):
    """At eighteen: from a child's protection to a young adult's own plan."""

    with_whom: Line
    home: Note = ""
    work_or_school: Note = ""
    papers: Note = ""
    agreed: bool
    notes: Words


class ExitReview(Form):
    found: Words
    learnt: Note = ""
    goes_on: bool
    """Whether our work for this child goes on."""


class PromiseEnds(StrEnum):
    KEPT = "kept"
    BROKEN = "broken"


class CommitmentEnds(StrEnum):
    KEPT = "kept"
    BREACHED = "breached"
    RELEASED = "released"


class Made(Form):
    """A commitment of the guardian, outside a discharge."""

    what: Line
    guardian: Line
    witness: Line
    review_on: Day
