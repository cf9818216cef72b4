"""The token that MOSIP's data share asks for: from the auth manager, as a cookie, kept until it is refused."""

import json
import threading
from dataclasses import dataclass, field
from http.cookies import CookieError, SimpleCookie

from abis.answers import instant
from abis.codes import Failure
from abis.errors import Refused
from abis.share.fetching import Fetch, Reply, address, authority
from common.time import Clock

COOKIE = "authorization"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """`url`: the auth manager's …/v1/authmanager/authenticate/clientidsecretkey."""

    url: str
    client_id: str
    secret_key: str = field(repr=False)
    app_id: str = "regproc"


class Tokens:
    """One token for all fetches. It is sent to the auth manager's own host and nowhere else."""

    def __init__(self, credentials: Credentials, *, fetch: Fetch, clock: Clock) -> None:
        self._credentials, self._fetch, self._clock = credentials, fetch, clock
        self._lock = threading.Lock()
        self._token: str | None = None

    def headers(self, url: str) -> dict[str, str]:
        """What a request to `url` must carry. Errors: Refused (7)."""
        if authority(address(url)) != authority(address(self._credentials.url)):
            return {}
        with self._lock:
            if self._token is None:
                self._token = self._ask()
            return {"Cookie": f"{COOKIE}={self._token}"}

    def forget(self) -> None:
        """The token was refused: the next request asks for another."""
        with self._lock:
            self._token = None

    def _ask(self) -> str:
        known = self._credentials
        asked = {
            "id": "mosip.abis",
            "metadata": {},
            "request": {"appId": known.app_id, "clientId": known.client_id, "secretKey": known.secret_key},
            "requesttime": instant(self._clock.now()),
            "version": "1.0",
        }
        reply = self._fetch(
            known.url, headers={"Content-Type": "application/json"}, body=json.dumps(asked).encode("ascii")
        )
        token = _token_of(reply)
        if not token:
            raise Refused(Failure.FETCH_FAILED, "the auth manager gives no token for these credentials")
        return token


def _token_of(reply: Reply) -> str | None:
    for header in reply.cookies:
        try:
            cookies = SimpleCookie(header)
        except CookieError:
            continue
        for name, morsel in cookies.items():
            if name.lower() == COOKIE:
                return morsel.value
    return None
