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

    unit and mode are the protocol's words: g, kg, lb, oz; gross, net, tare. `stable` is None where the
    protocol does not say; `stable_inferred` marks a True that somebody concluded from equal readings.
    """

    weight: str | None
    unit: str | None
    stable: bool | None
    mode: str | None
    error: str | None
    flags: tuple[str, ...] | None = None
    """The bits of a status answer by name, where the protocol has such an answer."""
    zero: bool = False
    """The scale says that it stands at zero."""
    tare: str | None = None
    unit_price: str | None = None
    total: str | None = None
    code: str | None = None
    """The device's own number of its error."""
    stable_inferred: bool = False
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
    sample_options: Options = {}
    """The options under which the examples hold."""
    line: Line = Line()
    greeting: bytes = b""
    """Sent after opening and again when the device has been silent for `quiet_ms_max`."""
    poll: bytes = b""
    """Sent every `poll_ms`."""
    poll_ms: int = 200
    quiet_ms_max: int = 3000
    silence_is_normal: bool = False
    """The scale answers only when there is something new, so silence is no trouble."""
    query: bytes = b""
    """A harmless question any scale of this protocol answers; empty when it speaks by itself."""
    strictness: int = 2
    """How hard it is to take other bytes for this protocol: 1 loose text, 2 fixed columns, 3 a checksum."""
    stable_by_repeats: bool = False
    """The frames do not say whether the plate stands still: equal readings in a row must."""
    verified: bool = False
    """Whether the driver has met the real device; none of ours has been recorded from one so far."""
    record_bytes: int = 0
    """The port delivers whole records of this size, as the kernel's input devices do; 0 is a stream."""
    buffer_bytes_max: int
    """The most a decoder ever holds of an unfinished frame."""
    examples: tuple[Example, ...]


UNITS = frozenset({"mg", "g", "kg", "t", "lb", "oz"})
"""Units a configuration may give to a scale whose frames name none."""


def failure(
    error: str,
    raw: bytes,
    *,
    stable: bool | None = False,
    mode: str | None = None,
    code: str | None = None,
) -> Weight:
    """The frame of an answer without a weight."""
    return Weight(weight=None, unit=None, stable=stable, mode=mode, error=error, code=code, raw=raw)


def refuse_unknown(options: Options, known: frozenset[str]) -> None:
    """A misspelt option is an error at start, not a silent default."""
    if unknown := sorted(set(options) - known):
        raise ValueError(f"unknown option {unknown[0]}")
