"""The tablet's program: the link in its threads, the kiosk page in the main one, until it is told to end."""

import errno
import socket
from dataclasses import dataclass

import uvicorn
from fastapi import FastAPI

from edge.bootstrap import Tablet
from edge.errors import PortTaken

LOCALHOST = "127.0.0.1"


@dataclass(frozen=True, kw_only=True)
class Runtime:
    tablet: Tablet
    app: FastAPI

    def serve(self) -> None:
        """Until SIGINT or SIGTERM. Errors: PortTaken, before anything was started."""
        with _listen(self.tablet.config.kiosk_port) as listening:
            self.tablet.start()
            try:
                _Server(self.app).run(sockets=[listening])
            finally:
                self.app.state.meeting.close()
                self.tablet.stop()


class _Server(uvicorn.Server):
    """Open pages hold a stream; they are told to end first, so that the server need not wait for them."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(
            uvicorn.Config(app, log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2)
        )
        self._app = app

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.state.ending = True
        await super().shutdown(sockets)


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server((LOCALHOST, port))
    except OSError as exc:
        if exc.errno == errno.EADDRINUSE:
            raise PortTaken(port) from exc
        raise
