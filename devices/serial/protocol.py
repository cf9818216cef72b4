"""The framed serial protocol between a tablet and an iris scanner, without any port.

Every message, in both directions, little-endian:

    offset  bytes  field
    0       4      sync word A5 5A 49 52
    4       1      type
    5       1      protocol version, 1
    6       2      sequence, one up for each message of a sender, wrapping
    8       4      length of the payload, at most 8 MiB
    12      4      CRC-32 of bytes 0..11: a damaged length is seen at once and swallows nothing
    16      n      payload
    16+n    4      CRC-32 of everything before it

From the tablet: 01 identify, 02 lamp (one byte, 0 or 1), 03 start, 04 stop. From the scanner: 81 identity (JSON:
serial, firmware, profile), 82 frame, 83 status, which answers each command but identify (`payloads` has their bytes).
CRC-32 is that of zlib. It finds accidents, not attacks: whoever can write to the cable is the scanner.
"""

import struct
import zlib
from dataclasses import dataclass
from enum import IntEnum

SYNC = b"\xa5\x5aIR"
VERSION = 1
MAX_PAYLOAD = 8 << 20
_HEADER = struct.Struct("<4sBBHI")
_CRC = struct.Struct("<I")
HEADER_BYTES = _HEADER.size + _CRC.size


class Kind(IntEnum):
    IDENTIFY = 0x01
    LAMP = 0x02
    START = 0x03
    STOP = 0x04
    IDENTITY = 0x81
    FRAME = 0x82
    STATUS = 0x83


_KINDS = frozenset(int(kind) for kind in Kind)


@dataclass(frozen=True, slots=True)
class Message:
    kind: Kind
    sequence: int
    payload: bytes = b""


def encode(message: Message) -> bytes:
    """Errors: ValueError for a payload over 8 MiB or a sequence that is not 16-bit."""
    if len(message.payload) > MAX_PAYLOAD:
        raise ValueError(f"a payload has at most {MAX_PAYLOAD} bytes, not {len(message.payload)}")
    if not 0 <= message.sequence <= 0xFFFF:
        raise ValueError(f"a sequence is 0..65535, not {message.sequence}")
    header = _HEADER.pack(SYNC, message.kind, VERSION, message.sequence, len(message.payload))
    body = header + _CRC.pack(zlib.crc32(header)) + message.payload
    return body + _CRC.pack(zlib.crc32(body))


class Decoder:
    """Bytes in, whole messages out, whatever the chunks. Damaged messages are counted and skipped.

    After damage it looks for the next sync word *inside* what it had taken for a payload, so a message cut in
    half costs that one message and not the next.
    """

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._skipped = False
        self.damaged = 0
        """Messages begun and not brought to a good end; noise between messages is not counted."""

    @property
    def waiting(self) -> bool:
        """A message has begun and is not whole."""
        return len(self._buffer) >= len(SYNC)

    def feed(self, data: bytes) -> list[Message]:
        self._buffer += data
        return self._take(is_end=False)

    def abandon(self) -> list[Message]:
        """Give up waiting for the rest of a message: the line fell silent. What stood behind it comes out."""
        return self._take(is_end=True)

    def _take(self, *, is_end: bool) -> list[Message]:
        messages: list[Message] = []
        while self._seek():
            found = self._read_one()
            if found is not None:
                messages.append(found)
            elif not self._skipped and not is_end:
                break
            elif not self._skipped:
                self._skip()
        return messages

    def _seek(self) -> bool:
        """Drop what stands before the next sync word. False if there is none yet."""
        at = self._buffer.find(SYNC)
        if at < 0:
            # The last three bytes may be the beginning of a sync word.
            del self._buffer[: max(0, len(self._buffer) - len(SYNC) + 1)]
            return False
        del self._buffer[:at]
        return True

    def _read_one(self) -> Message | None:
        """The message at the buffer's start; None if it is damaged (then `_skipped`) or not whole yet."""
        self._skipped = False
        buffer = self._buffer
        if len(buffer) < HEADER_BYTES:
            return None
        _, kind, version, sequence, length = _HEADER.unpack_from(buffer)
        (crc,) = _CRC.unpack_from(buffer, _HEADER.size)
        if (
            zlib.crc32(buffer[: _HEADER.size]) != crc
            or version != VERSION
            or length > MAX_PAYLOAD
            or kind not in _KINDS
        ):
            self._skip()
            return None
        end = HEADER_BYTES + length
        if len(buffer) < end + _CRC.size:
            return None
        with memoryview(buffer) as view:
            good = zlib.crc32(view[:end]) == _CRC.unpack_from(view, end)[0]
            payload = bytes(view[HEADER_BYTES:end]) if good else b""
        if not good:
            self._skip()
            return None
        del buffer[: end + _CRC.size]
        return Message(Kind(kind), sequence, payload)

    def _skip(self) -> None:
        self._skipped = True
        self.damaged += 1
        del self._buffer[: len(SYNC)]
