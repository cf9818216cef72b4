"""The gallery's key, in the home's own folder: made once with the gallery, never overwritten, mode 0600."""

import os
import secrets
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from abis.errors import KeyFileDamaged

_KEY_BYTES = 32
_NONCE_BYTES = 12


class GalleryKey:
    """Seals one template for one reference: a row copied to another reference does not open."""

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    @classmethod
    def make(cls, path: Path) -> "GalleryKey":
        """Errors: FileExistsError, OSError."""
        key = secrets.token_bytes(_KEY_BYTES)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(key.hex() + "\n")
            file.flush()
            os.fsync(file.fileno())
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return cls(key)

    @classmethod
    def load(cls, path: Path) -> "GalleryKey":
        """Errors: KeyFileDamaged."""
        try:
            key = bytes.fromhex(path.read_text(encoding="ascii").strip())
        except (OSError, ValueError) as exc:
            raise KeyFileDamaged(path) from exc
        if len(key) != _KEY_BYTES:
            raise KeyFileDamaged(path)
        return cls(key)

    def seal(self, plain: bytes, *, reference_id: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, reference_id.encode())

    def open(self, sealed: bytes, *, reference_id: str) -> bytes:
        """Errors: ValueError for another key, another reference or changed bytes."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], reference_id.encode())
        except InvalidTag as exc:
            raise ValueError("not sealed by this key for this reference") from exc
