"""CAS PD-II and other scales for tills with the 18-byte frame: the A&D words between STX and CR, in fixed columns.

    STX ST,GS,+  1.25 lb CR        status, kind, sign, six characters of weight, blank, two of unit

Every frame has its full length or is none. Known from a till program's parser, not from a scale.
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.collecting import CR, STX, Between
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

LONGEST = 16
_BODY = re.compile(
    rb"(?P<status>ST|US|OL|LO),(?P<mode>GS|NT|TR),(?P<number>[+-][ \d.]{6}|[+-][ -]{6}) (?P<unit>[A-Za-z ]{2})"
)


class Cas18:
    """Collects what stands between STX and CR."""

    def __init__(self, options: Options | None = None) -> None:
        refuse_unknown(options or {}, frozenset())
        self._bodies = Between(STX, CR, LONGEST)

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        return [frame for body in self._bodies.feed(data) if (frame := _read(body)) is not None]


def _read(body: bytes) -> Weight | None:
    """One frame; dashes in place of digits mean that the weight cannot be shown."""
    found = _BODY.fullmatch(body)
    if found is None:
        return None
    raw = b"\x02" + body + b"\r"
    status = b"OL" if b"-" in found["number"][1:] else found["status"]
    unit = found["unit"].strip()
    if not unit and status not in (b"OL", b"LO"):
        return None
    return headed(status, found["mode"], found["number"], unit, raw)


def _seen(raw: bytes, weight: str, unit: str, *, stable: bool, mode: str) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=mode, error=None, raw=raw)


DRIVER = DriverKind(
    name="cas_18",
    measures="weight",
    make=Cas18,
    buffer_bytes_max=LONGEST + 1,
    examples=(
        Example(
            stream=b"\x02ST,GS,+  1.25 lb\r\x02US,NT,-  0.05 kg\r",
            frames=(
                _seen(b"\x02ST,GS,+  1.25 lb\r", "1.25", "lb", stable=True, mode="gross"),
                _seen(b"\x02US,NT,-  0.05 kg\r", "-0.05", "kg", stable=False, mode="net"),
            ),
        ),
        Example(
            stream=b"1.25 lb\r\x02ST,GS,+ 1.25 lb\r\x02OL,GS,+------ lb\r\x02OL,GS,-       lb\r",
            frames=(
                failure("overload", b"\x02OL,GS,+------ lb\r", mode="gross"),
                failure("underload", b"\x02OL,GS,-       lb\r", mode="gross"),
            ),
        ),
    ),
)
