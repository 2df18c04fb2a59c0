"""OHAUS balances and bench scales, asked with `IP` (now) or `P`: a line in fixed columns.

    "      12.73 g    ?"     eleven of weight, blank, five of unit, `?` while in motion, then perhaps NET or G
    "ES"                     the command was not understood

The weight stands right-aligned in its eleven characters; a narrower one has lost a digit and is dropped. A line
may end after the unit, since some models cut trailing blanks.
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
    rb"(?P<number>[ \d.+-]{11}) (?P<unit>[A-Za-z%:]{1,5}) *(?P<moving>\??) *(?P<mode>NET|GROSS|N|G|T|PT|B|) *$"
)
_REFUSED = re.compile(rb"(?:^|[^A-Z])(?P<told>ES|ET|EL) *$")
_BROKEN = re.compile(rb"Err(?:or)?[ .]*(?P<code>\d{1,2}(?:\.\d{1,2})?) *$", re.IGNORECASE)
_REFUSALS = {b"ES": "syntax_error", b"ET": "transmission_error", b"EL": "logical_error"}
_MODES = {
    b"NET": "net",
    b"N": "net",
    b"GROSS": "gross",
    b"G": "gross",
    b"B": "gross",
    b"T": "tare",
    b"PT": "tare",
}


class Ohaus:
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
    if (found := _REFUSED.search(text)) is not None:
        return failure(_REFUSALS[found["told"]], found["told"])
    if (found := _BROKEN.search(text)) is not None:
        return failure("device_error", found.group(), code=found["code"].decode("ascii"))
    return None


def _weight(found: re.Match[bytes]) -> Weight | None:
    """A weight in its columns."""
    value = weight_text(found["number"])
    if value is None:
        return None
    return Weight(
        weight=value,
        unit=found["unit"].decode("ascii").lower(),
        stable=not found["moving"],
        mode=_MODES.get(found["mode"]),
        error=None,
        raw=found.group().rstrip(),
    )


def _seen(raw: bytes, weight: str, unit: str, *, stable: bool, mode: str | None = None) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=mode, error=None, raw=raw)


DRIVER = DriverKind(
    name="ohaus",
    measures="weight",
    make=Ohaus,
    poll=b"IP\r\n",
    query=b"IP\r\n",
    buffer_bytes_max=LONGEST,
    examples=(
        Example(
            stream=b"      12.73 g    ?\r\n      -3.10 g     \r\n          3 PCS  ?\r\n",
            frames=(
                _seen(b"      12.73 g    ?", "12.73", "g", stable=False),
                _seen(b"      -3.10 g", "-3.10", "g", stable=True),
                _seen(b"          3 PCS  ?", "3", "pcs", stable=False),
            ),
        ),
        Example(
            stream=b"     0.4500 oz    NET\r\nES\r\nErr 8.3\r\n     1.250 kg\r\n",
            frames=(
                _seen(b"     0.4500 oz    NET", "0.4500", "oz", stable=True, mode="net"),
                failure("syntax_error", b"ES"),
                failure("device_error", b"Err 8.3", code="8.3"),
            ),
        ),
    ),
)
