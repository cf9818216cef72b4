"""What the web needs from whoever starts it, and who is asking."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from common.time import Clock
from registry.attachments.vault import Vault
from registry.audit.service import AuditTrail
from registry.db import Database
from registry.names.tokens import NameMarks
from registry.web.permissions import Role


class WebContainer(Protocol):
    """The parts made once by `registry.bootstrap` and passed to `registry.app.create_app`."""

    @property
    def database(self) -> Database: ...

    @property
    def trail(self) -> AuditTrail: ...

    @property
    def clock(self) -> Clock: ...

    @property
    def names(self) -> NameMarks: ...

    @property
    def vault(self) -> Vault: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Viewer:
    """A person with an open log-in."""

    account_id: int
    name: str
    full_name: str | None
    roles: frozenset[Role]
    session_id: int
    expires_at: datetime

    @property
    def shown_name(self) -> str:
        return self.full_name or self.name
