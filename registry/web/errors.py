"""What the web refuses by itself. Each has an HTTP status; the words a person sees are in the strings' catalogue."""

from registry.errors import RegistryError


class WebError(RegistryError):
    status = 400
    words = "error.form"
    """The catalogue's key: `<words>.title` and `<words>.text`."""


class LoginNeeded(WebError):
    status = 401
    words = "error.login"

    def __init__(self) -> None:
        super().__init__("Log in first, at /login.")


class FormNotOurs(WebError):
    status = 403
    words = "error.form"

    def __init__(self) -> None:
        super().__init__("This form is too old or was not made by this site. Reload the page and send it again.")


class BodyTooLarge(WebError):
    status = 413
    words = "error.large"

    def __init__(self, most: int, *, said: str = "error.large.text") -> None:
        super().__init__(f"The request is larger than {most} bytes.")
        self.most, self.said = most, said
