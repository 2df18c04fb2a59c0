"""OHAUS Defender floor and bench scales: a line in fixed columns that says gross, net or tare.

    "   12.345 kg    G  "    nine of polarity and weight, blank, five of unit, `?` while in motion, G | NET | T

A number that does not fill its columns has lost a digit and is dropped.
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.collecting import SEVEN_BITS, Lines, weight_text
from firmware_bridge.drivers.frames import (
    DriverKind,
    Example,
    Frame,
    Options,
    Weight,
    failure,
    refuse_unknown,
)

LONGEST = 64
_LINE = re.compile(
    rb"(?P<number>[ +-][ \d.+-]{8}) (?P<unit>[A-Za-z%:]{1,5}) *(?P<moving>\??) *(?P<mode>NET|N|G|T|PT) *$"
)
_REFUSED = re.compile(rb"(?:^|[^A-Z])ES *$")
_MODES = {b"NET": "net", b"N": "net", b"G": "gross", b"T": "tare", b"PT": "tare"}


class OhausDefender:
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
    found = _LINE.search(text)
    if found is None:
        return failure("syntax_error", b"ES") if _REFUSED.search(text) else None
    value = weight_text(found["number"])
    if value is None:
        return None
    return Weight(
        weight=value,
        unit=found["unit"].decode("ascii").lower(),
        stable=not found["moving"],
        mode=_MODES[found["mode"]],
        error=None,
        raw=found.group().rstrip(),
    )


def _seen(raw: bytes, weight: str, unit: str, *, stable: bool, mode: str) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=mode, error=None, raw=raw)


DRIVER = DriverKind(
    name="ohaus_defender",
    measures="weight",
    make=OhausDefender,
    poll=b"IP\r\n",
    query=b"IP\r\n",
    buffer_bytes_max=LONGEST,
    examples=(
        Example(
            stream=b"   12.345 kg    G  \r\n-   0.500 kg   ?NET\r\n    1.000 lb    T  \r\n",
            frames=(
                _seen(b"   12.345 kg    G", "12.345", "kg", stable=True, mode="gross"),
                _seen(b"-   0.500 kg   ?NET", "-0.500", "kg", stable=False, mode="net"),
                _seen(b"    1.000 lb    T", "1.000", "lb", stable=True, mode="tare"),
            ),
        ),
        Example(stream=b"  2.345 kg    G  \r\nES\r\n", frames=(failure("syntax_error", b"ES"),)),
    ),
)
