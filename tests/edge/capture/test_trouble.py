"""A scanner pulled out, a full disk, a device held wrongly: what the person sees, and that nothing is lost."""

import contextlib
import random
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest

from common.time import SystemClock
from devices.errors import ScannerUnplugged
from devices.models import DeviceProfile, Frame
from devices.serial.scanner import SerialScanner
from devices.serial.simulated import Misbehaviour, SimulatedScanner
from edge.capture.encounter import Encounter, Tools
from edge.capture.errors import ScannerLost
from edge.capture.iris import IrisExtractor
from edge.capture.models import EncounterFacts
from edge.capture.port import ReopeningPort
from edge.messages.keys import DeviceKeys, RegistryKeys
from edge.messages.models import Assent, EncounterOutcome
from edge.messages.seal import seal_capture
from edge.outbox.errors import DiskFull
from edge.outbox.sqlite import SqliteOutbox
from models.pipeline import upright
from tests.edge.capture.conftest import NOW, Van, picture, shots

FACTS = EncounterFacts(place="میدان شوش", outcome=EncounterOutcome.TRANSFER)


@contextlib.contextmanager
def encounter_with(van: Van, device: SimulatedScanner) -> Iterator[Encounter]:
    port = ReopeningPort(lambda: SerialScanner(device.port))
    yield Encounter(replace(van.tools(), port=port))
    port.close()


def test_a_simulated_serial_scanner_is_captured_and_left_dark(van: Van) -> None:
    with SimulatedScanner(list(shots(1)), frames_per_second=None) as device, encounter_with(van, device) as encounter:
        assert encounter.scan(encounter.add_child(assent=Assent.GIVEN)).captured == ("left", "right")
        assert (device.lamp_on, device.lamp_history, device.frames_in_the_dark) == (False, [True, False], 0)


def test_a_scanner_unplugged_mid_capture_is_said_and_what_was_captured_stays(van: Van) -> None:
    device = SimulatedScanner(list(shots(1, eyes=("left",))) + list(shots(1)), frames_per_second=None)
    device.misbehave(Misbehaviour.unplug, at_frame=6)
    with encounter_with(van, device) as encounter:
        child = encounter.add_child(assent=Assent.GIVEN)
        with pytest.raises(ScannerLost) as caught:
            encounter.scan(child)
        assert isinstance(caught.value.cause, ScannerUnplugged)
        assert caught.value.persian == "اسکنر جدا شد؛ دوباره وصلش کنید. آنچه گرفته‌اید سر جایش است."
        assert "was unplugged or closed. Plug it in again" in str(caught.value)
        assert encounter.slots[0].captured() == ["left"]
        assert encounter.slots[0].scans == 0
        encounter.finish(FACTS)
    assert van.reports[0].slots[0].left.template is not None


def test_after_plugging_in_again_the_same_encounter_goes_on(van: Van) -> None:
    broken = SimulatedScanner(list(shots(1)), frames_per_second=None)
    broken.misbehave(Misbehaviour.unplug, at_frame=1)
    whole = SimulatedScanner(list(shots(1)), frames_per_second=None)
    ports = iter([broken.port, whole.port])
    port = ReopeningPort(lambda: SerialScanner(next(ports)))
    encounter = Encounter(replace(van.tools(), port=port))
    child = encounter.add_child(assent=Assent.GIVEN)
    with pytest.raises(ScannerLost):
        encounter.scan(child)
    assert encounter.scan(child).captured == ("left", "right")
    port.close()
    whole.close()


def test_a_scanner_that_never_sends_a_frame_is_said_to_be_silent(van: Van) -> None:
    with SimulatedScanner([]) as device, encounter_with(van, device) as encounter, pytest.raises(ScannerLost) as caught:
        encounter.scan(encounter.add_child(assent=Assent.GIVEN))
    assert caught.value.persian == "از اسکنر تصویری نمی‌رسد؛ کابلش را بکشید و دوباره وصل کنید."


@pytest.mark.parametrize("how", [Misbehaviour.half_frame, Misbehaviour.wrong_crc])
def test_a_scanner_whose_only_frame_is_damaged_is_said_to_be_silent(van: Van, how: Misbehaviour) -> None:
    device = SimulatedScanner(list(shots(1, eyes=("left",), frames=1)), frames_per_second=None)
    device.misbehave(how, at_frame=0)
    with device, encounter_with(van, device) as encounter, pytest.raises(ScannerLost) as caught:
        encounter.scan(encounter.add_child(assent=Assent.GIVEN))
    assert caught.value.persian == "از اسکنر تصویری نمی‌رسد؛ کابلش را بکشید و دوباره وصل کنید."
    assert "gave no whole picture" in str(caught.value)


def test_a_scanner_that_fell_silent_after_good_frames_is_no_trouble(van: Van) -> None:
    two = list(shots(1, frames=1))
    with SimulatedScanner(two, frames_per_second=None) as device, encounter_with(van, device) as encounter:
        assert encounter.scan(encounter.add_child(assent=Assent.GIVEN)).captured == ("left", "right")


def test_a_missing_scanner_is_said_and_the_encounter_is_saved_without_iris(van: Van) -> None:
    port = ReopeningPort(lambda: SerialScanner("/dev/no-such-scanner"))
    encounter = Encounter(replace(van.tools(), port=port))
    child = encounter.add_child(assent=Assent.GIVEN)
    with pytest.raises(ScannerLost, match="There is no device at /dev/no-such-scanner") as caught:
        encounter.scan(child)
    assert caught.value.persian == "اسکنر کار نمی‌کند؛ کابلش را ببینید. بی‌عنبیه هم می‌توانید ادامه دهید."
    encounter.go_on_without(child, "scanner_broken")
    encounter.finish(FACTS)
    assert van.reports[0].slots[0].no_iris_reason == "scanner_broken"


def test_damaged_frames_are_passed_over(van: Van) -> None:
    device = SimulatedScanner(list(shots(1, frames=8)), frames_per_second=None)
    device.misbehave(Misbehaviour.half_frame, at_frame=1)
    device.misbehave(Misbehaviour.wrong_crc, at_frame=4)
    with device, encounter_with(van, device) as encounter:
        assert encounter.scan(encounter.add_child(assent=Assent.GIVEN)).captured == ("left", "right")


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("mirrored", [False, True])
def test_a_device_that_hands_over_turned_or_mirrored_pictures_gives_the_same_template(
    extractor: IrisExtractor, rotation: int, mirrored: bool
) -> None:
    plain = DeviceProfile(name="plain", wavelength_nm=850, pixels_per_mm=9, distance_mm=(50, 200))
    turned = replace(plain, rotation=rotation, mirrored=mirrored)
    seen = picture(1, "left", 0)
    as_sensed = np.rot90(seen[:, ::-1] if mirrored else seen, k=rotation // 90)
    assert np.array_equal(upright(as_sensed, turned), seen)
    frames = [
        Frame(image=image, eye="left", monotonic=0.0, utc=NOW, device_serial="x", profile=profile)
        for image, profile in ((seen, plain), (np.ascontiguousarray(as_sensed), turned))
    ]
    assert extractor.extract(frames[0], "left") == extractor.extract(frames[1], "left")


def save_until_full(tools: Tools, children: int) -> None:
    with contextlib.suppress(DiskFull):
        for _ in range(500):
            encounter = Encounter(tools)
            for _ in range(children):
                encounter.add_child(assent=Assent.REFUSED)
            encounter.finish(FACTS)


def test_a_full_disk_is_said_before_saved_is_and_the_encounter_can_be_saved_afterwards(
    van: Van, tmp_path: Path
) -> None:
    keys, registry = DeviceKeys.generate(), RegistryKeys.generate()
    outbox = SqliteOutbox(
        tmp_path / "outbox.sqlite",
        seal=partial(seal_capture, device_keys=keys, registry_public=registry.public),
        clock=SystemClock(),
        uniform=random.Random(1).uniform,
    )
    encounter = Encounter(replace(van.tools(), save=outbox.save, require_space=outbox.require_space))
    encounter.add_child(assent=Assent.REFUSED)
    with outbox._database.read() as db:  # SQLite's own limit: as full as a disk can be
        pages = db.execute("PRAGMA page_count").fetchone()[0]
        db.execute(f"PRAGMA max_page_count = {pages}")
    for children in (12, 1):
        save_until_full(replace(van.tools(), save=outbox.save), children)
    kept = outbox.counts().saved_ever
    with pytest.raises(DiskFull) as caught:
        encounter.finish(FACTS)
    assert caught.value.persian.startswith("حافظهٔ تبلت پر است؛ این برخورد ذخیره نشد.")
    assert outbox.counts().saved_ever == kept
    with outbox._database.read() as db:
        db.execute("PRAGMA max_page_count = 100000")
    encounter.finish(FACTS)
    assert outbox.counts().saved_ever == kept + 1
    outbox.close()
