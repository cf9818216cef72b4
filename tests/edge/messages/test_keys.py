"""Keys survive their files and their text, and are never taken for one another."""

import stat
from pathlib import Path

import pytest

from edge.messages.errors import KeyInvalid
from edge.messages.keys import DeviceKeys, DevicePublic, RegistryKeys, RegistryPublic


def test_a_saved_key_file_is_private_and_reads_back_the_same(tmp_path: Path) -> None:
    keys, path = DeviceKeys.generate(), tmp_path / "device.key"
    keys.save(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert DeviceKeys.load(path) == keys


def test_a_key_file_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "device.key"
    DeviceKeys.generate().save(path)
    with pytest.raises(FileExistsError):
        DeviceKeys.generate().save(path)


def test_public_text_reads_back_the_same_with_the_same_key_id() -> None:
    keys = RegistryKeys.generate()
    again = RegistryPublic.from_text(f"  {keys.public.to_text()}\n")
    assert again == keys.public
    assert again.key_id == keys.key_id


def test_a_device_key_is_not_accepted_as_the_registrys(tmp_path: Path) -> None:
    keys, path = DeviceKeys.generate(), tmp_path / "device.key"
    keys.save(path)
    with pytest.raises(KeyInvalid, match="is not a key of kind panah-registry-key-1"):
        RegistryKeys.load(path)
    with pytest.raises(KeyInvalid):
        RegistryPublic.from_text(keys.public.to_text())


@pytest.mark.parametrize("text", ["", "x", "panah-device-public-1.", "panah-device-public-1.AAAA", "\x00" * 50])
def test_text_that_is_no_key_is_refused_with_what_to_do(text: str) -> None:
    with pytest.raises(KeyInvalid, match="copy it again"):
        DevicePublic.from_text(text)


def test_a_private_key_is_not_printed() -> None:
    keys = DeviceKeys.generate()
    assert repr(keys) == f"DeviceKeys(key_id='{keys.key_id}')"
