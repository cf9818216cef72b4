"""DOMAIN's table of tasks as data. Read it beside DOMAIN, "states and tasks of a case"; times are ours, a setting."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.access.rules import Role
from registry.calendar.rules import Days, SameDay, Within
from registry.cases.forms import arriving as arriving_forms
from registry.cases.forms import assessing as assessing_forms
from registry.cases.forms import deciding as deciding_forms
from registry.cases.forms import following as following_forms
from registry.cases.forms import leaving as leaving_forms
from registry.cases.rules import arriving, following, identity, interests, leaving, notices, orders
from registry.cases.rules.exits import EXITS, Exit, may_correct_exit, may_exit
from registry.cases.rules.states import S
from registry.cases.rules.task import (
    After,
    CaseOpens,
    Correction,
    Enters,
    Scope,
    Task,
    WhenAsked,
    allowed,
)

TEAM = frozenset({Role.OUTREACH})
ADMISSION = frozenset({Role.SCREENING})
CENTRE = frozenset({Role.SCREENING, Role.SOCIAL_WORKER, Role.CLINICIAN, Role.PSYCHOLOGIST})
ASSESSORS = frozenset({Role.CLINICIAN, Role.PSYCHOLOGIST})
SOCIAL = frozenset({Role.SOCIAL_WORKER, Role.CASE_MANAGER})
MANAGER = frozenset({Role.CASE_MANAGER})
LEGAL = frozenset({Role.LEGAL_OFFICER})
APPROVERS = frozenset({Role.CENTRE_MANAGER, Role.COUNTY_OFFICER})
CENTRE_MANAGER = frozenset({Role.CENTRE_MANAGER})
CASEWORK = CENTRE | SOCIAL | LEGAL | APPROVERS
"""Everybody who works on a case."""
SAFEGUARDING = frozenset({Role.SAFEGUARDING_OFFICER})
HEALTH_READERS = ASSESSORS | MANAGER
INTERVIEW_READERS = frozenset({Role.PSYCHOLOGIST}) | MANAGER

IN_CARE = frozenset({S.SCREENING, S.KEPT})
BEFORE_CARE = frozenset({S.INTAKE, S.WITH_FAMILY, S.QUASI_FAMILY, S.REFERRED_OUT})
AWAY = frozenset({S.WITH_FAMILY, S.QUASI_FAMILY, S.REFERRED_OUT})


def _takes_the_child_over(form: leaving_forms.Referral) -> bool:
    return form.moves_child


STREET = (
    Task(
        name="observation", produces=arriving_forms.Observation, scope=Scope.PLACE, who=TEAM, many=True,
        opens=(WhenAsked("plan"),),
    ),
    Task(name="encounter", produces=None, scope=Scope.ENCOUNTER, who=TEAM, many=True, opens=(WhenAsked("contact"),)),
    Task(
        name="transfer", produces=arriving_forms.Transfer, who=TEAM | ADMISSION, many=True, states=BEFORE_CARE,
        opens=(WhenAsked("child agrees, 123 or court asks, grave imminent danger"),), law=arriving.may_transfer,
        moves_to=S.IN_TRANSFER,
    ),
)  # fmt: skip

ARRIVAL = (
    Task(
        name="arrival", produces=arriving_forms.Arrival, who=ADMISSION, many=True,
        states=BEFORE_CARE | {S.IN_TRANSFER}, opens=(Enters(S.IN_TRANSFER),), law=arriving.may_arrive,
        law_of_correction=arriving.may_correct_arrival, moves_to=S.SCREENING,
    ),
    Task(
        name="arrival_check", produces=arriving_forms.ArrivalCheck, who=ADMISSION, second=CENTRE,
        second_if=arriving.needs_second, states=IN_CARE, opens=(After(("arrival",)),), due=Within(minutes=15),
        of_the_stay=True, done_if=arriving.is_same_child, needs=("arrival",),
    ),
    Task(
        name="urgent_need", produces=arriving_forms.UrgentNeed, who=CENTRE, states=IN_CARE, of_the_stay=True, many=True,
        opens=(After(("arrival",)),), due=Within(), needs=("arrival",),
    ),
    Task(
        name="health_assessment", produces=assessing_forms.HealthAssessment, who=ASSESSORS, second=ASSESSORS,
        states=IN_CARE, of_the_stay=True, opens=(After(("arrival",)),), due=Within(hours=2), needs=("arrival",),
        read_by=HEALTH_READERS,
    ),
    Task(
        name="interview", produces=assessing_forms.Interview, who=frozenset({Role.PSYCHOLOGIST}), states=IN_CARE,
        of_the_stay=True, opens=(After(("urgent_need",)),), due=SameDay(), needs=("urgent_need",),
        waived_by=CENTRE_MANAGER, read_by=INTERVIEW_READERS,
    ),
    Task(
        name="identity", produces=assessing_forms.Identity, who=ADMISSION, opens=(After(("interview",)),),
        due=SameDay(), law=identity.may_identify,
    ),
)  # fmt: skip

LAWFUL = (
    Task(
        name="judicial_order", produces=deciding_forms.JudicialOrder, who=LEGAL, states=IN_CARE | {S.QUASI_FAMILY},
        opens=(After(("arrival",)),), due=Within(hours=12), of_the_stay=True, many=True, law=orders.may_order,
    ),
    Task(
        name="keeping", produces=deciding_forms.Keeping, who=APPROVERS, asked_by=ADMISSION | MANAGER,
        states=frozenset({S.SCREENING}), opens=(WhenAsked("admission over 24 hours"),), many=True,
        needs=("arrival_check", "judicial_order"), law=orders.may_keep, law_of_correction=allowed,
        moves_to=S.KEPT,
    ),
    Task(
        name="accommodation", produces=deciding_forms.Accommodation, who=CENTRE, states=frozenset({S.KEPT}), many=True,
        opens=(Enters(S.KEPT),), due=Days(7), every=Days(30), law=orders.may_report_keeping,
    ),
    Task(
        name="best_interests", produces=deciding_forms.BestInterests, who=CASEWORK, asked_by=CASEWORK, many=True,
        opens=(WhenAsked("before discharge, placement, transfer, notice"),), law=interests.may_record,
    ),
    Task(
        name="notice", produces=deciding_forms.Notice, who=CENTRE_MANAGER, asked_by=LEGAL, by_two_roles=True,
        many=True,
        opens=(WhenAsked("a decision a child"),), needs=("identity",), law=notices.may_notify,
        correction=Correction.NEW_LETTER,
    ),
    Task(
        name="notice_answer", produces=deciding_forms.NoticeAnswer, who=LEGAL, many=True,
        opens=(WhenAsked("an answer came"),), law=notices.may_answer,
    ),
)  # fmt: skip

FAMILY = (
    Task(
        name="home_visit", produces=following_forms.HomeVisit, who=SOCIAL, second=CASEWORK, many=True,
        opens=(CaseOpens(),), due=Within(hours=24), law=following.may_visit, waived_by=APPROVERS,
    ),
    Task(
        name="plan", produces=following_forms.Plan, who=MANAGER, opens=(After(("health_assessment",)),),
        due=Within(hours=72), every=Days(30), many=True, waived_by=APPROVERS,
    ),
    Task(
        name="tracing", produces=following_forms.Tracing, who=SOCIAL, many=True, every=Days(30), due=Days(7),
        opens=(Enters(S.QUASI_FAMILY), WhenAsked("a separated child, or a parent who asks")), waived_by=APPROVERS,
    ),
    Task(
        name="follow_up", produces=following_forms.FollowUp, who=SOCIAL, many=True, states=AWAY,
        opens=(Enters(S.WITH_FAMILY), Enters(S.REFERRED_OUT)), due=Days(7), law=following.may_visit,
    ),
    Task(
        name="referral", produces=leaving_forms.Referral, who=SOCIAL, many=True, law=leaving.may_refer,
        states=frozenset({S.INTAKE}) | IN_CARE | AWAY, moves_to=S.REFERRED_OUT, moves_if=_takes_the_child_over,
        opens=(WhenAsked("a service that we do not give"),),
    ),
    Task(
        name="aftercare", produces=following_forms.Aftercare, who=SOCIAL, many=True, due=Days(7), every=Days(90),
        opens=(WhenAsked("eighteen"),), law=following.may_begin_aftercare, waived_by=APPROVERS,
    ),
)  # fmt: skip

LEAVING = (
    Task(
        name="discharge", produces=leaving_forms.Discharge, who=CENTRE_MANAGER, asked_by=MANAGER,
        states=IN_CARE | {S.QUASI_FAMILY},
        opens=(After(("identity", "home_visit")),), due=Days(2), due_on_iranian_way_only=True, many=True,
        of_the_stay=True,
        needs=("arrival_check", "identity", "home_visit", "best_interests"), law=leaving.may_discharge,
        law_of_correction=allowed, moves_to=S.WITH_FAMILY,
    ),
    Task(
        name="quasi_family", produces=leaving_forms.QuasiFamily, who=APPROVERS, asked_by=LEGAL | MANAGER,
        states=IN_CARE | {S.WITH_FAMILY}, opens=(WhenAsked("the court decides"),), many=True,
        needs=("best_interests",), law=leaving.may_place,
        law_of_correction=leaving.may_correct_placement, moves_to=S.QUASI_FAMILY,
    ),
    Task(
        name="exit_review", produces=following_forms.ExitReview, who=APPROVERS, many=True,
        opens=(WhenAsked("an exit"),),
    ),
    Task(
        name="closure", produces=leaving_forms.Closure, who=APPROVERS, asked_by=SOCIAL, many=True,
        opens=(WhenAsked("our work for the child has ended"),), law=leaving.may_close, law_of_correction=allowed,
        moves_to=S.CLOSED,
    ),
    Task(
        name="skip", produces=arriving_forms.Waiver, who=APPROVERS, asked_by=CASEWORK, many=True,
        opens=(WhenAsked("a task that cannot be done"),),
    ),
)  # fmt: skip

REPORTS = (
    Task(
        name="complaint", produces=None, scope=Scope.REPORT, who=SAFEGUARDING, many=True, due=Days(10),
        opens=(WhenAsked("a complaint or safeguarding report"),),
    ),
)  # fmt: skip


def _exit_task(one: Exit) -> Task:
    return Task(
        name=one.name, produces=one.form, scope=Scope.EXIT, who=TEAM | CASEWORK, many=True, law=may_exit,
        law_of_correction=may_correct_exit,
        opens=(WhenAsked("whoever sees it"),), moves_to=one.leaves_to,
    )  # fmt: skip


TASKS: Mapping[str, Task] = MappingProxyType(
    {
        task.name: task
        for task in (
            *STREET, *ARRIVAL, *LAWFUL, *FAMILY, *LEAVING, *REPORTS, *(_exit_task(one) for one in EXITS.values()),
        )
    }
)  # fmt: skip


def on_a_case(table: Mapping[str, Task] = TASKS) -> tuple[Task, ...]:
    """Those that are written on a case."""
    return tuple(task for task in table.values() if task.scope in (Scope.CASE, Scope.EXIT) and task.produces)
