"""Serial ports, USB-CDC and pseudo-terminals: open, read what is there, write, and say when the cable is gone."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

import serial

from firmware_bridge.drivers.frames import Line

READ_S = 0.05
READ_BYTES_MAX = 4096


class PortLost(Exception):
    """The port cannot be opened, or was there and is gone; the text says why."""


class Port(Protocol):
    """An open connection to one device."""

    def read(self) -> bytes:
        """What has come in, waiting a moment for it; empty when nothing has. Raises PortLost."""
        ...

    def write(self, data: bytes) -> None:
        """Send to the device. Raises PortLost."""
        ...

    def close(self) -> None:
        """Let go of it; never raises."""
        ...


class SerialPort:
    """A port through pyserial, for ourselves alone."""

    def __init__(self, path: str, line: Line) -> None:
        try:
            self._serial = serial.Serial(
                path,
                baudrate=line.baudrate,
                bytesize=line.bytesize,
                parity=line.parity,
                stopbits=line.stopbits,
                timeout=READ_S,
                write_timeout=1,
                exclusive=True,
            )
        except (OSError, ValueError) as broken:
            raise PortLost(str(broken)) from broken

    def read(self) -> bytes:
        """One read waits for the first byte and takes what came with it."""
        try:
            first: bytes = self._serial.read(1)
            if not first:
                return b""
            waiting: int = min(self._serial.in_waiting, READ_BYTES_MAX)
            rest: bytes = self._serial.read(waiting) if waiting else b""
        except (OSError, TypeError) as broken:
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


def is_there(path: str) -> bool:
    """Whether the device node exists: a cable plugged in again shows up here first."""
    return Path(path).exists()
