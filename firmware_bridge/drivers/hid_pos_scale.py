"""USB HID point-of-sale scales (usage page 0x8D; postal scales, DYMO, Stamps): a report of six bytes.

    03 status unit exponent low high        03 04 02 00 14 00: stable, grams, 20 x 10^0

Status (memory): 1 fault, 2 at zero, 3 in motion, 4 stable, 5 under zero, 6 over the limit, 7 needs calibration, 8
needs zeroing. Under zero the number is how far. The exponent is signed: FF is -1, so 7B 00 in pounds is 12.3.
"""

from __future__ import annotations

from firmware_bridge.drivers.collecting import pointed, signed
from firmware_bridge.drivers.frames import (
    DriverKind,
    Example,
    Frame,
    Options,
    Weight,
    failure,
    refuse_unknown,
)

LENGTH = 6
REPORT = 0x03
EXPONENT_MAX = 9
AT_ZERO, IN_MOTION, STABLE, UNDER_ZERO = 2, 3, 4, 5
_UNITS = {
    0x01: "mg",
    0x02: "g",
    0x03: "kg",
    0x04: "ct",
    0x05: "tael",
    0x06: "gr",
    0x07: "dwt",
    0x08: "t",
    0x09: "ton",
    0x0A: "ozt",
    0x0B: "oz",
    0x0C: "lb",
}
_ERRORS = {1: "device_fault", 6: "overload", 7: "calibration_required", 8: "rezero_required"}


class HidPosScale:
    """Reads six bytes at a time; bytes that cannot begin a report are passed over."""

    def __init__(self, options: Options | None = None) -> None:
        refuse_unknown(options or {}, frozenset())
        self._held = b""

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        frames: list[Frame] = []
        told = self._held + data
        start = told.find(REPORT)
        while start >= 0 and len(told) - start >= LENGTH:
            frame = _read(told[start : start + LENGTH])
            if frame is not None:
                frames.append(frame)
            start = told.find(REPORT, start + (LENGTH if frame is not None else 1))
        self._held = told[start:] if start >= 0 else b""
        return frames


def _read(report: bytes) -> Weight | None:
    """One report, or None when these six bytes are none."""
    status, unit, exponent = report[1], _UNITS.get(report[2]), int.from_bytes(report[3:4], signed=True)
    if report[2] not in (0, *_UNITS) or abs(exponent) > EXPONENT_MAX:
        return None
    if (error := _ERRORS.get(status)) is not None:
        return failure(error, report)
    if unit is None or not AT_ZERO <= status <= UNDER_ZERO:
        return None
    digits = str(int.from_bytes(report[4:6], "little"))
    under = status == UNDER_ZERO
    return Weight(
        weight=signed(pointed(digits, -exponent), negative=under),
        unit=unit,
        stable=status in (AT_ZERO, STABLE),
        mode=None,
        error="underload" if under else None,
        zero=status == AT_ZERO,
        raw=report,
    )


def _seen(raw: bytes, weight: str, unit: str, *, stable: bool = True, zero: bool = False) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=None, error=None, zero=zero, raw=raw)


DRIVER = DriverKind(
    name="hid_pos_scale",
    measures="weight",
    make=HidPosScale,
    record_bytes=LENGTH,
    buffer_bytes_max=LENGTH,
    examples=(
        Example(
            stream=bytes.fromhex("030402001400 03030cff7b00 030202000000"),
            frames=(
                _seen(bytes.fromhex("030402001400"), "20", "g"),
                _seen(bytes.fromhex("03030cff7b00"), "12.3", "lb", stable=False),
                _seen(bytes.fromhex("030202000000"), "0", "g", zero=True),
            ),
        ),
        Example(
            stream=bytes.fromhex("1400 030602000000 030702000000 0304030201"),
            frames=(
                failure("overload", bytes.fromhex("030602000000")),
                failure("calibration_required", bytes.fromhex("030702000000")),
            ),
        ),
    ),
)
