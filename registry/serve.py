"""The centre as a process: pages, and the intake beside them unless it runs by itself."""

import gc
import logging
import secrets
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import uvicorn
from sqlalchemy import select

from common.broker import BrokerAddress
from common.signals import ends_quietly
from registry.access.tables import Account
from registry.bootstrap import Matching, Registry, build_intake, build_rounds, build_searching
from registry.broker import LOCALHOST, embedded_broker, free_port
from registry.config import RegistrySettings
from registry.errors import BrokerUnavailable, PortTaken
from registry.intake.engines import how_it_began

log = logging.getLogger(__name__)

Say = Callable[[str], None]
_NO_ACCOUNT = "Nobody can log in yet. Add the first person with: panah registry user add NAME --role administrator"
_GRACE_S = 3
_NEW_OBJECTS = 10_000


def serve(settings: RegistrySettings, *, port: int, say: Say, host: str = LOCALHOST, intake: bool = True) -> None:
    """Until SIGTERM or SIGINT. `port` 0 is a free one.

    Errors, all before anything is served: SchemaBehind, DatabaseUnavailable, PortTaken, HomeUnusable, KeyFileDamaged,
    AssetsMissing (`common.assets`).
    """
    from registry.app import create_app  # pages and their libraries; `registry intake` does without

    with ExitStack() as stack:
        registry = stack.enter_context(opened(settings))
        app = create_app(registry)
        listening = stack.enter_context(_bound(host, port))
        _started(registry, "serve")
        if intake:
            address = stack.enter_context(broker_for(settings))
            say(f"MQTT broker: {address.url}")
            stack.enter_context(running_intake(registry, address, say=say))
        stack.enter_context(build_rounds(registry))
        stack.enter_context(settled())
        _greet(registry, host, listening.getsockname()[1], say)
        # uvicorn raises the signal again when it has ended; what follows here must still run.
        stack.enter_context(ends_quietly())
        config = uvicorn.Config(
            app, log_config=None, access_log=False, timeout_graceful_shutdown=_GRACE_S, server_header=False
        )
        _Server(config, first=app.state.web.feed.close).run(sockets=[listening])
        registry.trail.record(registry.database, actor="registry", action="registry.stopped", detail={"part": "serve"})


@contextmanager
def settled() -> Iterator[None]:
    """What stands now is not looked through for garbage again: it stays to the end, and there is so much of it that
    looking stops every answer for a fifth of a second. What comes later is looked through in fewer, larger rounds: by
    the default of 700 objects one long list is several rounds, and each can fall into an answer.
    """
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


class _Server(uvicorn.Server):
    """Live pages hold their connections open for ever: they are told to end before the others are waited for."""

    def __init__(self, config: uvicorn.Config, *, first: Callable[[], Awaitable[None]]) -> None:
        super().__init__(config)
        self._first = first

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await self._first()
        await super().shutdown(sockets)


def run_intake(settings: RegistrySettings, *, say: Say) -> None:
    """MQTT and engine alone, until SIGTERM or SIGINT. Errors: as `serve`."""
    with opened(settings) as registry, broker_for(settings) as address, until_told_to_end() as wait:
        _started(registry, "intake")
        with running_intake(registry, address, say=say), build_rounds(registry):
            say(f"Taking captures from {address.url}")
            wait()
        registry.trail.record(registry.database, actor="registry", action="registry.stopped", detail={"part": "intake"})


@contextmanager
def opened(settings: RegistrySettings) -> Iterator[Registry]:
    """Errors: as `Registry.open`."""
    registry = Registry.open(settings)
    try:
        yield registry
    finally:
        registry.close()


@contextmanager
def broker_for(settings: RegistrySettings) -> Iterator[BrokerAddress]:
    """The broker that the settings name, or an embedded one. Errors: BrokerUrlInvalid, PortTaken, BrokerUnavailable."""
    if settings.broker_url is not None:
        yield BrokerAddress.parse(settings.broker_url)
        return
    with embedded_broker(port=embedded_port(settings.home)) as address:
        yield address


def embedded_port(home: Path) -> int:
    """The port that the embedded broker of this home has had from its first start on, as tablets know it by then."""
    note = home / "broker.port"
    try:
        return int(note.read_text(encoding="ascii"))
    except (FileNotFoundError, ValueError):
        port = free_port()
        note.write_text(str(port), encoding="ascii")
        return port


def broker_url(settings: RegistrySettings) -> str:
    """Where tablets of this registry connect."""
    return settings.broker_url or f"mqtt://{LOCALHOST}:{embedded_port(settings.home)}"


@contextmanager
def running_intake(registry: Registry, address: BrokerAddress, *, say: Say) -> Iterator[None]:
    """A broker that is away at the start is waited for in the background: captures wait on the tablets."""
    with Matching.open(registry) as matching:
        if matching.held is not None:
            say(how_it_began(matching.held.began))
        with ExitStack() as stack:
            intake = stack.enter_context(build_intake(registry, matching, address=address, draw=secrets.randbelow))
            for rounds in build_searching(registry, matching):
                stack.enter_context(rounds)
            try:
                intake.wait_ready()
            except BrokerUnavailable as exc:
                say(f"{exc} Trying on.")
            yield


def _started(registry: Registry, part: str) -> None:
    detail = {"part": part, "database": registry.database.engine.dialect.name}
    registry.trail.record(registry.database, actor="registry", action="registry.started", detail=detail)


def _greet(registry: Registry, host: str, port: int, say: Say) -> None:
    say(f"Panah: http://{host}:{port}/")
    with registry.database.reading() as work:
        if work.session.execute(select(Account.id).limit(1)).first() is None:
            say(_NO_ACCOUNT)


@contextmanager
def _bound(host: str, port: int) -> Iterator[socket.socket]:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)  # who reads our address and asks at once waits, instead of being turned away
    except OSError as exc:
        listening.close()
        raise PortTaken(port, "the registry's pages") from exc
    with listening:
        yield listening


@contextmanager
def until_told_to_end() -> Iterator[Callable[[], object]]:
    """Waits for SIGTERM or SIGINT, one that came before the waiting included; for the main thread.

    By a byte on a socket, which the interpreter writes at once: a lock or an event misses a signal that comes just as
    the waiting begins, and waits for ever.
    """
    near, far = socket.socketpair()
    with near, far, ends_quietly():
        far.setblocking(False)
        before = signal.set_wakeup_fd(far.fileno())
        try:
            yield lambda: near.recv(1)
        finally:
            signal.set_wakeup_fd(before)
