"""Live events for the pages of one web worker: it follows the table, whoever wrote into it.

On PostgreSQL a NOTIFY wakes it; on SQLite, and whenever listening fails, it looks every quarter of a second. It looks
only while a page is listening, so an idle centre asks nothing. Several web workers follow the same table.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Sequence

import psycopg
from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool

from registry.db import Database
from registry.errors import RegistryError
from registry.live.service import CHANNEL
from registry.live.tables import LiveEvent

POLL_S = 0.25
LISTEN_AGAIN_S = 2.0
MISSED_NOTIFY_S = 5.0
"""A notification can be lost with its connection; looking now and then costs one small query."""
BATCH = 50

log = logging.getLogger(__name__)


class LiveFeed:
    """Started with the application, closed with it; `follow` may be called by any number of pages."""

    def __init__(self, database: Database, *, poll_s: float = POLL_S) -> None:
        self._database, self._poll_s = database, poll_s
        self._changed = asyncio.Condition()
        self._someone = asyncio.Event()
        self._last = 0
        self._followers = 0
        self._task: asyncio.Task[None] | None = None
        self.closed = False

    async def start(self) -> None:
        """Errors: none; a database that does not answer is tried again while pages listen."""
        self.closed = False
        self._task = asyncio.create_task(self._run(), name="live feed")

    async def close(self) -> None:
        """Every page's stream ends; the browser asks again when the centre is back."""
        self.closed = True
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        async with self._changed:
            self._changed.notify_all()

    async def follow(self, after: int, *, beat_s: float) -> AsyncIterator[Sequence[LiveEvent]]:
        """Events above `after`, in batches and in order; an empty batch when nothing came for `beat_s`."""
        self._followers += 1
        self._someone.set()
        try:
            while not self.closed:
                events = await run_in_threadpool(self._events, after)
                if events:
                    after = events[-1].id
                    yield events
                elif not await self._wait_beyond(after, beat_s):
                    yield ()
        finally:
            self._followers -= 1
            if not self._followers:
                self._someone.clear()

    async def _wait_beyond(self, after: int, seconds: float) -> bool:
        try:
            async with asyncio.timeout(seconds), self._changed:
                await self._changed.wait_for(lambda: self._last > after or self.closed)
                return True
        except TimeoutError:
            return False

    def _events(self, after: int) -> Sequence[LiveEvent]:
        with self._database.reading() as work:
            rows = select(LiveEvent).where(LiveEvent.id > after).order_by(LiveEvent.id).limit(BATCH)
            return work.session.scalars(rows).all()

    def _latest(self) -> int:
        with self._database.reading() as work:
            return work.session.scalar(select(func.coalesce(func.max(LiveEvent.id), 0))) or 0

    async def _run(self) -> None:
        while True:
            await self._someone.wait()
            try:
                if self._database.is_postgresql:
                    await self._listen()
                else:
                    await self._look()
                    await asyncio.sleep(self._poll_s)
            except (RegistryError, psycopg.Error, OSError) as exc:
                log.warning("The live pages cannot follow the database (%s); trying again", type(exc).__name__)
                await asyncio.sleep(LISTEN_AGAIN_S)

    async def _look(self) -> None:
        latest = await run_in_threadpool(self._latest)
        if latest != self._last:
            async with self._changed:
                self._last = latest
                self._changed.notify_all()

    async def _listen(self) -> None:
        url = self._database.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
        connection = await psycopg.AsyncConnection.connect(url, autocommit=True, connect_timeout=5)
        async with connection:
            await connection.execute(psycopg.sql.SQL("listen {}").format(psycopg.sql.Identifier(CHANNEL)))
            await self._look()  # what came before we listened
            while self._followers:
                async for _notice in connection.notifies(timeout=MISSED_NOTIFY_S, stop_after=1):
                    pass
                await self._look()
