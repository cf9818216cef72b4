"""The web application of the centre, put together from what its bootstrap passes in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import FastAPI
from jinja2 import Environment

from common.assets import AssetFiles, require_assets
from common.pages import make_environment
from registry.access import login, reentry_api
from registry.access import routes as access
from registry.access.accounts import Accounts
from registry.access.passwords import Passwords
from registry.access.sessions import Sessions
from registry.attachments import api as attachments
from registry.audit import routes as audit
from registry.calendar import routes as calendar
from registry.cases import api as cases_api
from registry.cases import dues_api, proposals_api
from registry.cases import routes as cases
from registry.cases import writing_api as cases_writing
from registry.children import api as children_api
from registry.children import routes as children
from registry.devices import routes as devices
from registry.encounters import routes as encounters
from registry.families import api as families
from registry.inbox import api as inbox
from registry.intake import routes as intake
from registry.letters import api as letters
from registry.live import routes as live
from registry.live.feed import LiveFeed
from registry.notes import api as notes
from registry.notes import flags_api as flags
from registry.observation import api as observation
from registry.referrals import api as referrals
from registry.review import routes as review
from registry.safeguarding import api as safeguarding
from registry.searches import api as searches
from registry.tracing import api as tracing
from registry.transfers import api as transfers
from registry.web import failing as failures
from registry.web.csrf import FormGuard
from registry.web.failing import Failing
from registry.web.guard import AccessGuard, FindViewer
from registry.web.headers import SecurityHeaders
from registry.web.interfaces import Viewer, WebContainer
from registry.web.openapi import describe_refusals
from registry.web.parts import WebParts
from registry.web.permissions import Role
from registry.web.refusals import Refusals

SUBJECTS = ("access", "audit", "cases", "children", "devices", "encounters", "intake", "review", "web")


def make_templates() -> Environment:
    """Every subject's pages, by subject: "cases/case.html"."""
    root = Path(__file__).parent
    return make_environment({subject: root / subject / "pages" for subject in SUBJECTS})


def create_app(
    container: WebContainer, *, passwords: Passwords | None = None, templates: Environment | None = None
) -> FastAPI:
    """Errors: AssetsMissing when `make install` has not fetched the pages' files.

    Whoever serves it closes `app.state.web.feed` before waiting for open connections, or live pages hold it up.
    """
    require_assets()
    parts = _parts(container, passwords or Passwords(), templates or make_templates())
    app = FastAPI(
        title="Panah", description="The registry's pages and reads.", lifespan=_lifespan, docs_url=None, redoc_url=None
    )
    app.state.web = parts
    people, casework = (
        (children, children_api, families, observation, tracing, searches, safeguarding, transfers, referrals),
        (cases, cases_api, cases_writing, proposals_api, letters, notes, flags, attachments, inbox, calendar, dues_api),
    )
    for subject in (login, access, reentry_api, encounters, live, *people, *casework, review, devices, intake, audit):
        app.include_router(subject.router)
    app.get("/healthz", tags=["web"])(_health)
    app.mount("/static", AssetFiles())
    describe_refusals(app)
    failing = Failing(parts.environment, container.clock)
    failures.install(app, failing)
    # The last one added is met first: headers on every answer, then who may pass, then whose form it is.
    refusals = Refusals(container)
    app.add_middleware(FormGuard, failing=failing, refusals=refusals)
    app.add_middleware(AccessGuard, find_viewer=_viewer_finder(parts.sessions), failing=failing, refusals=refusals)
    app.add_middleware(SecurityHeaders)
    return app


def _parts(container: WebContainer, passwords: Passwords, templates: Environment) -> WebParts:
    shared: dict[str, Any] = {"database": container.database, "trail": container.trail, "clock": container.clock}
    return WebParts(
        container=container,
        environment=templates,
        sessions=Sessions(passwords=passwords, **shared),
        accounts=Accounts(passwords=passwords, **shared),
        feed=LiveFeed(container.database),
    )


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    feed = app.state.web.feed
    await feed.start()
    yield
    await feed.close()


def _health() -> dict[str, str]:
    """Says only that this process answers: a stranger learns nothing about the database."""
    return {"status": "up"}


def _viewer_finder(sessions: Sessions) -> FindViewer:
    def find(token: str) -> Viewer | None:
        found = sessions.find(token)
        if found is None:
            return None
        return Viewer(
            account_id=found.account_id, name=found.name, full_name=found.full_name,
            roles=frozenset(Role(role) for role in found.roles), session_id=found.session_id,
            expires_at=found.expires_at,
        )  # fmt: skip

    return find
