"""Sealing what is attached: AES-256-GCM, a key of its own for each attachment, bound to the attachment and the part."""

import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from registry.errors import AttachmentDamaged

_NONCE, _KEY = 12, 32


class Vault:
    """`master` is 32 bytes of the registry's keyring; whoever has the database alone reads nothing."""

    def __init__(self, master: bytes, *, draw: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._master, self._draw = master, draw

    def seal(self, token: str, part: str, data: bytes) -> bytes:
        nonce = self._draw(_NONCE)
        return nonce + self._cipher(token).encrypt(nonce, data, _bound_to(token, part))

    def open(self, token: str, part: str, sealed: bytes) -> bytes:
        """Errors: AttachmentDamaged: changed, given to another attachment, or sealed by a registry with other keys."""
        try:
            return self._cipher(token).decrypt(sealed[:_NONCE], sealed[_NONCE:], _bound_to(token, part))
        except (InvalidTag, ValueError) as exc:
            raise AttachmentDamaged(token) from exc

    def _cipher(self, token: str) -> AESGCM:
        derived = HKDF(algorithm=SHA256(), length=_KEY, salt=None, info=b"panah attachment " + token.encode())
        return AESGCM(derived.derive(self._master))


def _bound_to(token: str, part: str) -> bytes:
    return f"{token}:{part}".encode()
