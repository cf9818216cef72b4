"""Sealing and opening: the only way in which messages leave or enter.

A capture is signed by the device and encrypted to the registry; a result is signed by the registry and encrypted
to the device; a receipt is signed by the registry and readable by all, for it says nothing of a child. What was
opened has a type of its own (`VerifiedCapture`, `VerifiedReceipt`, `VerifiedResult`), so that unverified data
cannot reach the services by mistake.
"""

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NewType, TypeVar
from uuid import UUID

import cwt

from edge.messages import cose
from edge.messages.content import from_cbor, to_cbor
from edge.messages.errors import (
    BadSignature,
    MessageDamaged,
    MessageTooLarge,
    SchemaViolation,
    UnknownDevice,
    UnknownKey,
    WrongDevice,
    WrongMessageType,
    WrongRegistryKey,
)
from edge.messages.header import Header, MessageType
from edge.messages.keys import DeviceKeys, DevicePublic, PrivateKeys, PublicKeys, RegistryKeys, RegistryPublic
from edge.messages.models import CaptureReport, Receipt, Result

REGISTRY = "registry"
K = TypeVar("K", bound=PublicKeys)

LookupDevice = Callable[[str], Collection[DevicePublic]]
"""All keys by which a device may sign today; empty for an unknown or revoked device."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedCapture:
    """A capture that a registered device signed, for this registry, about itself. Made by `open_capture` only."""

    report: CaptureReport
    digest: bytes
    """SHA-256 of the sealed bytes, 32 bytes."""
    capture_id: UUID
    device: str
    key_id: str
    """Of the device's key that signed."""


VerifiedReceipt = NewType("VerifiedReceipt", Receipt)
VerifiedResult = NewType("VerifiedResult", Result)


def digest(sealed: bytes) -> bytes:
    """SHA-256, 32 bytes: what a receipt confirms."""
    return hashlib.sha256(sealed).digest()


def peek(sealed: bytes) -> Header:
    """The clear header, unverified: good for finding keys and for telling a person what came, for nothing else.

    Errors: MessageTooLarge, MessageTruncated, NotCbor, NotSealed, MessageVersionUnknown.
    """
    return Header.from_fields(cose.outer(sealed).header_fields)


def seal_capture(report: CaptureReport, *, device_keys: DeviceKeys, registry_public: RegistryPublic) -> bytes:
    """Signed, then encrypted. Errors: MessageTooLarge."""
    header = _header(MessageType.CAPTURE, report.device, report.capture_id, device_keys)
    return _sign_and_encrypt(to_cbor(report), header, device_keys, registry_public)


def open_capture(
    sealed: bytes, *, topic_device: str, lookup_device_public: LookupDevice, registry_keys: Sequence[RegistryKeys]
) -> VerifiedCapture:
    """Authenticate one capture: topic, device, signature, registry key and content agree.

    Errors: every MessageError; UnknownDevice, UnknownKey, WrongDevice and BadSignature mean that nothing about
    the sender is proved.
    """
    header = _expect(peek(sealed), MessageType.CAPTURE, topic_device)
    keys = lookup_device_public(topic_device)
    if not keys:
        raise UnknownDevice(topic_device)
    signer = _key(keys, topic_device, header)
    report = from_cbor(_decrypt_and_verify(sealed, header, signer, topic_device, registry_keys), CaptureReport)
    _require_same(header, report.device, report.capture_id)
    return VerifiedCapture(
        report=report, digest=digest(sealed), capture_id=header.capture_id, device=header.device, key_id=signer.key_id
    )


def seal_receipt(receipt: Receipt, *, registry_keys: RegistryKeys) -> bytes:
    """Signed only."""
    header = _header(MessageType.RECEIPT, receipt.device, receipt.capture_id, registry_keys)
    return cose.sign(
        to_cbor(receipt), private=registry_keys.sign, header_fields=header.to_fields(), aad=header.to_aad()
    )


def open_receipt(sealed: bytes, *, device: str, registry_public: Collection[RegistryPublic]) -> VerifiedReceipt:
    """Errors: every MessageError except UnknownDevice, WrongRegistryKey and MessageDamaged."""
    header = _expect(peek(sealed), MessageType.RECEIPT, device)
    content = _verify(sealed, header, _key(registry_public, REGISTRY, header), REGISTRY)
    receipt = from_cbor(content, Receipt)
    _require_same(header, receipt.device, receipt.capture_id)
    return VerifiedReceipt(receipt)


def seal_result(result: Result, *, registry_keys: RegistryKeys, device_public: DevicePublic) -> bytes:
    """Signed, then encrypted to the device. Errors: MessageTooLarge."""
    header = _header(MessageType.RESULT, result.device, result.capture_id, registry_keys)
    return _sign_and_encrypt(to_cbor(result), header, registry_keys, device_public)


def open_result(
    sealed: bytes, *, device: str, device_keys: Sequence[DeviceKeys], registry_public: Collection[RegistryPublic]
) -> VerifiedResult:
    """Errors: every MessageError except UnknownDevice."""
    header = _expect(peek(sealed), MessageType.RESULT, device)
    signer = _key(registry_public, REGISTRY, header)
    result = from_cbor(_decrypt_and_verify(sealed, header, signer, REGISTRY, device_keys), Result)
    _require_same(header, result.device, result.capture_id)
    return VerifiedResult(result)


def _header(kind: MessageType, device: str, capture_id: UUID, signer: PrivateKeys) -> Header:
    return Header(type=kind, device=device, capture_id=capture_id, key_id=signer.key_id)


def _expect(header: Header, kind: MessageType, device: str) -> Header:
    if header.type != kind:
        raise WrongMessageType(header.type, kind)
    if header.device != device:
        raise WrongDevice(header.device, device)
    return header


def _key(keys: Collection[K], owner: str, header: Header) -> K:
    for key in keys:
        if key.key_id == header.key_id:
            return key
    raise UnknownKey(owner, header.key_id)


def _require_same(header: Header, device: str, capture_id: UUID) -> None:
    if (device, capture_id) != (header.device, header.capture_id):
        raise SchemaViolation(header.type, ("device or capture id differ between header and content",))


def _sign_and_encrypt(content: bytes, header: Header, signer: PrivateKeys, recipient: PublicKeys) -> bytes:
    aad = header.to_aad()
    signed = cose.sign(content, private=signer.sign, header_fields=None, aad=aad)
    sealed = cose.encrypt(
        signed,
        public=recipient.agree,
        key_id=bytes.fromhex(recipient.key_id),
        header_fields=header.to_fields(),
        aad=aad,
    )
    if len(sealed) > cose.LIMIT:
        raise MessageTooLarge(len(sealed), cose.LIMIT)
    return sealed


def _decrypt_and_verify(
    sealed: bytes, header: Header, signer: PublicKeys, owner: str, recipients: Sequence[PrivateKeys]
) -> bytes:
    key_id = cose.outer(sealed).recipient_key_id or ""
    recipient = next((keys for keys in recipients if keys.key_id == key_id), None)
    if recipient is None:
        raise WrongRegistryKey(key_id)
    try:
        signed = cose.decrypt(
            sealed,
            private=recipient.agree,
            public=recipient.agree_public,
            key_id=bytes.fromhex(key_id),
            aad=header.to_aad(),
        )
    except (cwt.DecodeError, cwt.EncodeError) as exc:
        raise MessageDamaged(key_id) from exc
    return _verify(signed, header, signer, owner)


def _verify(signed: bytes, header: Header, signer: PublicKeys, owner: str) -> bytes:
    cose.outer(signed)
    try:
        return cose.verify(signed, public=signer.sign, aad=header.to_aad())
    except (cwt.VerifyError, cwt.DecodeError) as exc:
        raise BadSignature(owner, signer.key_id) from exc
