"""Who works here: the roles of DOMAIN's "who uses it", by which every rule names its people."""

from collections.abc import Collection
from enum import StrEnum


class Role(StrEnum):
    OUTREACH = "outreach"
    SCREENING = "screening"
    """The admission officer and whoever receives at the screening centre."""
    PSYCHOLOGIST = "psychologist"
    CLINICIAN = "clinician"
    """A nurse or physician."""
    SOCIAL_WORKER = "social_worker"
    CASE_MANAGER = "case_manager"
    LEGAL_OFFICER = "legal_officer"
    CENTRE_MANAGER = "centre_manager"
    COUNTY_OFFICER = "county_officer"
    REVIEWER = "reviewer"
    """On call: decides unsure matches."""
    SAFEGUARDING_OFFICER = "safeguarding_officer"
    """Independent: holds no line role."""
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    NGO = "ngo"
    """Outside: an organisation that receives referrals and sees nothing else."""


INDEPENDENT = frozenset({Role.SAFEGUARDING_OFFICER, Role.AUDITOR})
"""Whoever watches over the work has no other part in it."""


HELD_ALONE = INDEPENDENT | {Role.NGO}
"""Who supervises an organisation may hold no role in it, so nobody of the house does."""


def clash(roles: Collection[str]) -> bool:
    """Whether a role that is held alone is held together with any other."""
    return len(set(roles)) > 1 and bool(HELD_ALONE & {Role(role) for role in roles})
