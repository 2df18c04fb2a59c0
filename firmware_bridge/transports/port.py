"""What every connection to a device can do, whatever cable it is: read, write, close, and say that it is lost."""

from __future__ import annotations

import os
import select
from typing import Protocol

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


class DeviceFile:
    """An open device node that delivers whole records: a HID report or key events at a time."""

    def __init__(self, fd: int, record_bytes_max: int) -> None:
        self.fd = fd
        self._record_bytes_max = record_bytes_max

    def read(self) -> bytes:
        """The next record, or nothing after a moment."""
        try:
            ready, _, _ = select.select([self.fd], [], [], READ_S)
            if not ready:
                return b""
            came = os.read(self.fd, self._record_bytes_max)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as broken:
            raise PortLost(str(broken)) from broken
        if not came:
            raise PortLost("end of file")
        return came

    def write(self, data: bytes) -> None:
        """Send a report."""
        try:
            os.write(self.fd, data)
        except OSError as broken:
            raise PortLost(str(broken)) from broken

    def close(self) -> None:
        """A node that is gone may refuse even to be closed."""
        try:
            os.close(self.fd)
        except OSError:
            return
