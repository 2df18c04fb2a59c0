"""Serial ports, USB-CDC and pseudo-terminals: open, read what is there, write, and say when the cable is gone."""

from __future__ import annotations

import errno
import termios

import serial

from firmware_bridge.drivers.frames import Line
from firmware_bridge.transports.port import READ_BYTES_MAX, READ_S, PortLost


class SerialPort:
    """A port through pyserial, for ourselves alone."""

    def __init__(self, path: str, line: Line) -> None:
        try:
            self._serial = _opened(path, line)
        except (OSError, ValueError, termios.error) as broken:
            raise PortLost(str(broken)) from broken

    def read(self) -> bytes:
        """One read waits for the first byte and takes what came with it."""
        try:
            first: bytes = self._serial.read(1)
            if not first:
                return b""
            waiting: int = min(self._serial.in_waiting, READ_BYTES_MAX)
            rest: bytes = self._serial.read(waiting) if waiting else b""
        except (OSError, TypeError, termios.error) as broken:
            # pyserial raises TypeError when the port is closed under a read.
            raise PortLost(str(broken)) from broken
        return first + rest

    def write(self, data: bytes) -> None:
        """Write all of it."""
        try:
            self._serial.write(data)
        except OSError as broken:
            raise PortLost(str(broken)) from broken

    def close(self) -> None:
        """A port that is already gone may refuse even to be closed."""
        try:
            self._serial.close()
        except OSError:
            return


def _opened(path: str, line: Line) -> serial.Serial:
    """The port set as asked; where it refuses seven bits (pseudo-terminals and some converters do), as 8N1.

    Then the parity bit arrives on top of each byte, and the drivers of seven-bit protocols mask it away.
    """
    try:
        return _serial(path, line)
    except termios.error as refused:
        plain = Line(baudrate=line.baudrate)
        if refused.args[0] != errno.EINVAL or line == plain:
            raise
        return _serial(path, plain)


def _serial(path: str, line: Line) -> serial.Serial:
    """pyserial's port, for ourselves alone."""
    return serial.Serial(
        path,
        baudrate=line.baudrate,
        bytesize=line.bytesize,
        parity=line.parity,
        stopbits=line.stopbits,
        timeout=READ_S,
        write_timeout=1,
        exclusive=True,
    )
