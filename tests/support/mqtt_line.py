"""The line between a node and its broker: it can be cut, and remembers which message was acknowledged on which call."""

from __future__ import annotations

import contextlib
import socket
import threading

PUBLISH, PUBACK = 3, 4


def packets(buffer: bytearray) -> list[bytes]:
    """The whole packets at the front of the buffer, taken out of it."""
    found = []
    while len(buffer) >= 2:
        length, at = 0, 1
        while True:
            if at >= len(buffer):
                return found
            length |= (buffer[at] & 127) << 7 * (at - 1)
            at += 1
            if buffer[at - 1] < 128:
                break
        if len(buffer) < at + length:
            return found
        found.append(bytes(buffer[: at + length]))
        del buffer[: at + length]
    return found


def packet_id(packet: bytes) -> int | None:
    """The id of a PUBLISH that asks for an acknowledgement, or of a PUBACK."""
    at = 1
    while packet[at] >= 128:
        at += 1
    at += 1
    if packet[0] >> 4 == PUBLISH:
        if not packet[0] & 0x06:
            return None
        at += 2 + int.from_bytes(packet[at : at + 2], "big")
    return int.from_bytes(packet[at : at + 2], "big")


class MqttLine:
    """Listens on `port`. `told` and `answered` are (call, packet id); `wrong` is every answer to what was not told.

    `hold_back(PUBACK)`: the next packet of this kind that the node says on this call, and all behind it, never arrive.
    """

    def __init__(self, broker_port: int) -> None:
        self._broker_port = broker_port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        self.calls = 0
        self.told: set[tuple[int, int]] = set()
        self.answered: list[tuple[int, int]] = []
        self.wrong: list[tuple[int, int]] = []
        self.held = threading.Event()
        """The node has said what is held back."""
        self._held_back: tuple[int, int] | None = None
        self._open: list[socket.socket] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """Both ends lose each other; the next call goes through."""
        for end in self._open:
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._open.clear()

    def hold_back(self, kind: int) -> None:
        self.held.clear()
        self._held_back = (self.calls, kind)

    def close(self) -> None:
        self._listener.close()
        self.cut()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                node, _ = self._listener.accept()
                try:
                    broker = socket.create_connection(("127.0.0.1", self._broker_port))
                except ConnectionRefusedError:
                    node.close()  # the broker is away, and whoever calls again may find it there
                    continue
                self.calls += 1
                self._open += [node, broker]
                for source, target, kind in ((node, broker, PUBACK), (broker, node, PUBLISH)):
                    threading.Thread(
                        target=self._carry, args=(source, target, kind, self.calls), daemon=True
                    ).start()

    def _carry(self, source: socket.socket, target: socket.socket, kind: int, call: int) -> None:
        buffer = bytearray()
        with source, contextlib.suppress(OSError):
            while piece := source.recv(65_536):
                buffer += piece
                passed = bytearray()
                for packet in packets(buffer):
                    if self._is_held_back(packet, call, kind):
                        break
                    number = packet_id(packet) if packet[0] >> 4 == kind else None
                    if number is not None:
                        self._note(kind, (call, number))
                    passed += packet
                target.sendall(passed)
            # Who is killed is gone for the other side, too.
            target.shutdown(socket.SHUT_RDWR)

    def _is_held_back(self, packet: bytes, call: int, kind: int) -> bool:
        """`kind` is what is noted of this direction: the node's is PUBACK."""
        if kind != PUBACK:
            return False
        if self._held_back == (call, packet[0] >> 4):
            self.held.set()
        return self.held.is_set() and self._held_back is not None and self._held_back[0] == call

    def _note(self, kind: int, what: tuple[int, int]) -> None:
        if kind == PUBLISH:
            self.told.add(what)
        else:
            self.answered.append(what)
            if what not in self.told:
                self.wrong.append(what)
