"""The tablet's end of the serial protocol: messages out, messages in, damage counted."""

import contextlib
import time
from collections import deque
from collections.abc import Callable

import serial

from devices.errors import ScannerUnplugged
from devices.ports import open_port, read_some
from devices.serial.protocol import Decoder, Kind, Message, encode

BAUD = 921_600
_GAP_S = 0.25
"""A message whose rest has not come after this long of silence is given up."""


class Link:
    """One open port. Errors when made: PortMissing, PortBusy, PortForbidden."""

    def __init__(self, port: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self.port = port
        self._monotonic = monotonic
        self._decoder = Decoder()
        self._inbox: deque[Message] = deque()
        self._sequence = 0
        self._heard = monotonic()
        self.received = 0
        """Bytes received since opening."""
        self._line: serial.Serial | None = open_port(port, baud=BAUD)

    @property
    def damaged(self) -> int:
        return self._decoder.damaged

    @property
    def is_open(self) -> bool:
        return self._line is not None

    def send(self, kind: Kind, payload: bytes = b"") -> int:
        """The sequence it was sent with. Errors: ScannerUnplugged."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        try:
            self._opened().write(encode(Message(kind, self._sequence, payload)))
        except OSError as error:
            raise ScannerUnplugged(self.port) from error
        return self._sequence

    def receive(self) -> Message | None:
        """The next message, waiting at most 50 ms for bytes. Errors: ScannerUnplugged."""
        if not self._inbox:
            self._read()
        return self._inbox.popleft() if self._inbox else None

    def forget(self) -> None:
        """Drop the messages received and not taken."""
        self._inbox.clear()

    def close(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            with contextlib.suppress(OSError):  # a device that is gone cannot be closed tidily
                line.close()

    def _read(self) -> None:
        try:
            data = read_some(self._opened())
        except (OSError, TypeError) as error:  # TypeError: pyserial's, when another thread closes the port in a read
            raise ScannerUnplugged(self.port) from error
        now = self._monotonic()
        if data:
            self._heard, self.received = now, self.received + len(data)
            self._inbox.extend(self._decoder.feed(data))
        elif now - self._heard > _GAP_S and self._decoder.waiting:
            self._inbox.extend(self._decoder.abandon())

    def _opened(self) -> serial.Serial:
        if self._line is None:
            raise ScannerUnplugged(self.port)
        return self._line
