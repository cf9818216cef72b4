"""What is typed for each kind of letter. What the case knows already is taken from it, never typed anew."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, model_validator

from registry.cases.forms.deciding import AgeBand
from registry.cases.forms.fields import Day, Form, FormRefused, Line, Lines, Note, Number, Words


class Kind(StrEnum):
    COURT = "court"
    DIRECTORATE = "directorate"
    """Of foreign nationals: the notice, and nothing but the notice."""
    SCHOOL = "school"
    REFERRAL = "referral"
    """To another public service."""
    NGO = "ngo"
    COMMITMENT = "commitment"
    """The guardian's, for signing."""
    RECEIPT = "receipt"
    """The guardian's, on receiving the child."""
    CARD = "card"
    """What a child carries: neutral, a code and 123."""


class LetterForm(Form):
    """`attached`: what lies with the letter; `copies`: who else gets one (رونوشت)."""

    attached: Annotated[Lines, Field(max_length=10)] = ()
    copies: Annotated[Lines, Field(max_length=6)] = ()


class CourtForm(LetterForm):
    to: Line
    subject: Line
    body: Words


class DirectorateForm(LetterForm):
    """The closed list of a notice. It must be what two named roles decided, word for word."""

    to: Line
    sex: Annotated[str, Field(pattern="^(girl|boy|unknown)$")]
    age_band: AgeBand
    claimed_nationality: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    asked: Words


class SchoolForm(LetterForm):
    to: Line
    grade: Line
    body: Note = ""


class Fact(Form):
    """One of the things that the referral says will be shared, with what it is for this child."""

    what: Line
    value: Line


class InEnglish(Form):
    """The second sheet, for a receiver who reads no Persian; `facts` are those of the letter, in the same order."""

    to: Line
    service: Line
    facts: Annotated[tuple[Fact, ...], Field(max_length=20)] = ()


class ReferralForm(LetterForm):
    """`facts` say what the referral on the case lists as shared ("given name" or "given name: Setareh") and nothing
    else; without them the list itself is printed."""

    facts: Annotated[tuple[Fact, ...], Field(max_length=20)] = ()
    body: Note = ""
    english: InEnglish | None = None

    @model_validator(mode="after")
    def _says_no_more_in_english(self) -> Self:
        if self.english is not None and len(self.english.facts) != len(self.facts):
            raise FormRefused("other_facts_in_english")
        return self


class CommitmentForm(LetterForm):
    guardian: Line
    relation: Line


class ReceiptForm(LetterForm):
    pass


class CardForm(Form):
    pass


FORMS: dict[Kind, type[Form]] = {
    Kind.COURT: CourtForm,
    Kind.DIRECTORATE: DirectorateForm,
    Kind.SCHOOL: SchoolForm,
    Kind.REFERRAL: ReferralForm,
    Kind.NGO: ReferralForm,
    Kind.COMMITMENT: CommitmentForm,
    Kind.RECEIPT: ReceiptForm,
    Kind.CARD: CardForm,
}


class Signature(Form):
    """Nothing is typed to sign: the version seen and the proof of the password travel as headers, the body is `{}`."""


class Reason(Form):
    reason: Annotated[Words, Field(max_length=500)]


class Registered(Form):
    """The secretariat's number and date, as its stamp says them."""

    number: Number
    on: Day


class Answered(Form):
    number: Number
    on: Day
    words: Words
    attachment_id: int | None = None
    """The answer itself, attached to the same case."""
