"""The kinds of file that are taken, how large, and the words for why one is not.

Knows nothing of the house, so that the process that opens files loads nothing of it.
"""

from enum import StrEnum

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 40_000_000
MOST_PAGES = 200
LONGEST_SIDE = 4096
"""Pixels a picture is kept with: an A4 page at 350 dots an inch."""
PREVIEW_SIDE = 512


class Media(StrEnum):
    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"

    @property
    def family(self) -> str:
        return self.partition("/")[0] if self is not Media.PDF else self

    @property
    def ending(self) -> str:
        return {Media.JPEG: ".jpg", Media.PNG: ".png", Media.PDF: ".pdf"}[self]


class Refusal(StrEnum):
    """The catalogue's `attachments.<word>` gives the reason."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    NOT_ACCEPTED = "not_accepted"
    NOT_WHAT_IT_SAYS = "not_what_it_says"
    DAMAGED = "damaged"
    TOO_MANY_PIXELS = "too_many_pixels"
    TOO_MANY_PAGES = "too_many_pages"
    LOCKED = "locked"
    ACTIVE = "active"
    CANNOT_BE_OPENED = "cannot_be_opened"
    NOT_YOUR_CASE = "not_your_case"
    WITHDRAWN_ALREADY = "withdrawn_already"
