"""Adam Equipment scales with the "LABEL + WEIGHT + UNIT" output, asked with `P`: a number and its unit, a line.

    "   1.234kg"        and silence when the weight is zero or has not changed

The scale answers only to a new stable weight that is not zero. Silence is therefore no trouble here, and an
empty plate is never told; the capture rule knows what that means. The frame has no fixed width, so a lost digit
cannot be seen in it. Known from another program's driver, not from a scale.
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.collecting import SEVEN_BITS, Lines, weight_text
from firmware_bridge.drivers.frames import DriverKind, Example, Frame, Options, Weight, refuse_unknown

LONGEST = 64
_LINE = re.compile(rb"(?:^|[^\d. +-])(?P<number>[ +-]*\d+(?:\.\d+)?) ?(?P<unit>kg|g|lb|oz) *$", re.IGNORECASE)


class Adam:
    """Reads the end of each line, so that noise before it does no harm."""

    def __init__(self, options: Options | None = None) -> None:
        refuse_unknown(options or {}, frozenset())
        self._lines = Lines(LONGEST)

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        return [frame for line in self._lines.feed(data) if (frame := _read(line)) is not None]


def _read(line: bytes) -> Weight | None:
    """The weight of a line."""
    found = _LINE.search(line.translate(SEVEN_BITS))
    value = None if found is None else weight_text(found["number"])
    if found is None or value is None:
        return None
    unit = found["unit"].decode("ascii").lower()
    return Weight(weight=value, unit=unit, stable=True, mode="gross", error=None, raw=found.group())


def _seen(raw: bytes, weight: str, unit: str) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=True, mode="gross", error=None, raw=raw)


DRIVER = DriverKind(
    name="adam",
    measures="weight",
    make=Adam,
    poll=b"P\r\n",
    poll_ms=500,
    silence_is_normal=True,
    query=b"P\r\n",
    strictness=1,
    buffer_bytes_max=LONGEST,
    examples=(
        Example(
            stream=b"   1.234kg\r\n\r\n  -0.50 lb\r\n",
            frames=(_seen(b"   1.234kg", "1.234", "kg"), _seen(b"  -0.50 lb", "-0.50", "lb")),
        ),
        Example(stream=b"\r\n", frames=()),
    ),
)
