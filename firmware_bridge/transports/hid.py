"""USB devices that are neither a serial line nor a file: point-of-sale scales and keyboard scanners.

A scale is read through the kernel's hidraw node, which gives one report a read and needs no library. A keyboard
scanner is read through its event node and taken exclusively: without that, every barcode would also be typed
into whatever window has the focus. Taking it needs the `evdev` library, which only a bridge on Linux has.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from firmware_bridge.transports.port import DeviceFile, PortLost

REPORT_BYTES_MAX = 64
EVENTS_BYTES_MAX = 24 * 64
HIDRAW_CLASS = Path("/sys/class/hidraw")
_USB_ID = re.compile(r"([0-9a-f]{4}):([0-9a-f]{4})", re.IGNORECASE)


class HidrawPort(DeviceFile):
    """A scale's reports."""

    def __init__(self, address: str, known: Path = HIDRAW_CLASS) -> None:
        try:
            fd = os.open(hidraw_path(address, known), os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError as broken:
            raise PortLost(str(broken)) from broken
        super().__init__(fd, REPORT_BYTES_MAX)


def hidraw_path(address: str, known: Path = HIDRAW_CLASS) -> str:
    """The node of an address that is a path or a USB vendor:product; raises PortLost when it is not plugged in."""
    wanted = _USB_ID.fullmatch(address)
    if wanted is None:
        return address
    vendor, product = (part.upper().rjust(8, "0") for part in wanted.groups())
    for node in sorted(known.glob("hidraw*")) if known.is_dir() else ():
        try:
            told = (node / "device" / "uevent").read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        if re.search(rf"^HID_ID=[0-9A-F]+:{vendor}:{product}$", told, re.MULTILINE):
            return f"/dev/{node.name}"
    raise PortLost(f"no USB device {address} is plugged in")


class KeyboardPort:
    """A scanner's key events, for ourselves alone."""

    def __init__(self, path: str) -> None:
        try:
            from evdev import InputDevice  # the extra `bridge` brings it on Linux
        except ImportError as missing:
            raise PortLost("keyboard scanners need the library evdev: pip install evdev-binary") from missing
        try:
            self._device = InputDevice(path)
        except OSError as broken:
            raise PortLost(str(broken)) from broken
        try:
            self._device.grab()
        except OSError as broken:
            self._device.close()
            raise PortLost(f"{path} cannot be taken exclusively: {broken}") from broken
        # The kernel gives the events to the descriptor that took the device, and to no other.
        self._events = DeviceFile(self._device.fd, EVENTS_BYTES_MAX)

    def read(self) -> bytes:
        """The key events that came in."""
        return self._events.read()

    def write(self, data: bytes) -> None:
        """A keyboard is not spoken to."""

    def close(self) -> None:
        """Let go; a device that is gone may refuse even that."""
        try:
            self._device.close()
        except OSError:
            return
