"""The five-byte BCD frame of many Chinese counting scales: 0xFF, a status byte and six digits, lowest first.

    FF 63 50 01 00       status 0110 0011: stable, negative, two decimals; digits 00 01 50; so -1.50

Status bits: 0-2 decimals plus one (1..5; the digits of 4 are 0.000), 3-4 weighing, counting or percent, 5
negative, 6 stable, 7 overflow. No byte of a frame but the first can be 0xFF, so another one starts anew. The frame
names no unit: it comes from the configuration. Scales that send a sixth byte are read as well; it is passed over.
"""

from __future__ import annotations

from firmware_bridge.drivers.collecting import pointed, signed
from firmware_bridge.drivers.frames import (
    UNITS,
    DriverKind,
    Example,
    Frame,
    Options,
    Weight,
    failure,
    refuse_unknown,
)

LENGTH = 5
KNOWN = frozenset({"unit"})
NEGATIVE, STABLE, OVERFLOW = 0x20, 0x40, 0x80
_NOT_WEIGHING = {1: "pcs", 2: "%"}


class FfBcd5:
    """Reads five bytes from each 0xFF; `unit` is what the configuration says the scale shows."""

    def __init__(self, options: Options | None = None) -> None:
        options = options or {}
        refuse_unknown(options, KNOWN)
        self._unit = options.get("unit")
        if self._unit is not None and self._unit not in UNITS:
            raise ValueError(f"unknown unit {self._unit}")
        self._held = b""

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        before, *frames = (self._held + data).split(b"\xff")
        del before
        self._held = b"\xff" + frames[-1] if frames and len(frames[-1]) < LENGTH - 1 else b""
        return [frame for told in frames if (frame := self._read(told[: LENGTH - 1])) is not None]

    def _read(self, told: bytes) -> Weight | None:
        """The four bytes behind 0xFF; anything but a possible status and decimal digits is none."""
        digits = told[:0:-1].hex()
        if len(told) != LENGTH - 1 or not 1 <= told[0] & 0x07 <= 5 or not digits.isdigit():
            return None
        status, counting = told[0], told[0] >> 3 & 0x03
        raw = b"\xff" + told
        stable = bool(status & STABLE)
        if counting == 3:
            return None
        if status & OVERFLOW:
            return failure("overload", raw, stable=stable)
        value = signed(pointed(digits, (status & 0x07) - 1), negative=bool(status & NEGATIVE))
        unit = _NOT_WEIGHING.get(counting, self._unit)
        return Weight(weight=value, unit=unit, stable=stable, mode=None, error=None, raw=raw)


def _seen(raw: bytes, weight: str, *, stable: bool, unit: str | None = None) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=None, error=None, raw=raw)


DRIVER = DriverKind(
    name="ff_bcd5",
    measures="weight",
    make=FfBcd5,
    options=KNOWN,
    buffer_bytes_max=LENGTH,
    examples=(
        Example(
            stream=bytes.fromhex("ff63500100 ff04341200 ffc4090003 ff49120000"),
            frames=(
                _seen(bytes.fromhex("ff63500100"), "-1.50", stable=True),
                _seen(bytes.fromhex("ff04341200"), "1.234", stable=False),
                failure("overload", bytes.fromhex("ffc4090003"), stable=True),
                _seen(bytes.fromhex("ff49120000"), "12", stable=True, unit="pcs"),
            ),
        ),
        Example(
            stream=bytes.fromhex("500100 ff63ff6350ff6350010000 ff63500a00"),
            frames=(_seen(bytes.fromhex("ff63500100"), "-1.50", stable=True),),
        ),
    ),
)
