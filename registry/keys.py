"""The registry's own keys, in PANAH_HOME/keys: made once, never overwritten, mode 0600."""

import os
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from edge.messages.errors import KeyInvalid
from edge.messages.keys import RegistryKeys, RegistryPublic
from registry.errors import HomeUnusable, KeyFileDamaged

_SECRET_BYTES = 32
T = TypeVar("T")


@dataclass(frozen=True, slots=True, repr=False)
class Keyring:
    """`messages`: newest first; the first one signs, all of them open. `audit` seals the audit trail, `names` marks
    names for looking up, `gallery` seals the gallery's snapshots, `attachments` files of cases: 32 bytes each."""

    messages: tuple[RegistryKeys, ...]
    audit: bytes
    names: bytes
    gallery: bytes
    attachments: bytes

    @property
    def signing(self) -> RegistryKeys:
        return self.messages[0]

    @property
    def public(self) -> Sequence[RegistryPublic]:
        return tuple(keys.public for keys in self.messages)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Load the keys, making those that are missing. Errors: HomeUnusable, KeyFileDamaged."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            audit, names, gallery, attachments = (
                _load_or_make(folder / name, make=_save_secret, load=_load_secret)
                for name in ("audit.key", "names.key", "gallery.key", "attachments.key")
            )
            first = _load_or_make(
                folder / "messages-1.key", make=lambda path: RegistryKeys.generate().save(path), load=RegistryKeys.load
            )
            later = [
                _load(path, RegistryKeys.load)
                for path in sorted(folder.glob("messages-*.key"))
                if path.name != "messages-1.key"
            ]
        except OSError as exc:
            raise HomeUnusable(folder, exc.strerror or str(exc)) from exc
        return cls(
            messages=(*reversed(later), first), audit=audit, names=names, gallery=gallery, attachments=attachments
        )

    def __repr__(self) -> str:
        return f"Keyring({', '.join(keys.key_id for keys in self.messages)})"


def _load_or_make(path: Path, *, make: Callable[[Path], None], load: Callable[[Path], T]) -> T:
    """Two processes may start on an empty home at once: the key appears whole under its name, and only once."""
    if not path.exists():
        draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        make(draft)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # the other process was first; its key is the key
        finally:
            draft.unlink()
    return _load(path, load)


def _load(path: Path, load: Callable[[Path], T]) -> T:
    try:
        return load(path)
    except (KeyInvalid, ValueError) as exc:
        raise KeyFileDamaged(path) from exc


def _save_secret(path: Path) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(secrets.token_hex(_SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())


def _load_secret(path: Path) -> bytes:
    key = bytes.fromhex(path.read_text(encoding="ascii", errors="replace").strip())
    if len(key) != _SECRET_BYTES:
        raise ValueError("the key has another length")
    return key
