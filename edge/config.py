"""A tablet's settings: one TOML file beside its key, written when the device is provisioned."""

import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from common.broker import BrokerAddress
from edge.errors import ConfigInvalid, ConfigMissing
from edge.link.models import TlsFiles
from edge.messages.errors import KeyInvalid
from edge.messages.keys import DeviceKeys, RegistryPublic
from edge.messages.topics import DEVICE_NAME

FILE_NAME = "tablet.toml"
KEY_NAME = "device.key"
KIOSK_PORT = 8787


def _device_name(name: str) -> str:
    if not DEVICE_NAME.fullmatch(name):
        raise ValueError("small letters, digits and hyphens, a letter first, as in van-2")
    return name


def _broker_url(url: str) -> str:
    BrokerAddress.parse(url)
    return url


def _registry_key(text: str) -> str:
    RegistryPublic.from_text(text)
    return text


def _scanner(source: str) -> str:
    kind, _, rest = source.partition(":")
    if kind not in ("serial", "replay") or not rest:
        raise ValueError("write serial:/dev/… or replay:MANIFEST.csv")
    return source


class Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TlsSettings(Settings):
    """Files for mutual TLS, relative to the settings' folder."""

    authority: Path
    certificate: Path
    key: Path


class TabletConfig(Settings):
    """Paths are relative to `folder`, where the settings lie and the outbox is kept."""

    folder: Path = Field(exclude=True)
    device: Annotated[str, AfterValidator(_device_name)]
    """The name by which the registry knows this tablet."""
    label: str = Field(min_length=1, max_length=60)
    """What the screen calls it: «ون ۲»."""
    team: str = Field(min_length=1, max_length=200)
    broker: Annotated[str, AfterValidator(_broker_url)]
    device_keys: tuple[Path, ...] = Field(default=(Path(KEY_NAME),), min_length=1)
    """The first one signs; later ones are older and only open results."""
    registry_keys: tuple[Annotated[str, AfterValidator(_registry_key)], ...] = Field(min_length=1)
    """The registry's public keys. Captures are sealed to the first one; a receipt may be signed by any."""
    scanner: Annotated[str, AfterValidator(_scanner)]
    gps: str | None = None
    """The satellite receiver's serial port; None for a tablet without one."""
    weights: str | None = None
    """Recognition's models: a set that Panah brings, or a folder; None for the default."""
    kiosk_port: int = Field(default=KIOSK_PORT, ge=1, le=65535)
    tls: TlsSettings | None = None

    @property
    def outbox_path(self) -> Path:
        return self.folder / "outbox.sqlite"

    def load_device_keys(self) -> list[DeviceKeys]:
        """Errors: ConfigInvalid."""
        try:
            return [DeviceKeys.load(self.folder / path) for path in self.device_keys]
        except (OSError, KeyInvalid) as exc:
            raise ConfigInvalid(self.folder / FILE_NAME, (f"device_keys: {exc}",)) from exc

    def registry_public(self) -> list[RegistryPublic]:
        return [RegistryPublic.from_text(text) for text in self.registry_keys]

    def tls_files(self) -> TlsFiles | None:
        if self.tls is None:
            return None
        names = {name: self.folder / path for name, path in self.tls.model_dump().items()}
        return TlsFiles(**names)


def read_config(path: Path) -> TabletConfig:
    """Errors: ConfigMissing; ConfigInvalid, which names each key."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as exc:
        raise ConfigMissing(path) from exc
    try:
        return TabletConfig(folder=path.parent.resolve(), **tomllib.loads(text))
    except tomllib.TOMLDecodeError as exc:
        raise ConfigInvalid(path, (f"it is not TOML: {exc}",)) from exc
    except TypeError as exc:
        raise ConfigInvalid(path, ("folder: it is where the file lies and cannot be set",)) from exc
    except ValidationError as exc:
        raise ConfigInvalid(path, tuple(_problem(error) for error in exc.errors(include_input=False))) from exc


def write_config(
    folder: Path,
    *,
    device: str,
    label: str,
    team: str,
    broker: str,
    device_keys: DeviceKeys,
    registry_public: Sequence[RegistryPublic],
    scanner: str,
    gps: str | None = None,
    kiosk_port: int = KIOSK_PORT,
) -> Path:
    """Write a new tablet's folder: its private key (mode 0600) and its settings. The settings' path.

    Errors: FileExistsError when there is a key already; ConfigInvalid.
    """
    path = folder / FILE_NAME
    facts: dict[str, Any] = {
        "device": device,
        "label": label,
        "team": team,
        "broker": broker,
        "registry_keys": [key.to_text() for key in registry_public],
        "scanner": scanner,
        **({"gps": gps} if gps else {}),
        "kiosk_port": kiosk_port,
    }
    try:
        TabletConfig(folder=folder, **facts)
    except ValidationError as exc:
        raise ConfigInvalid(path, tuple(_problem(error) for error in exc.errors(include_input=False))) from exc
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    device_keys.save(folder / KEY_NAME)
    path.write_text("".join(f"{name} = {_toml(value)}\n" for name, value in facts.items()), encoding="utf-8")
    path.chmod(0o600)  # the broker's address may carry a password
    return path


def _problem(error: Any) -> str:
    name = ".".join(str(part) for part in error["loc"])
    messages = {"missing": "it is missing", "extra_forbidden": "there is no such setting"}
    return f"{name}: {messages.get(error['type'], error['msg'].removeprefix('Value error, '))}"


def _toml(value: str | int | list[str]) -> str:
    """A basic string, a number or an array of strings, as TOML 1.0 spells them."""
    if isinstance(value, list):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, int):
        return str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return (
        '"' + "".join(char if ord(char) >= 32 and ord(char) != 127 else f"\\u{ord(char):04x}" for char in escaped) + '"'
    )
