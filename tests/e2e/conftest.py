"""`panah demo` as a person starts it, and what it leaves behind."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from common.broker import BrokerAddress
from edge.link.session import answers
from tests.registry.conftest import postgresql, postgresql_alone

__all__ = ["postgresql", "postgresql_alone"]

ROOT = Path(__file__).parents[2]
MOSQUITTO = BrokerAddress(host="127.0.0.1", port=1883)


def clean_environment(**more: str) -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if not key.startswith("PANAH_")} | more


def demo_words(*words: str) -> list[str]:
    return [sys.executable, "-m", "panah.cli", "demo", *words]


@dataclass(frozen=True)
class Ended:
    status: int
    out: str
    err: str

    @property
    def summary(self) -> dict[str, Any]:
        """The last line on stdout, with nothing after it."""
        assert self.status == 0, self.err[-3000:]
        assert self.out.endswith("}\n")
        found: dict[str, Any] = json.loads(self.out.splitlines()[-1])
        return found


RunDemo = Callable[..., Ended]


@pytest.fixture(scope="session")
def run_demo() -> RunDemo:
    """`run_demo("--children", "6", PANAH_BROKER_URL=…)`: to its end."""

    def run(*words: str, **environment: str) -> Ended:
        done = subprocess.run(
            demo_words(*words), cwd=ROOT, env=clean_environment(**environment), capture_output=True, text=True,
            timeout=280, check=False,
        )  # fmt: skip
        return Ended(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def mosquitto() -> str:
    if not answers(MOSQUITTO):
        pytest.skip("no Mosquitto answers on 127.0.0.1:1883: the demo was tried over the embedded broker only")
    return f"mqtt://{MOSQUITTO.host}:{MOSQUITTO.port}"


def processes_of(group_marker: str) -> Iterator[tuple[int, str]]:
    """Processes of this machine whose environment or command line names the marker."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) != os.getpid():
            try:
                words = (folder / "cmdline").read_bytes() + b"\0" + (folder / "environ").read_bytes()
            except OSError:
                continue  # it ended meanwhile, or is another person's
            if group_marker.encode() in words:
                yield int(folder.name), words.split(b"\0PATH")[0].decode(errors="replace")


@pytest.fixture(scope="session")
def real_eyes() -> Path:
    folder = Path(os.environ.get("PANAH_IRIS_DATA", ROOT.parent / "shared" / "iris"))
    if not (folder / "manifest.csv").exists():
        pytest.skip(f"real eyes are not here ({folder}); set PANAH_IRIS_DATA to the folder with manifest.csv")
    return folder
