"""The clear part of a sealed message: who speaks about which capture, with which key.

It travels in the protected header of the outermost COSE layer, under the text label "panah", and is the external
additional authenticated data of every layer, so no layer can be moved to another message.
"""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

import cbor2

from edge.messages.errors import MessageVersionUnknown, NotSealed
from edge.messages.models import MESSAGE_VERSION

_KEY_ID_BYTES = 8
_MAX_NAME = 200


class MessageType(StrEnum):
    CAPTURE = "capture"
    RECEIPT = "receipt"
    RESULT = "result"
    EVIDENCE = "evidence"


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """What a message says about itself. Nothing in it is verified until the message was opened."""

    type: str
    device: str
    capture_id: UUID
    key_id: str
    """Of the signer: 16 hexadecimal digits."""
    version: int = MESSAGE_VERSION

    def to_fields(self) -> list[object]:
        return [self.version, str(self.type), self.device, self.capture_id.bytes, bytes.fromhex(self.key_id)]

    def to_aad(self) -> bytes:
        """The external additional authenticated data of every layer (RFC 9052, section 4.3 and 5.3)."""
        return cbor2.dumps(self.to_fields())

    @classmethod
    def from_fields(cls, fields: object) -> "Header":
        """Errors: MessageVersionUnknown before anything else is looked at; NotSealed."""
        if not isinstance(fields, list) or not fields:
            raise NotSealed("its header is missing")
        version = fields[0]
        if type(version) is not int or version != MESSAGE_VERSION:
            raise MessageVersionUnknown(version, MESSAGE_VERSION)
        match fields[1:]:
            case [str(kind), str(device), bytes(capture_id), bytes(key_id)] if (
                len(capture_id) == 16 and len(key_id) == _KEY_ID_BYTES and 0 < len(device) <= _MAX_NAME
            ):
                return cls(type=kind, device=device, capture_id=UUID(bytes=capture_id), key_id=key_id.hex())
        raise NotSealed("its header is not well formed")
