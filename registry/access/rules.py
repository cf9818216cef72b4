"""Who works here: the roles of DOMAIN's "who uses it", by which every rule names its people."""

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
