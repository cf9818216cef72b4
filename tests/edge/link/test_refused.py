"""A broker that does not let the tablet in is told apart from one that is away."""

import shutil
import subprocess
from pathlib import Path

import pytest

from common.broker import BrokerAddress
from edge.link.models import LinkState
from edge.link.session import answers
from edge.messages.keys import RegistryKeys
from registry.broker import free_port
from tests.edge.link.conftest import Tablet, eventually
from tests.edge.reports import capture_report


def test_a_broker_that_wants_a_password_refuses_and_the_queue_stays(tmp_path: Path) -> None:
    program = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")
    if program is None:
        pytest.skip("no mosquitto program here: a refusing broker was not tried")
    port, settings = free_port(), tmp_path / "mosquitto.conf"
    settings.write_text(f"listener {port} 127.0.0.1\nallow_anonymous false\n")
    broker = subprocess.Popen([program, "-c", str(settings)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        assert eventually(lambda: answers(BrokerAddress(host="127.0.0.1", port=port)))
        tablet = Tablet(tmp_path, BrokerAddress(host="127.0.0.1", port=port), RegistryKeys.generate())
        tablet.start()
        tablet.outbox.save(capture_report(tablet.device))
        assert eventually(lambda: tablet.link.status.state is LinkState.REFUSED)
        assert "Not authorized" in (tablet.link.status.reason or "")
        assert tablet.outbox.counts().waiting == 1
        tablet.stop()
    finally:
        broker.terminate()
        broker.wait()
