"""Toledo 8217, spoken by checkout scales and scanner-scales (Magellan, Diva): one answer to each `W`.

    STX 01.234 CR      1.234 kg           STX 01.23 CR       1.23 lb
    STX 01.234N CR     the same, net      STX ? b CR         no weight, b says why

Three decimals are kilograms, two are pounds; with the option `unit` set, a frame of the other unit is
dropped, since "01.23" may also be "01.234" that lost its last digit. Bits of b: 0 in motion, 1 over
capacity, 2 under zero, 3 outside the zero range, 4 centre of zero, 5 net, 6 always one, 7 parity. The line
is 7E1; opened as 8N1 the parity bit sits on top of every byte, so bit 7 is always masked away.
"""

from __future__ import annotations

import re
from decimal import Decimal

from firmware_bridge.drivers.frames import (
    DriverKind,
    Example,
    Frame,
    Line,
    Options,
    Weight,
    refuse_unknown,
)

LONGEST = 32
"""Bytes kept between STX and CR; an answer has at most eight, the echo of a probe a few more."""
KNOWN = frozenset({"unit"})
STX, CR = 0x02, 0x0D
MOTION, OVER, UNDER, OUTSIDE, CENTRE, NET, ALWAYS = (1 << bit for bit in range(7))

_WEIGHT = re.compile(rb"(?P<value>[ \d]\d\.(?:\d{3}|\d{2}))(?P<net>N?)")
_FLAGS = (
    (MOTION, "in_motion"),
    (OVER, "over_capacity"),
    (UNDER, "under_zero"),
    (OUTSIDE, "outside_zero_capture"),
    (CENTRE, "center_of_zero"),
    (NET, "net"),
)
_ERRORS = {
    "in_motion": "in_motion",
    "over_capacity": "overload",
    "under_zero": "underload",
    "outside_zero_capture": "outside_zero_capture",
}


class Toledo8217:
    """Collects what stands between STX and CR; a new STX drops what came before it."""

    def __init__(self, options: Options | None = None) -> None:
        options = options or {}
        refuse_unknown(options, KNOWN)
        self._unit = options.get("unit")
        if self._unit not in (None, "kg", "lb"):
            raise ValueError(f"unknown unit {self._unit}")
        self._body: bytearray | None = None

    def feed(self, data: bytes) -> list[Frame]:
        """The answers completed by these bytes."""
        frames: list[Frame] = []
        for byte in data:
            mark = byte & 0x7F
            if mark == STX:
                self._body = bytearray()
            elif self._body is None:
                continue
            elif mark == CR:
                if (frame := self._read(bytes(self._body))) is not None:
                    frames.append(frame)
                self._body = None
            elif len(self._body) < LONGEST:
                self._body.append(mark)
            else:
                self._body = None
        return frames

    def _read(self, body: bytes) -> Frame | None:
        """One answer; anything that is neither a weight nor a status is no frame."""
        if (found := _WEIGHT.fullmatch(body)) is not None:
            return self._weight(found)
        if len(body) == 2 and body[:1] == b"?" and body[1] & ALWAYS:
            return _status(body)
        return None

    def _weight(self, found: re.Match[bytes]) -> Weight | None:
        """A weight in the unit its decimals tell, unless this scale is known to use the other one."""
        value = found["value"].decode("ascii").strip()
        unit = "kg" if len(value.partition(".")[2]) == 3 else "lb"
        if self._unit not in (None, unit):
            return None
        return Weight(
            weight=format(Decimal(value), "f"),
            unit=unit,
            stable=True,
            mode="net" if found["net"] else "gross",
            error=None,
            raw=b"\x02" + found.group() + b"\r",
        )


def _status(body: bytes) -> Weight:
    """Why there is no weight; motion comes first, since while it lasts the other bits change."""
    flags = tuple(name for bit, name in _FLAGS if body[1] & bit)
    error = next((_ERRORS[name] for name in flags if name in _ERRORS), None)
    return Weight(
        weight=None,
        unit=None,
        stable=not body[1] & MOTION,
        mode="net" if body[1] & NET else "gross",
        error=error,
        flags=flags,
        raw=b"\x02" + body + b"\r",
    )


def _seen(weight: str, unit: str, mode: str, raw: bytes) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=True, mode=mode, error=None, raw=raw)


DRIVER = DriverKind(
    name="toledo_8217",
    measures="weight",
    make=Toledo8217,
    options=KNOWN,
    line=Line(baudrate=9600, bytesize=7, parity="E", stopbits=1),
    poll=b"W",
    query=b"W",
    poll_ms=200,
    buffer_bytes_max=LONGEST,
    examples=(
        Example(
            stream=b"\x0201.234\r\x0212.345N\r\x0201.23\r",
            frames=(
                _seen("1.234", "kg", "gross", b"\x0201.234\r"),
                _seen("12.345", "kg", "net", b"\x0212.345N\r"),
                _seen("1.23", "lb", "gross", b"\x0201.23\r"),
            ),
        ),
        Example(
            stream=b"\x02?A\r\x02?`\r\x02?D\r\x02?H\r",
            frames=(_status(b"?A"), _status(b"?`"), _status(b"?D"), _status(b"?H")),
        ),
        Example(
            stream=b"12.3\x0201.0\x0201.000\r\x02E\rhello\x02?\x01\r",
            frames=(_seen("1.000", "kg", "gross", b"\x0201.000\r"),),
        ),
        Example(
            stream=bytes.fromhex("8230b42eb235308d"),
            frames=(_seen("4.250", "kg", "gross", b"\x0204.250\r"),),
        ),
    ),
)
