"""Everything that can go wrong between a template and an answer."""


class MatchingError(Exception):
    """The root of this package's errors."""


class TemplateInvalid(MatchingError, ValueError):
    """Bytes or arrays that are no iris template."""


class TemplateVersionUnknown(MatchingError, ValueError):
    """A template made by another encoder or version than the one at hand."""

    def __init__(self, found: str, expected: str) -> None:
        super().__init__(
            f"The template was made by '{found}' but this gallery holds '{expected}'; "
            "update the tablet's models or re-encode the gallery."
        )
        self.found, self.expected = found, expected
