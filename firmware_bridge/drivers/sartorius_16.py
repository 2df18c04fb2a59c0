"""Sartorius balances, 16-character output: sign, blank, eight of weight, blank, three of unit, CRLF.

    "+   123.45 g  "      stable           "      H       "     over the range
    "+   123.45    "      in motion        "      L       "     under it            "   Err 54     "

A blank unit means that the balance has not come to rest (memory): then the weight has no unit and is never
taken. With its identification switched on, the balance puts six characters before the line; N, T and G among
them say net, tare and gross.
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.collecting import SEVEN_BITS, Lines, weight_text
from firmware_bridge.drivers.frames import (
    DriverKind,
    Example,
    Frame,
    Line,
    Options,
    Weight,
    failure,
    refuse_unknown,
)

LONGEST = 64
_LINE = re.compile(
    rb"(?:(?:^|[^A-Z])(?P<mode>[NTG])[#0-9]?[ 0-9]{4,5})?"
    rb"(?P<sign>[+ -]) (?P<number>[ \d.]{8}) (?P<unit>[A-Za-z%/ ]{3})$"
)
_RANGE = re.compile(rb" {3,}(?P<told>HH?|LL?) *$")
_BROKEN = re.compile(rb"Err *(?P<code>\d{1,3}) *$", re.IGNORECASE)
_MODES = {b"N": "net", b"T": "tare", b"G": "gross"}


class Sartorius16:
    """Reads the end of each line, so that noise before it does no harm."""

    def __init__(self, options: Options | None = None) -> None:
        refuse_unknown(options or {}, frozenset())
        self._lines = Lines(LONGEST)

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        return [frame for line in self._lines.feed(data) if (frame := _read(line)) is not None]


def _read(line: bytes) -> Weight | None:
    """The answer at the end of a line."""
    text = line.translate(SEVEN_BITS)
    if (found := _LINE.search(text)) is not None:
        return _weight(found)
    if (found := _RANGE.search(text)) is not None:
        return failure("overload" if found["told"].startswith(b"H") else "underload", found.group())
    if (found := _BROKEN.search(text)) is not None:
        return failure("device_error", found.group(), code=found["code"].decode("ascii"))
    return None


def _weight(found: re.Match[bytes]) -> Weight | None:
    """A weight in its columns."""
    value = weight_text(found["sign"] + found["number"])
    if value is None:
        return None
    unit = found["unit"].strip().decode("ascii").lower()
    mode = _MODES[found["mode"]] if found["mode"] else None
    return Weight(
        weight=value, unit=unit or None, stable=bool(unit), mode=mode, error=None, raw=found.group()
    )


def _seen(raw: bytes, weight: str, unit: str | None, *, stable: bool, mode: str | None = None) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=mode, error=None, raw=raw)


DRIVER = DriverKind(
    name="sartorius_16",
    measures="weight",
    make=Sartorius16,
    line=Line(baudrate=1200, bytesize=7, parity="O", stopbits=1),
    poll=b"\x1bP\r\n",
    poll_ms=500,
    query=b"\x1bP\r\n",
    buffer_bytes_max=LONGEST,
    examples=(
        Example(
            stream=b"+   123.45 g  \r\n-     0.50 g  \r\n+   123.45    \r\n",
            frames=(
                _seen(b"+   123.45 g  ", "123.45", "g", stable=True),
                _seen(b"-     0.50 g  ", "-0.50", "g", stable=True),
                _seen(b"+   123.45    ", "123.45", None, stable=False),
            ),
        ),
        Example(
            stream=b"      H       \r\n      L       \r\n   Err 54     \r\n",
            frames=(
                failure("overload", b"      H       "),
                failure("underload", b"      L       "),
                failure("device_error", b"Err 54     ", code="54"),
            ),
        ),
        Example(
            stream=b"T     +     1.00 g  \r\n",
            frames=(_seen(b"T     +     1.00 g  ", "1.00", "g", stable=True, mode="tare"),),
        ),
    ),
)
