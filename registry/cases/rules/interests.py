"""Best interests before discharge, placement, transfer and notice. Law: DOMAIN, best-interests record."""

from datetime import datetime

from registry.cases.forms.deciding import BestInterests, Grounds, Purpose
from registry.cases.rules.facts import Facts, days_ago
from registry.cases.rules.refusals import Refusal

HOLDS_DAYS = 30
"""A child's situation changes: an older record is written anew. Ours."""


def may_record(form: BestInterests, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001 - one shape for all
    """Commitments alone never suffice."""
    return Refusal.COMMITMENTS_ALONE if form.grounds <= {Grounds.GUARDIANS_COMMITMENT} else None


def why_not(purpose: Purpose, facts: Facts, now: datetime) -> Refusal | None:
    """Whether a record of this purpose, confirmed by a second person, stands before the decision."""
    since = max(facts.opened_at, days_ago(now, HOLDS_DAYS))
    for entry in facts.of("best_interests", since):
        if isinstance(entry.form, BestInterests) and entry.form.purpose is purpose:
            return None
    return Refusal.NO_BEST_INTERESTS
