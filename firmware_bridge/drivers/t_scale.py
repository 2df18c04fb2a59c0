"""T-Scale bench scales: the A&D words without the sign's column, and on some models without the second comma.

    ST,GS    20.7g            US,GS,    -0.4 g

The columns differ between models, so a lost digit cannot be seen in one frame; the capture rule's demand for
two equal frames has to catch it. Known from captures of two models only.
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
    rb"(?P<status>ST|US|OL|LO),(?P<mode>GS|NT|TR),?(?P<number>[ +-]*[\d.]*) *(?P<unit>[A-Za-z%]{1,4}|) *$"
)


class TScale:
    """Reads the end of each line, so that noise before it does no harm."""

    def __init__(self, options: Options | None = None) -> None:
        refuse_unknown(options or {}, frozenset())
        self._lines = Lines(LONGEST)

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        return [frame for line in self._lines.feed(data) if (frame := _read(line)) is not None]


def _read(line: bytes) -> Weight | None:
    """The weight at the end of a line; a number without a unit is none."""
    found = _LINE.search(line.translate(SEVEN_BITS))
    if found is None or (not found["unit"] and found["status"] not in (b"OL", b"LO")):
        return None
    return headed(found["status"], found["mode"], found["number"], found["unit"], found.group().rstrip())


def _seen(raw: bytes, weight: str, unit: str, *, stable: bool, mode: str) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=mode, error=None, raw=raw)


DRIVER = DriverKind(
    name="t_scale",
    measures="weight",
    make=TScale,
    strictness=1,
    buffer_bytes_max=LONGEST,
    examples=(
        Example(
            stream=b"ST,GS    20.7g   \r\nUS,GS,    -0.4 g\r\nST,NT,  1.250kg\r\n",
            frames=(
                _seen(b"ST,GS    20.7g", "20.7", "g", stable=True, mode="gross"),
                _seen(b"US,GS,    -0.4 g", "-0.4", "g", stable=False, mode="gross"),
                _seen(b"ST,NT,  1.250kg", "1.250", "kg", stable=True, mode="net"),
            ),
        ),
        Example(
            stream=b"OL,GS,          g\r\nLO,GS          g\r\nST,GS,\r\n",
            frames=(
                failure("overload", b"OL,GS,          g", mode="gross"),
                failure("underload", b"LO,GS          g", mode="gross"),
            ),
        ),
    ),
)
