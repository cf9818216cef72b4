"""A tablet's settings are written once, read back the same, and refused by the name of the key that is wrong."""

import stat
from pathlib import Path

import pytest

from edge.config import read_config, write_config
from edge.errors import ConfigInvalid, ConfigMissing
from edge.messages.keys import DeviceKeys, RegistryKeys

REGISTRY = RegistryKeys.generate().public


def provision(folder: Path, **changes: object) -> Path:
    facts: dict = {
        "device": "van-2",
        "label": "ون ۲",
        "team": 'گشت "شوش" \\ ۳',
        "broker": "mqtt://127.0.0.1:1883",
        "device_keys": DeviceKeys.generate(),
        "registry_public": [REGISTRY],
        "scanner": "serial:/dev/serial/by-id/iris",
    }
    return write_config(folder, **{**facts, **changes})


def test_written_settings_read_back_the_same(tmp_path: Path) -> None:
    keys = DeviceKeys.generate()
    config = read_config(provision(tmp_path / "van", device_keys=keys, gps="/dev/ttyACM0"))
    assert (config.device, config.label, config.team) == ("van-2", "ون ۲", 'گشت "شوش" \\ ۳')
    assert (config.gps, config.kiosk_port) == ("/dev/ttyACM0", 8787)
    assert config.load_device_keys() == [keys]
    assert config.registry_public() == [REGISTRY]
    assert config.outbox_path == (tmp_path / "van" / "outbox.sqlite").resolve()


def test_other_models_may_be_named(tmp_path: Path) -> None:
    path = provision(tmp_path)
    assert read_config(path).weights is None
    path.write_text(path.read_text(encoding="utf-8") + 'weights = "synthetic"\n', encoding="utf-8")
    assert read_config(path).weights == "synthetic"


def test_settings_and_key_are_for_their_owner_only(tmp_path: Path) -> None:
    path = provision(tmp_path)
    modes = {stat.S_IMODE(each.stat().st_mode) for each in (path, tmp_path / "device.key")}
    assert modes == {0o600}


def test_a_provisioned_folder_is_not_provisioned_again(tmp_path: Path) -> None:
    provision(tmp_path)
    with pytest.raises(FileExistsError):
        provision(tmp_path)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"device": "Van 2"}, "device: small letters, digits and hyphens"),
        ({"broker": "http://x"}, "broker: The broker's address 'http://x' cannot be used"),
        ({"scanner": "camera"}, "scanner: write serial:/dev/… or replay:MANIFEST.csv"),
        ({"registry_public": []}, "registry_keys: "),
        ({"kiosk_port": 0}, "kiosk_port: "),
        ({"label": ""}, "label: "),
    ],
)
def test_settings_that_cannot_be_are_not_written(tmp_path: Path, change: dict, problem: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        provision(tmp_path / "van", **change)
    assert problem in str(caught.value)
    assert not (tmp_path / "van").exists()


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("brokr = 'x'", "brokr: there is no such setting"),
        ("folder = '/'", "folder: it is where the file lies"),
        ("tls = {authority = 'ca.pem'}", "tls.certificate: it is missing"),
        ("= 3", "it is not TOML"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    path = provision(tmp_path)
    path.write_text(path.read_text() + line + "\n")
    with pytest.raises(ConfigInvalid) as caught:
        read_config(path)
    assert problem in str(caught.value)


def test_a_missing_line_is_named(tmp_path: Path) -> None:
    path = provision(tmp_path)
    path.write_text("\n".join(line for line in path.read_text().splitlines() if not line.startswith("team")))
    with pytest.raises(ConfigInvalid, match="team: it is missing"):
        read_config(path)


def test_no_settings_say_who_writes_them(tmp_path: Path) -> None:
    with pytest.raises(ConfigMissing, match="`panah device provision` writes them"):
        read_config(tmp_path / "tablet.toml")


def test_a_lost_key_file_is_named(tmp_path: Path) -> None:
    config = read_config(provision(tmp_path))
    (tmp_path / "device.key").unlink()
    with pytest.raises(ConfigInvalid, match=r"device_keys: .*device\.key"):
        config.load_device_keys()
