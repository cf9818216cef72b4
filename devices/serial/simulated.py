"""The scanner's end of the serial protocol, over a real pseudo-terminal.

It answers like a device, so that the driver that serves real scanners is the driver that tests and the demo run;
and it misbehaves like one when told to.
"""

import contextlib
import logging
import os
import select
import threading
import time
import tty
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import Self

import numpy as np
from numpy.typing import NDArray

from devices.models import DeviceProfile, Eye
from devices.serial.payloads import (
    Encoding,
    Identity,
    Picture,
    Status,
    build_frame,
    build_identity,
    build_status,
)
from devices.serial.protocol import Decoder, Kind, Message, encode

SIMULATED_PROFILE = DeviceProfile(name="simulated", wavelength_nm=850, pixels_per_mm=9.2, distance_mm=(60, 140))

Shot = tuple[NDArray[np.uint8], Eye | None]
Shots = Iterable[Shot] | Callable[[], Iterator[Shot]]
"""A callable is asked anew at each start, an iterable goes on where it was stopped."""

log = logging.getLogger(__name__)

_POLL_S = 0.02


def _always(shots: Iterator[Shot]) -> Callable[[], Iterator[Shot]]:
    return lambda: shots


class Misbehaviour(Enum):
    unplug = "the cable is pulled halfway through a frame"
    half_frame = "a frame ends in the middle, and the next follows"
    wrong_crc = "one bit of a frame flips on the way"
    silence = "nothing more is sent, and nothing answered"


class SimulatedScanner:
    """One device at `port`, in a thread of its own, until `close` or `unplug`.

    When its shots are used up it is silent, as a scanner that sees no eye is. `frames_per_second` None is as
    fast as the line takes them.
    """

    def __init__(
        self,
        shots: Shots,
        *,
        serial: str = "SIM-0001",
        firmware: str = "simulated 1",
        profile: DeviceProfile = SIMULATED_PROFILE,
        frames_per_second: float | None = 15.0,
        encoding: Encoding = "raw",
    ) -> None:
        self._start = shots if callable(shots) else _always(iter(shots))
        self._identity = Identity(serial=serial, firmware=firmware, profile=profile)
        self._period = 1 / frames_per_second if frames_per_second else 0.0
        self._encoding: Encoding = encoding
        self._decoder, self._sequence = Decoder(), 0
        self._playing: Iterator[Shot] | None = None
        self._due = 0.0
        self._faults: dict[int, Misbehaviour] = {}
        self._lamp_on, self._is_silent = False, False
        self.frames_sent = 0
        self.frames_in_the_dark = 0
        """Frames sent while the lamp was out: pictures of nothing, and a fault of the driver."""
        self.lamp_history: list[bool] = []
        self._gone = threading.Event()
        # Held open, the tablet's end keeps the port alive between one opening and the next.
        self._device_end, self._tablet_end = os.openpty()
        tty.setraw(self._tablet_end)
        os.set_blocking(self._device_end, False)
        self.port = os.ttyname(self._tablet_end)
        self._thread = threading.Thread(target=self._run, name=f"scanner-{serial}", daemon=True)
        self._thread.start()

    @property
    def lamp_on(self) -> bool:
        return self._lamp_on

    @property
    def streaming(self) -> bool:
        return self._playing is not None

    def misbehave(self, how: Misbehaviour, *, at_frame: int | None = None) -> None:
        """At the frame with that number (counted from 0 since it was made), or at the next one."""
        self._faults[self.frames_sent if at_frame is None else at_frame] = how

    def unplug(self) -> None:
        """Pull the cable. It stays pulled."""
        self._gone.set()
        if threading.current_thread() is not self._thread:
            self._thread.join()

    def close(self) -> None:
        self.unplug()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _run(self) -> None:
        try:
            while not self._gone.is_set():
                self._listen(self._wait())
                if self._playing is not None and not self._is_silent and time.monotonic() >= self._due:
                    self._send_next_frame()
        except Exception:
            # Its pictures come from outside; to the tablet, a device whose inside fails is a device that is gone.
            log.exception("The pictures of the simulated scanner %s failed; it unplugs itself.", self._identity.serial)
        finally:
            self._set_lamp(is_on=False)
            os.close(self._device_end)
            os.close(self._tablet_end)

    def _wait(self) -> float:
        """Seconds until the next frame is due, at most 20 ms."""
        return min(_POLL_S, max(0.0, self._due - time.monotonic())) if self._playing is not None else _POLL_S

    def _listen(self, wait_s: float) -> None:
        if not select.select([self._device_end], [], [], wait_s)[0]:
            return
        for command in self._decoder.feed(os.read(self._device_end, 4096)):
            if not self._is_silent:
                self._obey(command)

    def _obey(self, command: Message) -> None:
        match command.kind:
            case Kind.IDENTIFY:
                self._send(Kind.IDENTITY, build_identity(self._identity))
                return
            case Kind.LAMP:
                self._set_lamp(is_on=command.payload == b"\x01")
            case Kind.START:
                self._playing = self._start()
                self._due = time.monotonic()
            case Kind.STOP:
                self._playing = None
        told = Status(lamp_on=self._lamp_on, streaming=self.streaming, reply_to=command.sequence)
        self._send(Kind.STATUS, build_status(told))

    def _set_lamp(self, *, is_on: bool) -> None:
        if is_on is not self._lamp_on:
            self._lamp_on = is_on
            self.lamp_history.append(is_on)

    def _send_next_frame(self) -> None:
        shot = next(self._playing, None) if self._playing is not None else None
        if shot is None:
            self._due = time.monotonic() + 3600
            return
        image, eye = shot
        self._due = max(self._due + self._period, time.monotonic())
        now_ms = int(time.monotonic() * 1000)
        payload = build_frame(Picture(image=image, eye=eye, device_ms=now_ms), self._encoding)
        fault = self._faults.pop(self.frames_sent, None)
        self.frames_sent += 1
        self.frames_in_the_dark += not self._lamp_on
        self._send(Kind.FRAME, payload, fault)

    def _send(self, kind: Kind, payload: bytes, fault: Misbehaviour | None = None) -> None:
        self._sequence = (self._sequence + 1) & 0xFFFF
        data = bytearray(encode(Message(kind, self._sequence, payload)))
        if fault is Misbehaviour.wrong_crc:
            data[len(data) // 2] ^= 0x10
        elif fault in (Misbehaviour.half_frame, Misbehaviour.unplug):
            del data[len(data) // 2 :]
        elif fault is Misbehaviour.silence:
            self._is_silent = True
            return
        self._write(data)
        if fault is Misbehaviour.unplug:
            self.unplug()

    def _write(self, data: bytearray) -> None:
        """All of it, waiting for the line while the tablet reads slowly; commands wait their turn."""
        view = memoryview(data)
        while view and not self._gone.is_set():
            if select.select([], [self._device_end], [], _POLL_S)[1]:
                with contextlib.suppress(BlockingIOError):  # the line filled up since it was asked
                    view = view[os.write(self._device_end, view) :]
