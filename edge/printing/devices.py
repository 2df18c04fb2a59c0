"""Bytes to a printer: a socket on the shop's network, or a device file for USB and serial lines.

Addresses are narrow on purpose. A manager types them, and a node that sends bytes to any address of the world
would be a tool for whoever stole a manager's session.
"""

from __future__ import annotations

import errno
import ipaddress
import os
import re
import select
import socket
import stat
import termios
import time
from pathlib import Path

from shared.errors import DomainError

CONNECT_S = 3.0
STALL_S = 15.0
"""A printer that takes nothing for so long has no paper or an open cover."""
_PORTS = range(9100, 9200)
_DEVICE = re.compile(
    r"(/dev/(?:usb/lp\d+|lp\d+|tty(?:USB|ACM|S|AMA)\d+|pts/\d+|serial/by-id/[\w.:+-]+|liushui-[\w-]+))(?:@(\d+))?",
    re.ASCII,
)
_BAUD = {rate: getattr(termios, f"B{rate}") for rate in (9600, 19200, 38400, 57600, 115200)}
_CHUNK = 4096


class Stopped(Exception):
    """The printer took some of the data and then no more; part of it may be on paper."""


class Unreachable(Exception):
    """The printer took nothing."""


def require_address(address: str) -> None:
    """Raises `printer_address` unless it is a printer's port on this network or a printer's device file."""
    if _DEVICE.fullmatch(address):
        rate = address.partition("@")[2]
        if not rate or int(rate) in _BAUD:
            return
    else:
        try:
            _network(address)
        except ValueError:
            pass
        else:
            return
    raise DomainError("printer_address", address=address[:60])


def _network(address: str) -> tuple[str, int]:
    """Host and port: "192.168.1.50" and "192.168.1.50:9101". Raises ValueError."""
    host, _, port_text = address.rpartition(":") if address.count(":") == 1 else (address, "", "9100")
    found = ipaddress.ip_address(host)
    port = int(port_text) if port_text.isascii() and port_text.isdigit() else 0
    if not found.is_private or found.is_multicast or found.is_unspecified or port not in _PORTS:
        raise ValueError(address)
    return str(found), port


def send(address: str, data: bytes) -> None:
    """All the data, or one of the two errors above."""
    require_address(address)
    if address.startswith("/dev/"):
        _to_device(address, data)
    else:
        _to_network(_network(address), data)


def _to_network(where: tuple[str, int], data: bytes) -> None:
    try:
        line = socket.create_connection(where, timeout=CONNECT_S)
    except OSError as error:
        raise Unreachable(str(error)) from error
    sent = 0
    with line:
        line.settimeout(STALL_S)
        try:
            while sent < len(data):
                sent += line.send(data[sent : sent + _CHUNK])
            line.shutdown(socket.SHUT_WR)
            # Closing with data unread by the printer would reset the line and lose what is under way, so wait
            # until it has closed too or has said nothing for a while.
            line.settimeout(1.0)
            while line.recv(_CHUNK):
                pass
        except TimeoutError as error:
            if sent < len(data):
                raise Stopped(str(error)) from error
        except OSError as error:
            raise (Stopped if sent else Unreachable)(str(error)) from error


def _to_device(address: str, data: bytes) -> None:
    found = _DEVICE.fullmatch(address)
    assert found is not None
    try:
        if not stat.S_ISCHR(Path(found[1]).stat().st_mode):
            raise Unreachable("not a device")
        device = os.open(found[1], os.O_WRONLY | os.O_NONBLOCK | os.O_NOCTTY)
    except OSError as error:
        raise Unreachable(str(error)) from error
    sent = 0
    try:
        if found[2]:
            _set_speed(device, int(found[2]))
        while sent < len(data):
            if not select.select([], [device], [], STALL_S)[1]:
                raise (Stopped if sent else Unreachable)("the device takes nothing")
            sent += _written(device, data[sent : sent + _CHUNK])
        if os.isatty(device):
            _drained(device)
    except OSError as error:
        raise (Stopped if sent else Unreachable)(str(error)) from error
    finally:
        os.close(device)


def _written(device: int, part: bytes) -> int:
    try:
        return os.write(device, part)
    except OSError as error:
        if error.errno == errno.EAGAIN:
            return 0
        raise


def _drained(device: int) -> None:
    """Wait until a serial line has sent what it was given, so that "printed" is not said too early."""
    until = time.monotonic() + STALL_S
    while time.monotonic() < until:
        if _waiting(device) == 0:
            return
        select.select([], [], [], 0.02)
    raise OSError(errno.ETIMEDOUT, "the line does not drain")


def _waiting(device: int) -> int:
    """Bytes the kernel still holds for the line."""
    import fcntl

    return int.from_bytes(fcntl.ioctl(device, termios.TIOCOUTQ, b"\0\0\0\0"), "little")


def _set_speed(device: int, rate: int) -> None:
    """Eight bits, no parity, as receipt printers come from the factory, with nothing changed on the way."""
    settings = termios.tcgetattr(device)
    settings[1] = 0
    settings[2] = termios.CS8 | termios.CLOCAL | termios.CREAD
    settings[4] = settings[5] = _BAUD[rate]
    termios.tcsetattr(device, termios.TCSANOW, settings)
