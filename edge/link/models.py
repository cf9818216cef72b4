"""The link's settings and its state, as the screen shows it."""

import ssl
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsFiles:
    """Mutual TLS: the authority that both sides trust, the tablet's certificate and its key."""

    authority: Path
    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.authority))
        context.load_cert_chain(self.certificate, self.key)
        return context


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSettings:
    window: int = 20
    """Captures handed to the broker that it has not confirmed, at most."""
    session_s: int = 7 * 86400
    """How long the broker keeps receipts and results for a tablet that is away."""
    keepalive_s: int = 20
    """A silent connection without captures under way is found out after twice this."""
    confirm_s: float = 10.0
    """Seconds without a PUBACK, while captures are under way, after which the connection counts as dead."""
    connect_timeout_s: float = 5.0
    reconnect_base: float = 1.5
    reconnect_doublings: int = 10
    """A reconnect waits uniform(0, base ** min(doublings, n)) seconds: at most 58."""
    idle_s: float = 30.0
    """The queue is looked at least this often, whatever the clock does."""


class LinkState(StrEnum):
    CONNECTING = "connecting"
    ONLINE = "online"
    OFFLINE = "offline"
    """No broker reached; tried again by itself."""
    REFUSED = "refused"
    """The broker answers and does not let this tablet in; tried again, but a person should look."""
    STOPPED = "stopped"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkStatus:
    state: LinkState
    since: datetime
    reason: str | None = None
    """For support: what the network or the broker said."""
    refused_messages: int = 0
    """Receipts and results that could not be verified, since the start."""
