"""Who a child is: its nationality is asked once and stands in one place, the child's record. Law: DOMAIN, nationality.

The identity form may say it where the record has none yet, and then it is written there; otherwise it agrees with the
record or is refused, so that two papers never tell two tales.
"""

from datetime import datetime

from registry.cases.forms.assessing import Identity, Nationality
from registry.cases.rules.facts import Facts
from registry.cases.rules.refusals import Refusal


def may_identify(form: Identity, facts: Facts, now: datetime) -> Refusal | None:  # noqa: ARG001 - one shape for all
    said, known = form.nationality, facts.nationality
    if said is None or not known or any(_agree(said, claim) for claim in known):
        return None
    return Refusal.NATIONALITY_DIFFERS


def to_be_recorded(form: Identity, facts: Facts) -> Nationality | None:
    """What the identity form says and the record does not yet."""
    return None if facts.nationality else form.nationality


def _agree(said: Nationality, claim: Nationality) -> bool:
    """On another day, from another source: still the same claim."""
    mothers = {said.mother_is_iranian, claim.mother_is_iranian} - {None}
    return (said.standing, said.country) == (claim.standing, claim.country) and len(mothers) < 2
