"""From a referenceURL to CBEFF XML."""

import json
import logging
from dataclasses import dataclass
from typing import Any

from abis.codes import Failure
from abis.errors import Refused
from abis.share.fetching import Fetch, Reply
from abis.share.sealed import ShareKey
from abis.share.token import Tokens

log = logging.getLogger(__name__)

_NOT_LOGGED_IN = "KER-ATH-401"
_GONE = "DAT-SER-006"
_MAX_ERROR_BYTES = 1 << 16


@dataclass(frozen=True, slots=True, kw_only=True)
class DataShare:
    """key None: only plain CBEFF can be read. plain: CBEFF XML that nobody encrypted is accepted beside encrypted."""

    fetch: Fetch
    key: ShareKey | None = None
    plain: bool = False
    tokens: Tokens | None = None

    def read(self, url: str) -> bytes:
        """CBEFF XML, not yet looked at. Errors: Refused, 7 (not to be had), 16 (nothing like a share), 17 (expired)."""
        reply = self._get(url)
        if self.tokens is not None and _code(reply) == _NOT_LOGGED_IN:
            self.tokens.forget()
            reply = self._get(url)
        _check(reply)
        is_plain = reply.body.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"<")
        if is_plain and (self.plain or self.key is None):
            return reply.body.removeprefix(b"\xef\xbb\xbf").lstrip()
        if self.key is None:
            raise Refused(Failure.INVALID_CBEFF, "neither XML nor, without PANAH_ABIS_SHARE_KEY, anything readable")
        return self.key.open(reply.body)

    def _get(self, url: str) -> Reply:
        return self.fetch(url, headers=self.tokens.headers(url) if self.tokens else None)


def _check(reply: Reply) -> None:
    """MOSIP answers 200 also when it refuses; the body then is JSON with errors."""
    if reply.status == 410:
        raise Refused(Failure.URL_EXPIRED, "HTTP 410")
    error = _error(reply)
    if error is not None:
        code, message = str(error.get("errorCode", ""))[:40], str(error.get("message", ""))
        expired = code == _GONE and "expired" in message.lower()
        raise Refused(Failure.URL_EXPIRED if expired else Failure.FETCH_FAILED, f"the data share says {code}")
    if reply.status != 200:
        raise Refused(Failure.FETCH_FAILED, f"HTTP {reply.status}")
    if not reply.body.strip():
        raise Refused(Failure.FETCH_FAILED, "the data share is empty")


def _code(reply: Reply) -> str:
    return str((_error(reply) or {}).get("errorCode", ""))


def _error(reply: Reply) -> dict[str, Any] | None:
    """The first error of MOSIP's envelope; None for a body that is none."""
    if len(reply.body) > _MAX_ERROR_BYTES or not reply.body.lstrip().startswith(b"{"):
        return None
    try:
        found = json.loads(reply.body)
    except (ValueError, RecursionError):
        return None
    errors = found.get("errors") if isinstance(found, dict) else None
    if not errors:
        return None
    first = errors[0] if isinstance(errors, list) else errors
    return first if isinstance(first, dict) else {}
