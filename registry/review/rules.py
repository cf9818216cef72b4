"""Are these two one child? Who is asked, who may answer, and what follows. Law: DOMAIN, states and tasks; roles.

Two reviewers who do not see each other's answer must agree. What they agree on stands; where they differ a third is
asked, and where no two of three agree the pair is possibly the same: linked, with full services for both, until new
evidence comes. A merge is asked by one person and decided by another; nobody decides their own request.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from edge.messages.models import EncounterOutcome
from registry.access.rules import Role

CHILD_WAITS = timedelta(minutes=30)
"""While a child waits, reviewers have so long; then the on-call reviewer is asked."""
AGREEING = 2
AT_MOST = 3
"""Reviewers asked in one round."""
HIDDEN_TESTS = 10
"""One question in so many is a hidden test (a setting)."""
ENOUGH_ANSWERS = 20
"""Fewer answers to hidden tests say nothing about a reviewer."""

SEES_WAITING = frozenset({Role.SCREENING, Role.CASE_MANAGER, Role.CENTRE_MANAGER, Role.COUNTY_OFFICER})
"""That a child's question waits, not what reviewers answer."""
RAISES = frozenset({Role.SCREENING, Role.CASE_MANAGER, Role.SOCIAL_WORKER})
JUDGES = frozenset({Role.REVIEWER})
ASKS_MERGE = frozenset({Role.CASE_MANAGER, Role.REVIEWER})
DECIDES_MERGE = frozenset({Role.CENTRE_MANAGER, Role.COUNTY_OFFICER})
UNDOES_MERGE = DECIDES_MERGE
DETACHES = frozenset({Role.SCREENING, Role.CASE_MANAGER, Role.SOCIAL_WORKER, Role.CENTRE_MANAGER})
MEASURES = frozenset({Role.COUNTY_OFFICER})


class Verdict(StrEnum):
    SAME = "same"
    DIFFERENT = "different"
    CANNOT_TELL = "cannot_tell"


class QuestionState(StrEnum):
    OPEN = "open"
    SAME = "same"
    DIFFERENT = "different"
    POSSIBLY_SAME = "possibly_same"
    WITHDRAWN = "withdrawn"


class Stage(StrEnum):
    """Where a question stands in the queue, the most pressing first."""

    ON_CALL = "on_call"
    CHILD_WAITS = "child_waits"
    ORDINARY = "ordinary"


class Refusal(StrEnum):
    """Why somebody may not do this; the pages say each in Persian and English (`review_refused`)."""

    OWN_REQUEST = "own_request"
    ANSWERED_ALREADY = "answered_already"
    NOT_OPEN = "not_open"
    IRISES_FIRST = "irises_first"
    NOT_AGREED = "not_agreed"
    NOT_PARKED = "not_parked"
    SAME_RECORD = "same_record"
    MERGED_ALREADY = "merged_already"
    NOT_MERGED = "not_merged"
    LATER_MERGE = "later_merge"
    LIST_CHANGED = "list_changed"
    ASKED_ALREADY = "asked_already"
    CLASH = "clash"
    CHOICE_MISSING = "choice_missing"
    WEAKER_ALERT = "weaker_alert"
    ONLY_SLOT = "only_slot"
    NOT_THIS_CHILDS = "not_this_childs"


def due_at(outcome: EncounterOutcome, opened_at: datetime, *, late: bool) -> datetime | None:
    """Until when an answer is due because a child waits for it, or None. A child met hours ago waits no longer."""
    if late or outcome is not EncounterOutcome.TRANSFER:
        return None
    return opened_at + CHILD_WAITS


def stage(due: datetime | None, now: datetime) -> Stage:
    if due is None:
        return Stage.ORDINARY
    return Stage.ON_CALL if now >= due else Stage.CHILD_WAITS


def place_in_queue(due: datetime | None, opened_at: datetime, now: datetime) -> tuple[int, datetime]:
    """For sorting: on call, then while a child waits, then the others; the one that waits longest first."""
    at = stage(due, now)
    return list(Stage).index(at), due if due is not None else opened_at


def may_judge(*, state: QuestionState, reviewer: str, raised_by: str, answered: Collection[str]) -> Refusal | None:
    """Why this reviewer may not judge the question, or None. `answered`: who gave a verdict in this round."""
    if reviewer == raised_by:
        return Refusal.OWN_REQUEST
    if reviewer in answered:
        return Refusal.ANSWERED_ALREADY
    if state is not QuestionState.OPEN:
        return Refusal.NOT_OPEN
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    state: QuestionState
    contested: bool = False
    """Somebody said the opposite: whoever decides on a merge is told."""


def agreement(verdicts: Sequence[Verdict]) -> Agreement | None:
    """What the verdicts of one round come to, or None while another reviewer is needed."""
    for verdict, opposite in ((Verdict.SAME, Verdict.DIFFERENT), (Verdict.DIFFERENT, Verdict.SAME)):
        if verdicts.count(verdict) >= AGREEING:
            return Agreement(state=QuestionState(verdict), contested=opposite in verdicts)
    if verdicts.count(Verdict.CANNOT_TELL) >= AGREEING or len(verdicts) >= AT_MOST:
        return Agreement(state=QuestionState.POSSIBLY_SAME, contested=Verdict.SAME in verdicts)
    return None


def confirms(states: Collection[QuestionState]) -> bool:
    """Whether a provisional child is a child of its own: every pair asked about was found different."""
    return bool(states) and all(state is QuestionState.DIFFERENT for state in states)


def is_settled(states: Collection[QuestionState]) -> bool:
    """Whether nothing of an item waits for a reviewer. An item without a pair waits for another scan."""
    return bool(states) and QuestionState.OPEN not in states


def only_suspected(reason: str) -> bool:
    """Whether an item was opened for nothing but an eye that may not have been a living one ("suspected_print")."""
    return all(one.startswith("suspected_") for one in reason.split(","))


def may_ask_merge(state: QuestionState, *, merged: bool) -> Refusal | None:
    if merged:
        return Refusal.MERGED_ALREADY
    return None if state is QuestionState.SAME else Refusal.NOT_AGREED


def may_decide_merge(*, asked_by: str, decider: str) -> Refusal | None:
    return Refusal.OWN_REQUEST if asked_by == decider else None


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAlikes:
    """Strangers expected to come as close, in natural numbers: `found` of `out_of` searches for somebody never met."""

    found: int
    out_of: int
    enrolled: int
    pairs: int
    """Pairs of different children in the whole registry as alike as this."""


def look_alikes(per_search: float, enrolled: int) -> LookAlikes | None:
    """`per_search`: strangers as close that one search is expected to meet; None where nothing was searched."""
    if per_search <= 0 or enrolled <= 0:
        return None
    out_of = 1
    while per_search * out_of < 1 and out_of < 10**9:
        out_of *= 10
    return LookAlikes(
        found=max(1, round(per_search * out_of)), out_of=out_of, enrolled=enrolled,
        pairs=round(per_search * enrolled / 2),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A reviewer's answers to hidden tests, as counts; never a rank among colleagues."""

    right: int
    wrong_same: int
    """Said "same" of two different children: the mistake that costs most."""
    wrong_different: int
    cannot_tell: int

    @property
    def answers(self) -> int:
        return self.right + self.wrong_same + self.wrong_different + self.cannot_tell

    @property
    def says_something(self) -> bool:
        return self.answers >= ENOUGH_ANSWERS


def measured(answers: Sequence[tuple[Verdict, Verdict]]) -> Measured:
    """Of (truth, verdict) pairs."""
    wrong = [verdict for truth, verdict in answers if verdict not in (truth, Verdict.CANNOT_TELL)]
    return Measured(
        right=sum(truth is verdict for truth, verdict in answers),
        wrong_same=wrong.count(Verdict.SAME),
        wrong_different=wrong.count(Verdict.DIFFERENT),
        cannot_tell=sum(verdict is Verdict.CANNOT_TELL for _, verdict in answers),
    )


def tests_due(questions: int, tests: int) -> int:
    """How many hidden tests are to be added so that one question in HIDDEN_TESTS is one."""
    return max(0, -(-questions // (HIDDEN_TESTS - 1)) - tests)


def unassigned(listed: Collection[str], chosen: Mapping[str, str]) -> Refusal | None:
    """Every row written since a merge is given to one of the two by a person, and no other row is."""
    if set(chosen) - set(listed):
        return Refusal.LIST_CHANGED
    return Refusal.CHOICE_MISSING if set(listed) - set(chosen) else None
