"""paho's client, relieved of what it does slowly: reading messages, and sending one acknowledgement at a time.

paho asks the kernel four times for each message that comes and takes it apart through its general machinery, which
is more work than everything we do with a reading. So the bytes come in by large pieces; a message is taken apart
here, every other packet is handed to paho, and the acknowledgements of a batch go out in one piece. Connecting,
subscribing, acknowledging and keeping alive are paho's.
"""

from __future__ import annotations

import select
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol

import msgspec
import paho.mqtt.client as paho
from paho.mqtt.enums import MQTTErrorCode

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike

PIECE_BYTES = 65_536
_PUBLISH = 0x30


class Arrived(msgspec.Struct, frozen=True):
    """A message as the broker handed it out; `mid` is its packet id, 0 where nobody asks for an acknowledgement."""

    topic: bytes
    payload: bytes
    mid: int
    qos: int


class HasFileno(Protocol):
    def fileno(self) -> int: ...


def _number(data: bytes | bytearray, at: int) -> tuple[int, int]:
    """A number of one to four bytes, seven bits in each, and where it ends. IndexError where it goes on."""
    number = 0
    for shift in (0, 7, 14, 21):
        byte = data[at]
        at += 1
        number |= (byte & 127) << shift
        if byte < 128:
            return number, at
    raise ValueError("no number of MQTT")


def read_publish(packet: bytes, at: int) -> Arrived | None:
    """A whole PUBLISH of MQTT 5 whose fixed header ends at `at`; None for what paho should look at."""
    qos = packet[0] >> 1 & 3
    topic_at = at + 2
    topic_end = topic_at + int.from_bytes(packet[at:topic_at], "big")
    body_at = topic_end + 2 if qos else topic_end
    try:
        length, properties_at = _number(packet, body_at)
    except (IndexError, ValueError):
        return None
    payload_at = properties_at + length
    if qos > 1 or payload_at > len(packet):
        return None
    mid = int.from_bytes(packet[topic_end:body_at], "big")
    return Arrived(packet[topic_at:topic_end], packet[payload_at:], mid, qos)


class Wire:
    """A socket that is read by large pieces. paho sees of what has come only the packet it is handed."""

    def __init__(self, socket: SocketLike) -> None:
        self._socket = socket
        self._come = bytearray()
        self._paho = b""
        self._ended = False
        self._held = bytearray()
        self._holding = False

    # ---- what paho calls

    def recv(self, size: int) -> bytes:
        part, self._paho = self._paho[:size], self._paho[size:]
        if not part and not self._ended:
            raise BlockingIOError
        return part

    def send(self, data: bytes | bytearray) -> int:
        if self._holding:
            self._held += data
            return len(data)
        self.send_held()
        if self._held:
            raise BlockingIOError
        return self._socket.send(data)

    def fileno(self) -> int:
        return self._socket.fileno()

    def setblocking(self, flag: bool) -> None:
        self._socket.setblocking(flag)

    def close(self) -> None:
        self._socket.close()

    # ---- what the client below calls

    def listen(self) -> None:
        """Take in what has come. A connection that has ended or broken is for paho to find when it reads."""
        while True:
            try:
                piece = self._socket.recv(PIECE_BYTES)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError:
                self._ended = True
                return
            self._ended = not piece
            self._come += piece
            if not (isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()):
                return
            # TLS has more at hand than it gave us; `select` looks at the kernel only and would not tell.

    def packets(self) -> Iterator[tuple[bytes, int]]:
        """Every whole packet that has come, and where its fixed header ends."""
        come, begin = self._come, 0
        try:
            while begin < len(come):
                length, at = _number(come, begin + 1)
                if at + length > len(come):
                    break
                yield bytes(come[begin : at + length]), at - begin
                begin = at + length
        except IndexError:
            pass  # the length itself has not come as a whole
        finally:
            del come[:begin]

    def hand(self, packet: bytes) -> None:
        """The next thing paho reads."""
        self._paho += packet

    @property
    def ended(self) -> bool:
        return self._ended

    @property
    def unsent(self) -> bool:
        return bool(self._held)

    def hold(self) -> None:
        """From here until `send_held`, what is sent is gathered."""
        self._holding = True

    def send_held(self) -> None:
        """As much of it as the kernel takes. A broken connection shows itself at the next reading."""
        self._holding = False
        while self._held:
            try:
                sent = self._socket.send(self._held)
            except OSError:
                return
            del self._held[:sent]


class Client(paho.Client):
    """`hear` in place of paho's `loop`; `together` around what may go out in one piece."""

    arrived: Callable[[Arrived], None]
    """Called with every message."""
    _wire: Wire

    def _create_socket(self) -> SocketLike:
        self._wire = Wire(super()._create_socket())
        return self._wire

    def hear(self, bell: HasFileno, timeout_s: float) -> MQTTErrorCode:
        """Wait for the broker or the bell, no longer than this; read all that has come, send what is left over."""
        if self.socket() is None:
            return paho.MQTT_ERR_NO_CONN
        writes = [self._wire] if self.unsent() else []
        readable, writable, _ = select.select([self._wire, bell], writes, [], timeout_s)
        said = self._read() if self._wire in readable else paho.MQTT_ERR_SUCCESS
        if said == paho.MQTT_ERR_SUCCESS and writable:
            self._wire.send_held()
            said = self.loop_write()
        return said or self.loop_misc()

    def _read(self) -> MQTTErrorCode:
        wire = self._wire
        wire.listen()
        for packet, at in wire.packets():
            arrived = read_publish(packet, at) if packet[0] & 0xF0 == _PUBLISH else None
            if arrived is not None:
                self.arrived(arrived)
                continue
            wire.hand(packet)
            said = self.loop_read()
            if said != paho.MQTT_ERR_SUCCESS:
                return said
        return self.loop_read() if wire.ended else paho.MQTT_ERR_SUCCESS

    def unsent(self) -> bool:
        """Whether something waits for the kernel to take it."""
        return self.want_write() or self._wire.unsent

    @contextmanager
    def together(self) -> Iterator[None]:
        """What is sent inside goes out as one."""
        self._wire.hold()
        try:
            yield
        finally:
            self._wire.send_held()
