"""What stands on the paper, without how it looks: plain data, kept with the draft and drawn by `paper`."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Row(_Part):
    """A label and its value. `code`: a number or code, kept left to right."""

    label: str
    value: str
    code: bool = False


class Clause(_Part):
    """A numbered line, with what is said beside it in smaller letters."""

    text: str
    beside: str = ""


class Signing(_Part):
    """A place to sign. `name` stands beneath the line; empty: whoever issues the letter, by name and post."""

    role: str
    name: str = ""
    finger: bool = False
    """Room for a fingerprint, for who does not write."""


class EnglishSheet(_Part):
    to: str
    subject: str
    rows: tuple[Row, ...] = ()
    lines: tuple[str, ...] = ()


class Content(_Part):
    head: tuple[str, ...] = ()
    """Under the organisation's name: the office, its address, its telephone; empty: the house's own line."""
    kind: str
    number: str
    case_number: str
    to: str = ""
    subject: str = ""
    rows: tuple[Row, ...] = ()
    paragraphs: tuple[str, ...] = ()
    clauses_title: str = ""
    clauses: tuple[Clause, ...] = ()
    others_title: str = ""
    others: tuple[Clause, ...] = ()
    attached: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    signings: Annotated[tuple[Signing, ...], Field(max_length=4)] = ()
    replaces: str = ""
    """The sentence that names the letter which this one takes the place of."""
    english: EnglishSheet | None = None
    code: str = ""
    """A card's."""

    @property
    def is_card(self) -> bool:
        return bool(self.code)
