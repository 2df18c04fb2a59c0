"""Where a device hangs, told in one text: which cable it is, and how to open it.

/dev/serial/by-id/usb-FTDI_0042     a serial port or USB-CDC        tcp:10.0.0.7:4001      ser2net and its like
hidraw:0922:8003                    a USB point-of-sale scale       hidraw:/dev/hidraw0    the same by its node
evdev:/dev/input/by-id/usb-…-kbd    a keyboard scanner, taken for ourselves alone
"""

from __future__ import annotations

from pathlib import Path

from firmware_bridge.drivers.frames import Line
from firmware_bridge.transports.hid import HidrawPort, KeyboardPort, hidraw_path
from firmware_bridge.transports.port import Port, PortLost
from firmware_bridge.transports.serial import SerialPort
from firmware_bridge.transports.tcp import TcpPort, host_and_port


def open_port(address: str, line: Line) -> Port:
    """The device at this address; raises PortLost when it cannot be opened now."""
    cable, _, rest = address.partition(":")
    match cable:
        case "tcp":
            return TcpPort(*host_and_port(rest))
        case "hidraw":
            return HidrawPort(rest)
        case "evdev":
            return KeyboardPort(rest)
        case _:
            return SerialPort(address, line)


def is_there(address: str) -> bool:
    """Whether the device is plugged in, as far as can be told without opening it."""
    cable, _, rest = address.partition(":")
    match cable:
        case "tcp":
            return True
        case "hidraw":
            try:
                return Path(hidraw_path(rest)).exists()
            except PortLost:
                return False
        case "evdev":
            return Path(rest).exists()
        case _:
            return Path(address).exists()


def check_address(address: str) -> None:
    """ValueError when no device can ever be opened under this address."""
    cable, _, rest = address.partition(":")
    if cable == "tcp":
        host_and_port(rest)
    if not address.strip() or (cable in ("hidraw", "evdev") and not rest):
        raise ValueError(f"{address!r} names no device")
