"""What ends a story before its end."""

from panah.demo.errors import DemoError


class StoryWentWrong(DemoError):
    """Something that should have worked was refused, or something forbidden was done."""

    def __init__(self, what: str, answer: str) -> None:
        super().__init__(f"The story went wrong at {what}: {answer}")
        self.what, self.answer = what, answer
