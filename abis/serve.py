"""The ABIS as a process: parts put together, HTTP always, a queue where a broker is named."""

import ipaddress
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager

import uvicorn

from abis.config import AbisSettings
from abis.desk import Desk
from abis.errors import PortTaken, TokenNeeded
from abis.extraction import Extractor
from abis.mqtt import QueueLink
from abis.operations import Operations
from abis.references import References
from abis.share.fetching import HttpFetch
from abis.share.reading import DataShare
from abis.share.sealed import ShareKey
from abis.share.token import Credentials, Tokens
from abis.store import open_store
from abis.web import PATH, make_app
from common.broker import BrokerAddress
from common.signals import ends_quietly
from common.time import Clock
from matching import Calibration, default_calibration, load_calibration

log = logging.getLogger(__name__)

Say = Callable[[str], None]
_GRACE_S = 3


def serve(
    settings: AbisSettings, *, host: str, port: int, extractor: Extractor, encoder: str, clock: Clock, say: Say
) -> None:
    """Until SIGTERM or SIGINT; `port` 0 is a free one. Errors, before anything is served: AbisError, OSError of a
    calibration that cannot be read, CalibrationInvalid."""
    token = settings.token.get_secret_value() if settings.token else None
    if token is None and not _is_local(host):
        raise TokenNeeded(host)
    with ExitStack() as stack:
        desk = stack.enter_context(opened(settings, extractor=extractor, encoder=encoder, clock=clock, say=say))
        listening = stack.enter_context(_bound(host, port))
        if settings.broker_url is not None:
            broker = BrokerAddress.parse(settings.broker_url.get_secret_value())
            stack.enter_context(QueueLink(broker, desk, settings.queue))
            say(f"ABIS queue: {broker.url}, {settings.request_topic} → {settings.response_topic}")
        say(f"ABIS: http://{host}:{listening.getsockname()[1]}{PATH}")
        config = uvicorn.Config(
            make_app(desk, token=token),
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_S,
            limit_concurrency=1000,
        )
        # uvicorn raises the signal again when it has ended; the queue and the gallery must still be closed
        stack.enter_context(ends_quietly())
        _Server(config, first=desk.close).run(sockets=[listening])


class _Server(uvicorn.Server):
    """Those who wait in the queue are told that their request was not served, before their connections are closed."""

    def __init__(self, config: uvicorn.Config, *, first: Callable[[], None]) -> None:
        super().__init__(config)
        self._first = first

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._first()
        await super().shutdown(sockets)


@contextmanager
def opened(settings: AbisSettings, *, extractor: Extractor, encoder: str, clock: Clock, say: Say) -> Iterator[Desk]:
    """A desk over the gallery of `settings.home`. Errors: as `serve`."""
    share = data_share(settings, clock=clock)
    if share.key is None:
        say("No PANAH_ABIS_SHARE_KEY: only data shares that nobody encrypted can be read. Not for real people.")
    calibration = calibration_of(settings)
    store = open_store(settings.home)
    try:
        references = References(store, encoder=encoder, calibration=calibration)
        operations = Operations(
            references=references, share=share, extractor=extractor, clock=clock, target_fpir=settings.target_fpir
        )
        desk = Desk(operations, clock=clock)
        say(f"ABIS gallery: {settings.home}, {len(references)} references")
        try:
            yield desk
        finally:
            desk.close()
    finally:
        store.close()


def data_share(settings: AbisSettings, *, clock: Clock) -> DataShare:
    """Errors: ShareKeyUnusable."""
    fetch = HttpFetch(seconds=settings.share_seconds, max_bytes=settings.share_max_bytes, hosts=settings.share_hosts)
    key = None
    if settings.share_key is not None:
        password = settings.share_key_password.get_secret_value() if settings.share_key_password else None
        key = ShareKey.load(settings.share_key, password=password, certificate=settings.share_certificate)
    tokens = None
    if settings.auth_url is not None:
        credentials = Credentials(
            url=settings.auth_url,
            client_id=settings.auth_client_id,
            secret_key=settings.auth_secret.get_secret_value(),
            app_id=settings.auth_app_id,
        )
        # the auth manager is the operator's own choice, whatever hosts referenceURLs may name
        own = HttpFetch(seconds=settings.share_seconds, max_bytes=settings.share_max_bytes)
        tokens = Tokens(credentials, fetch=own, clock=clock)
    return DataShare(fetch=fetch, key=key, plain=settings.plain_shares, tokens=tokens)


def calibration_of(settings: AbisSettings) -> Calibration:
    return default_calibration() if settings.calibration is None else load_calibration(settings.calibration)


def _is_local(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as exc:
        listening.close()
        raise PortTaken(port, host, exc.strerror or str(exc)) from exc
    with listening:
        yield listening
