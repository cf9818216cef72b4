"""MOSIP's encrypted data share (1.2.0 and later), and the private key that opens it.

Url-safe base64 of Block1 + "#KEY_SPLITTER#" + Block2. Block1: "VER_R2", the certificate's SHA-256 (32 bytes), an
AES-256 key under RSA-2048-OAEP (SHA-256, MGF1 with SHA-256). Block2: 32 random bytes, which are the additional data and
whose first 12 are the nonce, and the AES-GCM ciphertext with its tag.
"""

import base64
import binascii
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import load_pem_private_key, pkcs12

from abis.codes import Failure
from abis.errors import Refused, ShareKeyUnusable

SPLITTER = b"#KEY_SPLITTER#"
VERSION = b"VER_R2"
_THUMBPRINT, _AAD, _NONCE, _TAG = 32, 32, 12, 16
OAEP = padding.OAEP(mgf=padding.MGF1(hashes.SHA256()), algorithm=hashes.SHA256(), label=None)


@dataclass(frozen=True, slots=True, repr=False)
class ShareKey:
    """thumbprint: SHA-256 of the certificate that MOSIP encrypts to; None where only the key is at hand."""

    private: RSAPrivateKey
    thumbprint: bytes | None = None

    @classmethod
    def load(cls, path: Path, *, password: str | None = None, certificate: Path | None = None) -> Self:
        """From PEM, or from PKCS#12 (.p12, .pfx) which brings its certificate. Errors: ShareKeyUnusable."""
        secret = password.encode() if password else None
        try:
            content = path.read_bytes()
            known = x509.load_pem_x509_certificate(certificate.read_bytes()) if certificate else None
            if path.suffix.lower() in (".p12", ".pfx"):
                key, brought, _ = pkcs12.load_key_and_certificates(content, secret)
                known = known or brought
            else:
                key = load_pem_private_key(content, secret)
        except OSError as exc:
            raise ShareKeyUnusable(path, exc.strerror or "it cannot be read") from exc
        except (ValueError, TypeError) as exc:
            raise ShareKeyUnusable(path, "it is damaged, or its password is another") from exc
        if not isinstance(key, RSAPrivateKey):
            raise ShareKeyUnusable(path, "it is no RSA key")
        return cls(key, known.fingerprint(hashes.SHA256()) if known else None)

    def open(self, sealed: bytes) -> bytes:
        """Errors: Refused, 16 for what is no encrypted data share, 7 for one that this key does not open."""
        first, second = _blocks(sealed)
        thumbprint, wrapped = first[len(VERSION) :][:_THUMBPRINT], first[len(VERSION) + _THUMBPRINT :]
        if self.thumbprint is not None and thumbprint != self.thumbprint:
            raise Refused(Failure.FETCH_FAILED, "the data share is encrypted for another certificate than ours")
        try:
            key = self.private.decrypt(wrapped, OAEP)
            return AESGCM(key).decrypt(second[:_NONCE], second[_AAD:], second[:_AAD])
        except (ValueError, InvalidTag) as exc:
            raise Refused(Failure.FETCH_FAILED, "the data share cannot be opened with this key") from exc


def _blocks(sealed: bytes) -> tuple[bytes, bytes]:
    text = sealed.strip().rstrip(b"=")
    try:
        raw = base64.b64decode(text.translate(_STANDARD) + b"=" * (-len(text) % 4), validate=True)
    except binascii.Error as exc:
        raise Refused(Failure.INVALID_CBEFF, "the data share is not base64") from exc
    first, splitter, second = raw.partition(SPLITTER)
    if not splitter or not first.startswith(VERSION) or len(second) < _AAD + _TAG:
        raise Refused(Failure.INVALID_CBEFF, "not an encrypted data share of version VER_R2")
    return first, second


_STANDARD = bytes.maketrans(b"-_", b"+/")
