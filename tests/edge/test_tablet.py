"""A whole tablet: from the child's yes to the answer on its screen, over a real broker."""

import errno
import os
import time
from pathlib import Path
from uuid import uuid4

import pytest

from common.broker import BrokerAddress
from edge.bootstrap import scanner_of
from edge.capture.models import EncounterFacts
from edge.link.models import LinkState
from edge.messages.keys import DevicePublic, RegistryKeys
from edge.messages.models import Assent, EncounterOutcome
from edge.outbox.errors import SpaceLow
from registry.broker import embedded_broker
from tests.edge.capture.conftest import shots
from tests.edge.link.registry_double import RegistryDouble
from tests.edge.tablets import Tape, make_tablet


def public_of(folder: Path) -> DevicePublic:
    from edge.config import read_config

    return read_config(folder / "tablet.toml").load_device_keys()[0].public


def test_from_assent_to_the_answer_on_the_screen(tmp_path: Path) -> None:
    keys, device, tape = RegistryKeys.generate(), f"van-{uuid4().hex[:8]}", Tape()
    with embedded_broker() as address:
        tablet = make_tablet(
            tmp_path, registry_public=keys.public, broker=address.url, device=device, open_scanner=tape.open
        )
        there = BrokerAddress(host=address.host, port=address.port)
        registry = RegistryDouble(there, keys, {device: public_of(tmp_path)})
        tablet.start()
        encounter = tablet.encounter()
        for child in (1, 2):
            tape.insert(shots(child))
            encounter.scan(encounter.add_child(assent=Assent.GIVEN))
        version = tablet.changes.version
        finished = encounter.finish(EncounterFacts(place="میدان شوش", outcome=EncounterOutcome.TRANSFER))
        assert tablet.changes.version > version
        deadline = time.monotonic() + 10
        while tablet.outbox.recent(limit=1)[0].result is None and time.monotonic() < deadline:
            time.sleep(0.01)
        memo = tablet.outbox.recent(limit=1)[0]
        assert memo.result is not None
        assert len(memo.result.slots) == 2
        assert memo.capture_id == finished.saved.capture_id
        assert tablet.link.status.state is LinkState.ONLINE
        assert tablet.outbox.counts().queued == 0
        tablet.stop()
        registry.close()


def disk_is_full(_handle: int, _offset: int, _size: int) -> None:
    raise OSError(errno.ENOSPC, "no space left")


def test_no_encounter_begins_when_there_is_no_room_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tablet = make_tablet(tmp_path, registry_public=RegistryKeys.generate().public)
    tablet.outbox._reserve.spend()
    monkeypatch.setattr(os, "posix_fallocate", disk_is_full)
    with pytest.raises(SpaceLow, match="before a new one begins"):
        tablet.encounter()
    tablet.stop()


def test_a_replayed_manifest_is_found_beside_the_settings(tmp_path: Path) -> None:
    from devices.errors import ManifestInvalid

    with pytest.raises(ManifestInvalid):
        scanner_of("replay:missing.csv", folder=tmp_path)()
