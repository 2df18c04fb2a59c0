"""Serial devices behind a TCP socket: ser2net, a serial device server, or a scale with a network plug of its own.

The settings of the line belong to the box at the other end. A peer that vanished without a word is noticed by
the kernel's keep-alive within half a minute.
"""

from __future__ import annotations

import select
import socket

from firmware_bridge.transports.port import READ_BYTES_MAX, READ_S, PortLost

CONNECT_S = 3.0
WRITE_S = 1.0
_KEEP_ALIVE = (("TCP_KEEPIDLE", 10), ("TCP_KEEPINTVL", 5), ("TCP_KEEPCNT", 3))


class TcpPort:
    """One connection to host:port."""

    def __init__(self, host: str, port: int) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout=CONNECT_S)
            self._socket.settimeout(WRITE_S)
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for name, seconds in _KEEP_ALIVE:
                self._socket.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), seconds)
        except OSError as broken:
            raise PortLost(str(broken)) from broken

    def read(self) -> bytes:
        """What has come in; the other end hanging up is a loss."""
        try:
            ready, _, _ = select.select([self._socket], [], [], READ_S)
            if not ready:
                return b""
            came = self._socket.recv(READ_BYTES_MAX)
        except (OSError, ValueError) as broken:
            raise PortLost(str(broken)) from broken
        if not came:
            raise PortLost("the other end hung up")
        return came

    def write(self, data: bytes) -> None:
        """Write all of it."""
        try:
            self._socket.sendall(data)
        except OSError as broken:
            raise PortLost(str(broken)) from broken

    def close(self) -> None:
        """Hang up."""
        self._socket.close()


def host_and_port(address: str) -> tuple[str, int]:
    """host:port, where a host may be an IPv6 address in brackets; ValueError for anything else."""
    host, _, port = address.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not host or not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 65536:
        raise ValueError(f"{address!r} is not like host:4001")
    return host, int(port)
