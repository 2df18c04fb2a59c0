"""YaoHua XK3190 indicators, the short format: `=` and eight characters, the lowest digit first.

    =05.2100       12.50         =00.1000-       -1.00         =00.00000      0.00

Read backwards the seven characters behind `=` are the weight; the last byte is a minus, a blank or a zero. There
is no checksum, no unit and no word of standing still: the unit comes from the configuration, standing still is
concluded from equal readings (`steady.py`).
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.collecting import SEVEN_BITS, signed
from firmware_bridge.drivers.frames import UNITS, DriverKind, Example, Frame, Options, Weight, refuse_unknown

LENGTH = 9
KNOWN = frozenset({"unit"})
_BACKWARDS = re.compile(rb"\d+(?:\.\d+)?")


class Xk3190Rev:
    """Reads nine bytes from each `=`; another `=` among them starts anew."""

    def __init__(self, options: Options | None = None) -> None:
        options = options or {}
        refuse_unknown(options, KNOWN)
        self._unit = options.get("unit")
        if self._unit is not None and self._unit not in UNITS:
            raise ValueError(f"unknown unit {self._unit}")
        self._held = b""

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        before, *frames = (self._held + data.translate(SEVEN_BITS)).split(b"=")
        del before
        self._held = b"=" + frames[-1][:LENGTH] if frames and len(frames[-1]) < LENGTH - 1 else b""
        return [frame for told in frames if (frame := self._read(told[: LENGTH - 1])) is not None]

    def _read(self, told: bytes) -> Weight | None:
        """The eight bytes behind `=`."""
        if len(told) != LENGTH - 1 or told[-1:] not in (b"0", b" ", b"-"):
            return None
        backwards = told[-2::-1]
        if _BACKWARDS.fullmatch(backwards) is None:
            return None
        value = signed(backwards.decode("ascii"), negative=told[-1:] == b"-")
        return Weight(weight=value, unit=self._unit, stable=None, mode=None, error=None, raw=b"=" + told)


def _seen(raw: bytes, weight: str) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=None, stable=None, mode=None, error=None, raw=raw)


DRIVER = DriverKind(
    name="xk3190_rev",
    measures="weight",
    make=Xk3190Rev,
    options=KNOWN,
    stable_by_repeats=True,
    buffer_bytes_max=LENGTH,
    examples=(
        Example(
            stream=b"=05.2100 =00.1000-=00.00000=000.321 ",
            frames=(
                _seen(b"=05.2100 ", "12.50"),
                _seen(b"=00.1000-", "-1.00"),
                _seen(b"=00.00000", "0.00"),
                _seen(b"=000.321 ", "123.000"),
            ),
        ),
        Example(
            stream=b"5.2100 =05.100 =05.2100 \r\n=05.2100 x",
            frames=(_seen(b"=05.2100 ", "12.50"), _seen(b"=05.2100 ", "12.50")),
        ),
    ),
)
