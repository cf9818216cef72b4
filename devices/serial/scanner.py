"""The driver of an iris scanner on a serial port, real or simulated."""

import contextlib
import time
from collections.abc import Callable, Generator
from datetime import UTC, datetime

from devices.errors import FrameDamaged, NotAScanner, ScannerSilent, ScannerUnplugged
from devices.models import DeviceProfile, Frame
from devices.serial.link import Link
from devices.serial.payloads import Identity, parse_frame, parse_identity, parse_status
from devices.serial.protocol import Kind, Message

_ANSWER_S = 1.0
_ASK_AGAIN_S = 0.5


def _now() -> datetime:
    return datetime.now(UTC)


class SerialScanner:
    """One scanner at one port, for one thread.

    Errors when made: PortMissing, PortBusy, PortForbidden; NotAScanner if nothing at the port says within
    `answer_s` that it is one.
    """

    def __init__(
        self,
        port: str,
        *,
        answer_s: float = 3.0,
        clock: Callable[[], datetime] = _now,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.port = port
        self._clock, self._monotonic = clock, monotonic
        self._contradictory = 0
        self._last_sequence: int | None = None
        self.missed_messages = 0
        """Messages that the scanner numbered and that never came whole."""
        self._link = Link(port, monotonic=monotonic)
        try:
            self._identity = self._identify(answer_s)
        except BaseException:
            self._link.close()
            raise

    @property
    def serial(self) -> str:
        return self._identity.serial

    @property
    def firmware(self) -> str:
        return self._identity.firmware

    @property
    def profile(self) -> DeviceProfile:
        return self._identity.profile

    @property
    def damaged_frames(self) -> int:
        """Messages dropped since opening because their bytes did not hold."""
        return self._link.damaged + self._contradictory

    def frames(self, *, timeout_s: float) -> Generator[Frame, None, None]:
        """As `devices.interfaces.Scanner`. One at a time; close the iterator, or the lamp burns until `close`."""
        if not self._link.is_open:
            raise ScannerUnplugged(self.port)
        return self._stream(timeout_s)

    def close(self) -> None:
        if self._link.is_open:
            self._quieten()
        self._link.close()

    def _stream(self, timeout_s: float) -> Generator[Frame, None, None]:
        self._last_sequence = None
        try:
            self._link.send(Kind.LAMP, b"\x01")
            self._link.send(Kind.START)
            while True:
                yield self._next_frame(timeout_s)
        finally:
            self._quieten()

    def _next_frame(self, timeout_s: float) -> Frame:
        asked = self._monotonic()
        while self._monotonic() - asked <= timeout_s:
            message = self._link.receive()
            frame = self._frame(message) if message else None
            if frame:
                return frame
        raise ScannerSilent(self.port, timeout_s)

    def _frame(self, message: Message) -> Frame | None:
        """None for a message that is no frame, or one that contradicts itself (then it is counted)."""
        if self._last_sequence is not None:
            self.missed_messages += (message.sequence - self._last_sequence - 1) & 0xFFFF
        self._last_sequence = message.sequence
        if message.kind is not Kind.FRAME:
            return None
        try:
            picture = parse_frame(message.payload)
        except FrameDamaged:
            self._contradictory += 1
            return None
        return Frame(
            image=picture.image,
            eye=picture.eye,
            monotonic=self._monotonic(),
            utc=self._clock(),
            device_serial=self.serial,
            profile=self.profile,
        )

    def _identify(self, answer_s: float) -> Identity:
        """Stop whatever a crashed program left running, then ask who is there, again every half second."""
        self._link.send(Kind.STOP)
        self._link.send(Kind.LAMP, b"\x00")
        began, asked = self._monotonic(), float("-inf")
        while (now := self._monotonic()) - began <= answer_s:
            if now - asked >= _ASK_AGAIN_S:
                self._link.send(Kind.IDENTIFY)
                asked = now
            message = self._link.receive()
            if message and message.kind is Kind.IDENTITY:
                with contextlib.suppress(FrameDamaged):  # asked again until the time is up
                    return parse_identity(message.payload)
        raise NotAScanner(self.port, self._link.received)

    def _quieten(self) -> None:
        """Stop and lamp out, and read away what was under way until the scanner says it is dark.

        A scanner that is gone, or says nothing for a second, cannot be told anything; the next opening tells it.
        """
        with contextlib.suppress(ScannerUnplugged, FrameDamaged):
            self._link.send(Kind.STOP)
            last = self._link.send(Kind.LAMP, b"\x00")
            began = self._monotonic()
            while self._monotonic() - began <= _ANSWER_S:
                message = self._link.receive()
                if message and message.kind is Kind.STATUS and parse_status(message.payload).reply_to == last:
                    break
            self._link.forget()
