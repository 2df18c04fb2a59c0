"""A&D indicators (AD-4401 … AD-4410) and the many Chinese bench scales that speak the same: a line a weight.

    ST,GS,+00123.0kg      stable, gross          OL,GS,+         kg      over the range
    US,NT,-0000.50kg      in motion, net         ST,+00012.34  g         a balance, which has no second field

The number keeps its full width of at least seven characters behind the sign, filled with zeros or blanks; a
narrower one has lost a digit on the line and is dropped. A scale in stream mode sends by itself; in command
mode it answers `RW`.
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.collecting import SEVEN_BITS, Lines
from firmware_bridge.drivers.frames import (
    DriverKind,
    Example,
    Frame,
    Options,
    Weight,
    failure,
    refuse_unknown,
)
from firmware_bridge.drivers.headed import headed

LONGEST = 64
_LINE = re.compile(
    rb"(?P<status>ST|US|QT),(?:(?P<mode>GS|NT|TR),)?(?P<number>[+-][ \d.]{7,12})"
    rb" *(?P<unit>[A-Za-z%]{1,4}) *$"
)
_BEYOND = re.compile(
    rb"(?P<status>OL|LO)(?:,(?P<mode>GS|NT|TR))?(?:,(?P<shown>[ +-][ \d.E+_^-]*))? *(?P<unit>[A-Za-z]{0,4}) *$"
)


class AAndD:
    """Reads the end of each line, so that noise before it does no harm."""

    def __init__(self, options: Options | None = None) -> None:
        refuse_unknown(options or {}, frozenset())
        self._lines = Lines(LONGEST)

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        return [frame for line in self._lines.feed(data) if (frame := _read(line)) is not None]


def _read(line: bytes) -> Weight | None:
    """The weight at the end of a line."""
    text = line.translate(SEVEN_BITS)
    if (found := _BEYOND.search(text)) is not None:
        return headed(found["status"], found["mode"], found["shown"] or b"", b"", found.group())
    if (found := _LINE.search(text)) is None:
        return None
    return headed(found["status"], found["mode"], found["number"], found["unit"], found.group())


def _seen(raw: bytes, weight: str, unit: str, *, stable: bool, mode: str | None) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=mode, error=None, raw=raw)


DRIVER = DriverKind(
    name="a_and_d",
    measures="weight",
    make=AAndD,
    query=b"RW\r\n",
    buffer_bytes_max=LONGEST,
    examples=(
        Example(
            stream=b"ST,GS,+00123.0kg\r\nUS,NT,-0000.50kg\r\nST,TR,+0002.00kg\r\n",
            frames=(
                _seen(b"ST,GS,+00123.0kg", "123.0", "kg", stable=True, mode="gross"),
                _seen(b"US,NT,-0000.50kg", "-0.50", "kg", stable=False, mode="net"),
                _seen(b"ST,TR,+0002.00kg", "2.00", "kg", stable=True, mode="tare"),
            ),
        ),
        Example(
            stream=b"OL,GS,+         kg\r\nOL,NT,-         kg\r\nOL,+9999999E+19\r\n"
            b"LO,GS,--------kg\r\nOL,GS,--------kg\r\n",
            frames=(
                failure("overload", b"OL,GS,+         kg", mode="gross"),
                failure("underload", b"OL,NT,-         kg", mode="net"),
                failure("overload", b"OL,+9999999E+19"),
                failure("underload", b"LO,GS,--------kg", mode="gross"),
                failure("overload", b"OL,GS,--------kg", mode="gross"),
            ),
        ),
        Example(
            stream=b"ST,GS,+ 1234.56   g\r\nUS,GS,+0123.456  lb\r\nST,+00012.34  g\r\n",
            frames=(
                _seen(b"ST,GS,+ 1234.56   g", "1234.56", "g", stable=True, mode="gross"),
                _seen(b"US,GS,+0123.456  lb", "123.456", "lb", stable=False, mode="gross"),
                _seen(b"ST,+00012.34  g", "12.34", "g", stable=True, mode=None),
            ),
        ),
        Example(stream=b"ST,GS,+0012.0kg\r\n0kg\r\nST,GS,\r\n", frames=()),
    ),
)
