"""A case without a database: facts that a test writes forms into, as the services would."""

import datetime as dt
from dataclasses import dataclass, field, replace
from typing import Any

from registry.access.rules import Role
from registry.cases.rules.facts import Actor, Entry, Facts
from registry.cases.rules.states import CaseState
from registry.cases.rules.table import TASKS
from registry.cases.rules.writing import Refused, goes_to, why_not_write
from tests.registry.cases.samples import forms

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)  # سه‌شنبه ۳ آذر ۱۴۰۵


def actor(*roles: Role | str, account: int = 1) -> Actor:
    return Actor(account_id=account, name=f"account-{account}", roles=frozenset(Role(role) for role in roles))


@dataclass
class Paper:
    """One case on paper."""

    facts: Facts = field(
        default_factory=lambda: Facts(
            number="1405-00001-0", state=CaseState.INTAKE, state_since=NOW, opened_at=NOW, age=(9, 11)
        )
    )
    now: dt.datetime = NOW

    def later(self, **by: float) -> "Paper":
        self.now += dt.timedelta(**by)
        return self

    def having(self, **changes: Any) -> "Paper":
        self.facts = replace(self.facts, **changes)
        return self

    def form(self, task: str, /, **changes: Any) -> Any:
        found = forms(self.now)[task] | changes
        produces = TASKS[task].produces
        assert produces is not None
        return produces.model_validate(found)

    def put(self, *tasks: str, **changes: Any) -> "Paper":
        """Into force, unasked: what the law says of the way there is not tried here."""
        for task in tasks:
            self.now += dt.timedelta(minutes=1)
            form = self.form(task, **changes)
            target = goes_to(TASKS[task], form, self.facts)
            entry = Entry(id=len(self.facts.entries) + 1, task=task, form=form, by=1, at=self.now)
            self.having(entries=(*self.facts.entries, entry))
            if target is not None:
                self.having(state=target, state_since=self.now)
        return self

    def why_not(
        self,
        task: str,
        /,
        *,
        by: Actor | None = None,
        second: Actor | None = None,
        corrects: bool = False,
        **changes: Any,
    ) -> str | None:
        """The refusal's word, or None, for somebody of the right role."""
        rule = TASKS[task]
        by = by or actor(sorted(rule.asked_by or rule.who)[0])
        if second is None and rule.second:
            second = actor(*rule.second, account=2)
        form = self.form(task, **changes)
        refused = why_not_write(rule, form, self.facts, by, now=self.now, second=second, corrects=corrects)
        return str(refused.why) if refused else None

    def refused(self, task: str, by: Actor, /, **changes: Any) -> Refused | None:
        return why_not_write(TASKS[task], self.form(task, **changes), self.facts, by, now=self.now)


def arrived() -> Paper:
    return Paper().put("arrival")


def ready_to_leave() -> Paper:
    """In screening, with all that a discharge needs but the form itself."""
    return (
        arrived()
        .put("arrival_check", "urgent_need", "health_assessment", "interview", "identity")
        .put("home_visit", "best_interests")
    )


def order(expires_in: int) -> dict[str, Any]:
    """A court's answer whose order runs out that many days from now."""
    day = NOW.date()
    granted = {
        "order_number": "1",
        "ordered_on": min(day, day + dt.timedelta(days=expires_in)),
        "expires_on": day + dt.timedelta(days=expires_in),
    }
    return {"granted": granted}
