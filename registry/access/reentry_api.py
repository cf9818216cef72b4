"""The password once more, for programs."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field, SecretStr
from starlette.requests import Request

from registry.access.passwords import MOST_LENGTH
from registry.access.reentry import give_proof
from registry.web.page import PageOf
from registry.web.parts import Parts
from registry.web.refusals import address_of

router = APIRouter(prefix="/api", tags=["access"])


class ReentryIn(BaseModel):
    model_config = ConfigDict(extra="forbid")
    password: Annotated[SecretStr, Field(min_length=1, max_length=MOST_LENGTH)]


class ReentryOut(BaseModel):
    proof: str
    """Sent as the header `Reentry` with one act."""
    expires_at: datetime


@router.post("/reentry", status_code=201)
def reenter(request: Request, page: PageOf, parts: Parts, typed: ReentryIn) -> ReentryOut:
    """A proof that it is still the person who logged in. 403: the password is wrong; 429: too many wrong ones."""
    viewer = page.signed_in
    proof, until = give_proof(
        parts.sessions, parts.container.database, session_id=viewer.session_id, name=viewer.name,
        password=typed.password.get_secret_value(), address=address_of(request), now=parts.container.clock.now(),
    )  # fmt: skip
    return ReentryOut(proof=proof, expires_at=until)
