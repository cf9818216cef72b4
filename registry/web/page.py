"""One page for one person: the viewer, their language, and the rendering of templates with both."""

from dataclasses import dataclass, replace
from typing import Annotated, Any

from fastapi import Depends
from jinja2 import Environment
from starlette.requests import Request
from starlette.responses import HTMLResponse

from common.time import Clock
from registry.web.interfaces import Viewer
from registry.web.permissions import STRANGER, may
from registry.web.strings import LANGUAGES
from registry.web.tokens import cookie_of, token_for
from registry.web.wording import Wording

LANGUAGE_COOKIE = "panah_language"


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    request: Request
    environment: Environment
    clock: Clock
    say: Wording
    viewer: Viewer | None
    csrf: str

    @property
    def signed_in(self) -> Viewer:
        """The viewer, on a route that needs one: the guard has let nobody else through."""
        assert self.viewer is not None
        return self.viewer

    @property
    def is_fragment(self) -> bool:
        """htmx asks for the part of the page that changes, not for the page."""
        return (
            self.request.headers.get("hx-request") == "true"
            and "hx-history-restore-request" not in self.request.headers
        )

    def at_present(self) -> "Page":
        """The same page a while later: a stream stays open for hours."""
        return replace(self, say=replace(self.say, now=self.clock.now()))

    def may(self, method: str, path: str) -> bool:
        return may(self.viewer.roles if self.viewer else STRANGER, method, path)

    def markup(self, template: str, **context: Any) -> str:
        return self.environment.get_template(template).render(page=self, say=self.say, t=self.say.t, **context)

    def render(self, template: str, *, status: int = 200, **context: Any) -> HTMLResponse:
        return HTMLResponse(self.markup(template, **context), status_code=status)


def language_of(request: Request) -> str:
    """?lang= for this page, else what the person chose before, else Persian."""
    for wanted in (request.query_params.get("lang"), request.cookies.get(LANGUAGE_COOKIE)):
        if wanted in LANGUAGES:
            return wanted
    return LANGUAGES[0]


def make_page(request: Request, *, environment: Environment, clock: Clock, visitor: str | None = None) -> Page:
    """`visitor` is the cookie about to be given to a stranger, to whom the form on this page will belong."""
    return Page(
        request=request,
        environment=environment,
        clock=clock,
        say=Wording(language=language_of(request), now=clock.now()),
        viewer=getattr(request.state, "viewer", None),
        csrf=token_for(visitor or cookie_of(request) or ""),
    )


def page_of(request: Request) -> Page:
    web = request.app.state.web
    return make_page(request, environment=web.environment, clock=web.container.clock)


PageOf = Annotated[Page, Depends(page_of)]
