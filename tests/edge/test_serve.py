"""`panah edge serve` as a program: it starts without a broker, answers, says what is wrong, and ends at once."""

import json
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from edge.config import write_config
from edge.messages.keys import DeviceKeys, RegistryKeys


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def provision(folder: Path, port: int) -> Path:
    return write_config(
        folder,
        device="van-2",
        label="ون ۲",
        team="گشت",
        broker="mqtt://127.0.0.1:9",
        device_keys=DeviceKeys.generate(),
        registry_public=[RegistryKeys.generate().public],
        scanner="serial:/dev/ttyUSB0",
        kiosk_port=port,
    )


def serve(config: Path) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "panah.cli", "edge", "serve", "--config", str(config)]
    return subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def health(port: int) -> dict[str, str]:
    deadline = time.monotonic() + 30
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                return json.load(answer)
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def test_it_starts_without_a_broker_or_a_scanner_and_ends_with_an_open_page(tmp_path: Path) -> None:
    port = free_port()
    program = serve(provision(tmp_path, port))
    try:
        assert health(port)["device"] == "van-2"
        stream = urllib.request.urlopen(f"http://127.0.0.1:{port}/changes", timeout=5)
        deadline = time.monotonic() + 10
        while health(port)["link"] != "offline" and time.monotonic() < deadline:
            time.sleep(0.1)
        assert health(port)["link"] == "offline"
        program.send_signal(signal.SIGTERM)
        out, err = program.communicate(timeout=15)
        stream.close()
    finally:
        program.kill()
        program.communicate()
    assert f"http://127.0.0.1:{port}/" in out
    assert "Traceback" not in err


def test_a_taken_port_is_said_in_one_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        program = serve(provision(tmp_path, port))
        _, err = program.communicate(timeout=30)
    assert program.returncode == 1
    assert f"Port {port} is in use, so the kiosk page cannot be shown." in err
    assert "Traceback" not in err


@pytest.mark.parametrize("text", [None, "brokr = 1"])
def test_missing_or_wrong_settings_are_said_in_one_sentence(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "tablet.toml"
    if text is not None:
        path.write_text(text)
    program = serve(path)
    _, err = program.communicate(timeout=30)
    assert program.returncode == 1
    assert ("There are no settings at" if text is None else "brokr: there is no such setting") in err
    assert "Traceback" not in err
