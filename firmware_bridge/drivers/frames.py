"""What a driver yields (a scan, a weight, a trouble) and what it tells about itself.

Frames are what the device said, not yet what we believe: an unstable weight is a frame too. Believing is the
capture rule's work (`capture.py`), naming and numbering is the outbox's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, Protocol

import msgspec


class Scan(msgspec.Struct, frozen=True, kw_only=True):
    """A barcode as read; GS stays U+001D. symbology is the AIM id ("]C1") when the scanner sends one."""

    text: str
    symbology: str | None
    raw: bytes


class Weight(msgspec.Struct, frozen=True, kw_only=True):
    """One weight frame, with the frame's own precision as a decimal string; `error` says why there is none.

    unit and mode are the protocol's words: g, kg, lb, oz; gross, net, tare.
    """

    weight: str | None
    unit: str | None
    stable: bool
    mode: str | None
    error: str | None
    flags: tuple[str, ...] = ()
    raw: bytes


class Trouble(msgspec.Struct, frozen=True, kw_only=True):
    """Bytes that a device sent as a whole message and that cannot be one."""

    error: str
    raw: bytes


Frame = Scan | Weight | Trouble


class Driver(Protocol):
    """The decoder of one open port; it remembers nothing but the unfinished frame."""

    def feed(self, data: bytes) -> list[Frame]:
        """The frames completed by these bytes; never raises, whatever the bytes are."""
        ...


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """How the port is set when the configuration does not say otherwise."""

    baudrate: int = 9600
    bytesize: Literal[7, 8] = 8
    parity: Literal["N", "E", "O"] = "N"
    stopbits: Literal[1, 2] = 1


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """A stream and what must come out of it; the contract test cuts it at every place."""

    stream: bytes
    frames: tuple[Frame, ...]


Options = Mapping[str, str]


class DriverKind(msgspec.Struct, frozen=True, kw_only=True):
    """One protocol: how to make its decoder, set its port and talk to it."""

    name: str
    measures: Literal["scan", "weight"]
    make: Callable[[Options], Driver]
    """Raises ValueError on an option it does not know."""
    options: frozenset[str] = frozenset()
    line: Line = Line()
    greeting: bytes = b""
    """Sent after opening and again when the device has been silent for `quiet_ms_max`."""
    poll: bytes = b""
    """Sent every `poll_ms`."""
    poll_ms: int = 200
    quiet_ms_max: int = 3000
    buffer_bytes_max: int
    """The most a decoder ever holds of an unfinished frame."""
    examples: tuple[Example, ...]


def refuse_unknown(options: Options, known: frozenset[str]) -> None:
    """A misspelt option is an error at start, not a silent default."""
    if unknown := sorted(set(options) - known):
        raise ValueError(f"unknown option {unknown[0]}")
