"""Sentences of a satellite receiver to fixes, without any port.

RMC has date, time, place and whether they hold; GGA of the same second has the quality and the dilution of
precision. A fix is made of RMC; the accuracy is HDOP times 5 m, the usual user range error of a single-frequency
receiver, and unknown if no GGA belongs to it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pynmeagps import NMEAReader
from pynmeagps.exceptions import NMEAMessageError, NMEAParseError, NMEAStreamError, NMEATypeError

_RANGE_ERROR_M = 5.0
_LONGEST_LINE = 256
_SENTENCE = re.compile(rb"\$[A-Z]{2}(RMC|GGA),[\x20-\x7e]*\*[0-9A-Fa-f]{2}")
"""A sentence without a checksum is not believed, although NMEA allows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    latitude: float
    longitude: float
    accuracy_m: float | None
    utc: datetime


@dataclass(frozen=True, slots=True)
class NoFix:
    """The receiver says that it does not know where it is."""


class Sentences:
    """Bytes in, positions and losses of position out. Damaged sentences are counted and skipped."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._precision: tuple[object, float] | None = None
        self.damaged = 0

    def feed(self, data: bytes) -> list[Position | NoFix]:
        self._buffer += data
        *lines, rest = self._buffer.split(b"\n")
        self._buffer = bytearray(rest[-_LONGEST_LINE:])
        return [event for line in lines for event in self._events(bytes(line).strip())]

    def _events(self, line: bytes) -> Iterator[Position | NoFix]:
        message = self._parse(line)
        if message is None:
            return
        if message.msgID == "GGA":
            if not message.quality:
                yield NoFix()
            elif isinstance(message.HDOP, int | float):
                self._precision = (message.time, float(message.HDOP))
        else:
            yield self._position(message)

    def _parse(self, line: bytes) -> Any:
        start = line.rfind(b"$")
        if start < 0 or line[start + 3 : start + 6] not in (b"RMC", b"GGA"):
            return None
        sentence = line[start:]
        if not _SENTENCE.fullmatch(sentence):
            self.damaged += 1
            return None
        try:
            return NMEAReader.parse(sentence + b"\r\n")
        except (NMEAParseError, NMEAMessageError, NMEATypeError, NMEAStreamError, ValueError):
            self.damaged += 1
            return None

    def _position(self, message: Any) -> Position | NoFix:
        holds = message.status == "A" and getattr(message, "posMode", "A") not in ("N", "E", "S", "M")
        numbers = (message.lat, message.lon)
        if not holds or not all(isinstance(number, int | float) for number in numbers):
            return NoFix()
        latitude, longitude = (float(number) for number in numbers)
        if not (message.date and message.time and -90 <= latitude <= 90 and -180 <= longitude <= 180):
            return NoFix()
        at, hdop = self._precision or (None, 0.0)
        return Position(
            latitude=latitude,
            longitude=longitude,
            accuracy_m=hdop * _RANGE_ERROR_M if at == message.time else None,
            utc=datetime.combine(message.date, message.time, tzinfo=UTC),
        )
