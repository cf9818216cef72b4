"""Opening a serial port: pyserial's errors become facts a person can act on."""

import errno

import serial

from devices.errors import PortBusy, PortForbidden, PortMissing

_POLL_S = 0.05
"""How long a read waits for a first byte; bounds how late silence and closing are noticed."""


def open_port(port: str, *, baud: int) -> serial.Serial:
    """A port for this program alone. Reads wait at most 50 ms, writes 2 s.

    The lock is advisory: a program that does not ask for it is not kept out.
    Errors: PortMissing, PortBusy, PortForbidden.
    """
    try:
        return serial.Serial(port, baud, timeout=_POLL_S, write_timeout=2.0, exclusive=True)
    except (serial.SerialException, OSError, ValueError) as error:
        number = getattr(error, "errno", None)
        if number in (errno.EBUSY, errno.EAGAIN, errno.EWOULDBLOCK):
            raise PortBusy(port) from error
        if number in (errno.EACCES, errno.EPERM):
            raise PortForbidden(port) from error
        raise PortMissing(port) from error


def read_some(line: serial.Serial) -> bytes:
    """What has come, or b"" after 50 ms of nothing. Errors: OSError (pyserial's are) if the device is gone."""
    data: bytes = line.read(max(1, line.in_waiting))
    return data
