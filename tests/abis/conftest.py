"""An ABIS on a folder of its own, and a data share that serves what a test puts there."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from abis.desk import Desk
from abis.extraction import Extractor
from abis.operations import Operations
from abis.references import References
from abis.share.fetching import HttpFetch
from abis.share.reading import DataShare
from abis.store import open_store
from matching import Calibration, default_calibration
from models import IrisPipeline
from models.encoding import ENCODER
from tests.abis.makers import as_bytes, message

settings.register_profile("untimed", deadline=None)  # two busy cores would fail them now and then
settings.load_profile("untimed")

NOW = datetime(2026, 11, 24, 3, 4, 5, 678901, tzinfo=UTC)


class StillClock:
    def now(self) -> datetime:
        return NOW


@pytest.fixture(scope="session")
def pipeline() -> IrisPipeline:
    return IrisPipeline.load()


@pytest.fixture(scope="session")
def calibration() -> Calibration:
    return default_calibration().model_copy(update={"encoder": ENCODER})


class ShareServer:
    """A data share on a free port: `put` gives the address of a body; `login` makes it ask for a token."""

    def __init__(self) -> None:
        self.bodies: dict[str, tuple[int, bytes]] = {}
        self.seen: list[tuple[str, str, dict[str, str], bytes]] = []
        self.token: str | None = None
        self.slowly: float = 0.0
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                outer.answer(self)

            def do_POST(self) -> None:
                outer.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def put(self, body: bytes, *, status: int = 200) -> str:
        path = f"/v1/datashare/get/policy/partner/{len(self.bodies)}"
        self.bodies[path] = status, body
        return self.base + path

    def put_error(self, code: str, text: str) -> str:
        errors = [{"errorCode": code, "message": text}]
        return self.put(json.dumps({"id": None, "response": None, "errors": errors}).encode())

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        length = int(handler.headers.get("Content-Length") or 0)
        self.seen.append((handler.command, handler.path, dict(handler.headers), handler.rfile.read(length)))
        cookie = None
        if handler.path.endswith("/clientidsecretkey"):
            status, body, cookie = 200, b'{"response": {"status": "Success"}, "errors": null}', self.token
        elif self.token is not None and f"authorization={self.token}" not in handler.headers.get("Cookie", ""):
            status, body = 200, b'{"errors": [{"errorCode": "KER-ATH-401", "message": "Authentication Failed"}]}'
        else:
            status, body = self.bodies.get(handler.path, (404, b""))
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(body)))
        if cookie is not None:
            handler.send_header("Set-Cookie", f"Authorization={cookie}; Path=/; HttpOnly")
        handler.end_headers()
        handler.wfile.write(body)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def share() -> Iterator[ShareServer]:
    server = ShareServer()
    yield server
    server.close()


class Abis:
    """One life of the service on one folder. `ask` and `tell` are the caller's side of a message."""

    def __init__(self, home: Path, data_share: DataShare, extractor: Extractor, calibration: Calibration) -> None:
        self.store = open_store(home)
        self.references = References(self.store, encoder=ENCODER, calibration=calibration)
        clock = StillClock()
        self.operations = Operations(references=self.references, share=data_share, extractor=extractor, clock=clock)
        self.desk = Desk(self.operations, clock=clock)

    def tell(self, raw: bytes) -> dict[str, Any]:
        answer: dict[str, Any] = json.loads(self.desk.handle(raw))
        return answer

    def ask(self, operation: str, **fields: Any) -> dict[str, Any]:
        return self.tell(as_bytes(message(operation, **fields)))

    def found(self, **fields: Any) -> list[str]:
        """The reference ids that identify gives, in its order."""
        answer = self.ask("identify", **fields)
        assert answer["returnValue"] == "1", answer
        return [candidate["referenceId"] for candidate in answer["candidateList"]["candidates"]]

    def close(self) -> None:
        self.desk.close()
        self.store.close()


Start = Callable[..., Abis]


@pytest.fixture
def start(tmp_path: Path, pipeline: IrisPipeline, calibration: Calibration) -> Iterator[Start]:
    """Start a service (again) on the test's folder; keyword arguments are DataShare's."""
    with ExitStack() as stack:

        def begin(*, home: Path | None = None, extractor: Extractor = pipeline, **options: Any) -> Abis:
            options.setdefault("fetch", HttpFetch(seconds=5, max_bytes=4 << 20))
            abis = Abis(home or tmp_path / "abis", DataShare(**options), extractor, calibration)
            stack.callback(abis.close)
            return abis

        yield begin


@pytest.fixture
def abis(start: Start) -> Abis:
    return start()
