"""What is learnt of the child: health and danger, the interview, who the child is. Results are sealed."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field, model_validator

from registry.cases.forms.fields import Day, Form, FormRefused, Line, Lines, Note, Words


class Risk(StrEnum):
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Danger(StrEnum):
    ABUSE = "abuse"
    TRAFFICKING = "trafficking"
    INJURY = "injury"
    SELF_HARM = "self_harm"
    SUBSTANCES = "substances"
    DEBT_BONDAGE = "debt_bondage"
    EARLY_MARRIAGE = "early_marriage"
    PREGNANCY = "pregnancy"


class HealthAssessment(Form):
    urgent: bool
    injuries: Lines = ()
    vaccination: Note = ""
    dangers: frozenset[Danger] = frozenset()
    risk: Risk
    """Sets the rhythm of visits."""
    medical_referral: Note = ""
    findings: Note = ""


class Interview(Form):
    """To lessen stress and hear the child's own wishes; alone."""

    heard_alone: bool
    not_alone_because: Note = ""
    language: Line
    interpreter: Note = ""
    present: Lines = ()
    stress: Note = ""
    wishes: Words
    fears: Note = ""
    disclosures: Note = ""

    @model_validator(mode="after")
    def _alone_or_why(self) -> "Interview":
        if not self.heard_alone and not self.not_alone_because:
            raise FormRefused("not_alone_without_reason")
        return self


class IdentityBy(StrEnum):
    IRIS = "iris"
    DOCUMENT = "document"
    GUARDIANS_PROOF = "guardians_proof"
    WORKER_WHO_KNOWS = "worker_who_knows"
    TWO_STATEMENTS = "two_statements"
    UNVERIFIED = "unverified"


class NationalityStanding(StrEnum):
    CLAIMED = "claimed"
    DOCUMENTED = "documented"
    DISPUTED = "disputed"
    UNKNOWN = "unknown"


class NationalitySource(StrEnum):
    """Where it comes from. A guess from face or accent cannot be entered: there is no word for it."""

    CHILD_SAID = "child_said"
    GUARDIAN_SAID = "guardian_said"
    DOCUMENT = "document"
    AUTHORITY = "authority"


class Nationality(Form):
    standing: NationalityStanding
    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] | None = None
    source: NationalitySource | None = None
    on: Day | None = None
    mother_is_iranian: bool | None = None

    @model_validator(mode="after")
    def _with_its_source(self) -> "Nationality":
        if self.standing is not NationalityStanding.UNKNOWN and None in (self.country, self.source, self.on):
            raise FormRefused("nationality_without_source")
        return self


class Identity(Form):
    """No task requires iris: any of these will do, and "unverified" too, with its reason.

    `nationality`: only where the child's record has none yet, or to say the same once more. The record is what holds.
    """

    by: IdentityBy
    evidence: Note = ""
    unverified_because: Note = ""
    nationality: Nationality | None = None

    @model_validator(mode="after")
    def _evidence_or_why(self) -> "Identity":
        if self.by is IdentityBy.UNVERIFIED and not self.unverified_because:
            raise FormRefused("unverified_without_reason")
        if self.by not in (IdentityBy.UNVERIFIED, IdentityBy.IRIS) and not self.evidence:
            raise FormRefused("no_evidence")
        return self
