"""METTLER TOLEDO continuous output: 18 bytes, again and again, with the tare beside the weight.

    STX A B C w w w w w w t t t t t t CR chk

Six characters of weight and six of tare, without a point; status A bits 0-2 say where it stands (0 hundreds, 1
tens, 2 ones, 3 one decimal, 4 two, 5 three …). Only these bits of A are read: the others differ between makers.
Status B (memory): 0 net, 1 negative, 2 out of range, 3 in motion, 4 kilograms, else pounds. Status C bits 0-2
(memory): another unit instead, 1 grams, 2 tonnes, 3 ounces. chk makes the sum of all 18 bytes zero in its low
seven bits; a scale that sends none is told by the option `checksum = "off"`.
"""

from __future__ import annotations

from firmware_bridge.drivers.collecting import SEVEN_BITS, pointed, signed
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

LENGTH = 17
"""Bytes up to and with CR."""
KNOWN = frozenset({"checksum"})
NET, NEGATIVE, OUT_OF_RANGE, MOTION, KILOGRAMS = 1, 2, 4, 8, 16
_OTHER_UNITS = {1: "g", 2: "t", 3: "oz"}


class MtContinuous:
    """Reads 17 bytes from each STX and the checksum behind them."""

    def __init__(self, options: Options | None = None) -> None:
        options = options or {}
        refuse_unknown(options, KNOWN)
        checksum = options.get("checksum", "on")
        if checksum not in ("on", "off"):
            raise ValueError(f"checksum is on or off, not {checksum}")
        self._length = LENGTH + (checksum == "on")
        self._held = b""

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        frames: list[Frame] = []
        told = self._held + data.translate(SEVEN_BITS)
        start = _opening(told, 0)
        while start >= 0 and len(told) - start >= self._length:
            frame = _read(told[start : start + self._length])
            if frame is None:
                start = _opening(told, start + 1)
                continue
            frames.append(frame)
            # A checksum that is wrong may be the next frame's STX: the byte before it was lost.
            start = _opening(told, start + (LENGTH if frame.error == "checksum" else self._length))
        self._held = told[start:] if start >= 0 else b""
        return frames


def _opening(told: bytes, start: int) -> int:
    """Where the next frame may begin: an STX without another in the 16 bytes behind it; or -1."""
    at = told.find(b"\x02", start)
    while at >= 0 and (nearer := told.rfind(b"\x02", at + 1, at + LENGTH)) >= 0:
        at = nearer
    return at


def _read(told: bytes) -> Weight | None:
    """One frame; fields that are none of their kind make it none, a wrong sum is said."""
    a, b, c = told[1:4]
    weight, tare = told[4:10].lstrip(b" "), told[10:16].lstrip(b" ")
    if told[16] != 0x0D or not all(byte & 0x20 for byte in (a, b, c)):
        return None
    if len(told) > LENGTH and sum(told) & 0x7F:
        return failure("checksum", told, stable=None)
    mode = "net" if b & NET else "gross"
    stable = not b & MOTION
    if b & OUT_OF_RANGE:
        return failure("out_of_range", told, stable=stable, mode=mode)
    if not weight.isdigit() or not (tare.isdigit() or not tare):
        return None
    decimals = (a & 0x07) - 2
    other = c & 0x07
    return Weight(
        weight=_number(weight, decimals, negative=bool(b & NEGATIVE)),
        unit=_OTHER_UNITS.get(other) if other else ("kg" if b & KILOGRAMS else "lb"),
        stable=stable,
        mode=mode,
        error=None,
        tare=_number(tare, decimals) if tare else None,
        raw=told,
    )


def _number(digits: bytes, decimals: int, *, negative: bool = False) -> str:
    """Digits with the point where status A puts it."""
    return signed(pointed(digits.decode("ascii"), decimals), negative=negative)


def _seen(
    raw: bytes, weight: str, tare: str, unit: str = "kg", *, stable: bool = True, mode: str = "gross"
) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=mode, error=None, tare=tare, raw=raw)


_NET = b"\x02-1   1500   250\rv"
_BROKEN = b"\x02,0   3234     0\r\x1b"
DRIVER = DriverKind(
    name="mt_continuous",
    measures="weight",
    make=MtContinuous,
    options=KNOWN,
    line=Line(baudrate=9600, bytesize=7, parity="E", stopbits=1),
    strictness=3,
    buffer_bytes_max=LENGTH + 1,
    examples=(
        Example(
            stream=_NET + b"\x02,4   9999     0\r}",
            frames=(
                _seen(_NET, "1.500", "0.250", mode="net"),
                failure("out_of_range", b"\x02,4   9999     0\r}", stable=True, mode="gross"),
            ),
        ),
        Example(
            stream=b"00   250\rv\x02-1   1500" + _BROKEN + _NET[:-1] + _NET,
            frames=(
                failure("checksum", _BROKEN, stable=None),
                failure("checksum", _NET[:-1] + b"\x02", stable=None),
                _seen(_NET, "1.500", "0.250", mode="net"),
            ),
        ),
    ),
)
