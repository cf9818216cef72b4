"""Key pairs of a device and of the registry: one Ed25519 pair to sign, one X25519 pair to be sealed to.

A key id is the first 16 hexadecimal digits of SHA-256 over both public halves, so it follows from the key and
cannot be given wrongly. Private halves live in a file of mode 0600; public halves are one line of text that a
person can paste, with its own kind in front so that a device's key is never taken for the registry's.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey

from edge.messages.errors import KeyInvalid

_HALF = 32


@dataclass(frozen=True, slots=True)
class PublicKeys:
    """Public halves: `sign` and `agree` are 32 raw bytes each."""

    sign: bytes
    agree: bytes
    key_id: str = field(init=False)

    KIND: ClassVar[str] = ""

    def __post_init__(self) -> None:
        Ed25519PublicKey.from_public_bytes(self.sign)
        X25519PublicKey.from_public_bytes(self.agree)
        object.__setattr__(self, "key_id", hashlib.sha256(self.sign + self.agree).hexdigest()[:16])

    def to_text(self) -> str:
        return f"{self.KIND}.{_to_base64(self.sign + self.agree)}"

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Errors: KeyInvalid."""
        raw = _raw_of(text, cls.KIND, source="The text")
        return cls(raw[:_HALF], raw[_HALF:])


@dataclass(frozen=True, slots=True)
class DevicePublic(PublicKeys):
    KIND: ClassVar[str] = "panah-device-public-1"


@dataclass(frozen=True, slots=True)
class RegistryPublic(PublicKeys):
    KIND: ClassVar[str] = "panah-registry-public-1"


@dataclass(frozen=True, slots=True, repr=False)
class PrivateKeys:
    """Both private halves, 32 raw bytes each. Never printed: `repr` shows the key id only."""

    sign: bytes
    agree: bytes
    sign_public: bytes = field(init=False, compare=False)
    agree_public: bytes = field(init=False, compare=False)
    key_id: str = field(init=False, compare=False)

    KIND: ClassVar[str] = ""

    def __post_init__(self) -> None:
        # Derived once: each derivation costs about 50 microseconds, and every message needs them.
        sign = Ed25519PrivateKey.from_private_bytes(self.sign).public_key().public_bytes_raw()
        agree = X25519PrivateKey.from_private_bytes(self.agree).public_key().public_bytes_raw()
        object.__setattr__(self, "sign_public", sign)
        object.__setattr__(self, "agree_public", agree)
        object.__setattr__(self, "key_id", PublicKeys(sign, agree).key_id)

    @classmethod
    def generate(cls) -> Self:
        """New keys from the operating system's randomness, through `cryptography`."""
        return cls(Ed25519PrivateKey.generate().private_bytes_raw(), X25519PrivateKey.generate().private_bytes_raw())

    def save(self, path: Path) -> None:
        """Write a new file of mode 0600, on disk before this returns.

        Errors: FileExistsError; a key is never overwritten.
        """
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(f"{self.KIND}.{_to_base64(self.sign + self.agree)}\n")
            file.flush()
            os.fsync(file.fileno())

    @classmethod
    def load(cls, path: Path) -> Self:
        """Errors: KeyInvalid; OSError when the file cannot be read."""
        raw = _raw_of(path.read_text(encoding="ascii", errors="replace"), cls.KIND, source=f"The file {path}")
        return cls(raw[:_HALF], raw[_HALF:])

    def __repr__(self) -> str:
        return f"{type(self).__name__}(key_id={self.key_id!r})"


@dataclass(frozen=True, slots=True, repr=False)
class DeviceKeys(PrivateKeys):
    KIND: ClassVar[str] = "panah-device-key-1"

    @property
    def public(self) -> DevicePublic:
        return DevicePublic(self.sign_public, self.agree_public)


@dataclass(frozen=True, slots=True, repr=False)
class RegistryKeys(PrivateKeys):
    KIND: ClassVar[str] = "panah-registry-key-1"

    @property
    def public(self) -> RegistryPublic:
        return RegistryPublic(self.sign_public, self.agree_public)


def _to_base64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _raw_of(text: str, kind: str, *, source: str) -> bytes:
    found, _, body = text.strip().partition(".")
    try:
        raw = base64.b64decode(body + "=" * (-len(body) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raw = b""
    if found != kind or len(raw) != 2 * _HALF:
        raise KeyInvalid(f"a key of kind {kind}", source)
    return raw
