"""The two COSE layers (RFC 9052) and the one exact shape in which they are accepted.

Signature: COSE_Sign1 with EdDSA (Ed25519). Encryption: COSE_Encrypt with A256GCM, its key agreed directly by
ECDH-ES + HKDF-256 over X25519 (RFC 9053, sections 4.1 and 6.3.1). All code points are registered ones; why, see
docs/decisions/0001-cose-sealing.md.

COSE leaves parts of a message outside authentication (the unprotected headers, the choice of encoding). Here
only the shape that `encrypt` writes is accepted, byte for byte, so that a changed message is never taken for
another copy of the same one.
"""

from typing import Any, Final

import cbor2
from cbor2 import CBORTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from cwt import COSE, COSEKey
from cwt.cose_key_interface import COSEKeyInterface
from cwt.recipient_interface import RecipientInterface
from cwt.utils import ResolvedHeader

from edge.messages.errors import MessageTooLarge, MessageTruncated, NotCbor, NotSealed

LIMIT: Final = 64 * 1024
"""Bytes of one sealed message; a capture of twelve children with all alternates is below 45 KB."""
HEADER_LABEL: Final = "panah"

_ALG, _KID, _IV, _EPHEMERAL = 1, 4, 5, -1
_EDDSA, _A256GCM, _ECDH_ES_HKDF_256 = -8, 3, -25
_OKP, _X25519, _ED25519 = 1, 4, 6
_ENCRYPT, _SIGN1 = 96, 18


def sign(payload: bytes, *, private: bytes, header_fields: list[object] | None, aad: bytes) -> bytes:
    """COSE_Sign1, tagged. `header_fields` go into the protected header of an outermost layer."""
    protected: dict[str | int, Any] = {_ALG: _EDDSA}
    if header_fields is not None:
        protected[HEADER_LABEL] = header_fields
    key = COSEKey.new({1: _OKP, -1: _ED25519, -2: b"\0" * 32, -4: private})
    return bytes(COSE.new().encode(payload, key, protected=ResolvedHeader(protected), external_aad=aad))


def verify(signed: bytes, *, public: bytes, aad: bytes) -> bytes:
    """The payload. Errors: cwt.VerifyError."""
    key = COSEKey.new({1: _OKP, -1: _ED25519, -2: public})
    return bytes(COSE.new().decode(signed, key, external_aad=aad))


def encrypt(payload: bytes, *, public: bytes, key_id: bytes, header_fields: list[object], aad: bytes) -> bytes:
    """COSE_Encrypt, tagged, for one recipient."""
    recipient = _X25519Recipient(COSEKey.new(_agreement_key(public, key_id)), key_id)
    protected = ResolvedHeader({_ALG: _A256GCM, HEADER_LABEL: header_fields})
    return bytes(COSE.new().encode(payload, protected=protected, recipients=[recipient], external_aad=aad))


def decrypt(sealed: bytes, *, private: bytes, public: bytes, key_id: bytes, aad: bytes) -> bytes:
    """The payload of a message whose shape `outer` accepted. Errors: cwt.DecodeError."""
    key = COSEKey.new({**_agreement_key(public, key_id), -4: private})
    return bytes(COSE.new().decode(sealed, key, context=_kdf_context(key_id), external_aad=aad))


class Outer:
    """The outermost layer, parsed and of the accepted shape, but not authenticated."""

    __slots__ = ("header_fields", "recipient_key_id")

    def __init__(self, header_fields: object, recipient_key_id: str | None) -> None:
        self.header_fields, self.recipient_key_id = header_fields, recipient_key_id


def outer(sealed: bytes) -> Outer:
    """Errors: MessageTooLarge, MessageTruncated, NotCbor, NotSealed."""
    message = _parse(sealed)
    if message.tag == _ENCRYPT:
        protected, recipient = _encrypt_parts(sealed, message.value)
        return Outer(protected.get(HEADER_LABEL), recipient.hex())
    return Outer(_sign1_protected(sealed, message.value).get(HEADER_LABEL), None)


def _parse(sealed: bytes) -> CBORTag:
    if len(sealed) > LIMIT:
        raise MessageTooLarge(len(sealed), LIMIT)
    try:
        message = cbor2.loads(sealed)
    except cbor2.CBORDecodeEOF as exc:
        raise MessageTruncated(len(sealed)) from exc
    except cbor2.CBORDecodeError as exc:
        raise NotCbor(len(sealed)) from exc
    if not isinstance(message, CBORTag) or message.tag not in (_ENCRYPT, _SIGN1):
        raise NotSealed("it is no COSE message of a kind used here")
    return message


def _encrypt_parts(sealed: bytes, value: object) -> tuple[dict[Any, Any], bytes]:
    match value:
        case [bytes(protected), {5: bytes(nonce)}, bytes(content), [[bytes(to), {-1: {-2: bytes(ephemeral)}}, b""]]]:
            ephemeral_key = {_EPHEMERAL: {1: _OKP, -1: _X25519, -2: ephemeral}}
            _require_bytes(sealed, CBORTag(_ENCRYPT, [protected, {_IV: nonce}, content, [[to, ephemeral_key, b""]]]))
            # X25519 ignores the highest bit of a public key; a set one would be a second spelling of the message.
            if len(nonce) != 12 or len(ephemeral) != 32 or ephemeral[31] & 0x80:
                raise NotSealed("its nonce or ephemeral key is not well formed")
            kid = _headers(to).get(_KID)
            if not isinstance(kid, bytes) or len(kid) != 8 or to != _recipient_header(kid):
                raise NotSealed("its recipient is not well formed or uses another algorithm")
            return _headers(protected, alg=_A256GCM), kid
    raise NotSealed("its parts are not those of an encrypted message")


def _sign1_protected(sealed: bytes, value: object) -> dict[Any, Any]:
    match value:
        case [bytes(protected), {}, bytes(payload), bytes(signature)]:
            _require_bytes(sealed, CBORTag(_SIGN1, [protected, {}, payload, signature]))
            return _headers(protected, alg=_EDDSA)
    raise NotSealed("its parts are not those of a signed message")


def _require_bytes(sealed: bytes, rebuilt: CBORTag) -> None:
    """Refuse every other spelling of the same parts: extra headers, longer lengths, bytes behind the end."""
    if cbor2.dumps(rebuilt) != sealed:
        raise NotSealed("it is not spelled as Panah spells it, or something follows its end")


def _headers(encoded: bytes, *, alg: int | None = None) -> dict[Any, Any]:
    try:
        headers = cbor2.loads(encoded)
    except cbor2.CBORDecodeError as exc:
        raise NotSealed("its protected header is not CBOR") from exc
    if not isinstance(headers, dict) or not set(headers) <= {_ALG, _KID, HEADER_LABEL}:
        raise NotSealed("its protected header is not well formed")
    if alg is not None and headers.get(_ALG) != alg:
        raise NotSealed("it uses another algorithm")
    return headers


def _recipient_header(key_id: bytes) -> bytes:
    return cbor2.dumps({_ALG: _ECDH_ES_HKDF_256, _KID: key_id})


def _agreement_key(public: bytes, key_id: bytes) -> dict[int, Any]:
    return {1: _OKP, -1: _X25519, -2: public, 2: key_id, 3: _ECDH_ES_HKDF_256}


def _kdf_context(key_id: bytes) -> list[Any]:
    """COSE_KDF_Context of RFC 9053, section 5.2: algorithm, both parties unnamed, key length, recipient's header."""
    nobody: list[None] = [None, None, None]
    return [_A256GCM, nobody, nobody, [256, _recipient_header(key_id)]]


class _X25519Recipient(RecipientInterface):  # type: ignore[misc]  # cwt is untyped to mypy
    """ECDH-ES + HKDF-256 with an X25519 key made for this message alone.

    cwt 3.3 opens such messages but cannot write them: it asks its own ephemeral key for a public half before
    one exists. This makes the key first and leaves the rest to cwt.
    """

    def __init__(self, recipient: COSEKeyInterface, key_id: bytes) -> None:
        super().__init__({_ALG: _ECDH_ES_HKDF_256, _KID: key_id}, {})
        self._recipient = recipient
        self._context = _kdf_context(key_id)

    def encode(self, plaintext: bytes = b"", aad: bytes = b"") -> tuple[list[Any], COSEKeyInterface | None]:
        """Called by cwt; with direct key agreement there is no key to wrap, and nothing here to authenticate."""
        del plaintext, aad
        ephemeral = X25519PrivateKey.generate()
        public = ephemeral.public_key().public_bytes_raw()
        own = COSEKey.new({**_agreement_key(public, b"ephemeral"), -4: ephemeral.private_bytes_raw()})
        derived = own.derive_bytes(32, info=cbor2.dumps(self._context), public_key=self._recipient)
        self._unprotected[_EPHEMERAL] = {1: _OKP, -1: _X25519, -2: public}
        return self.to_list(), COSEKey.from_symmetric_key(derived, alg="A256GCM")
