"""YaoHua XK3190 indicators, continuous output format 0: what most Chinese floor scales send by themselves.

    STX + 0 0 2 0 0 0 2 1 B ETX      +20.00: sign, six digits, decimals, then a checksum in two hex digits

The checksum is the exclusive or of the eight bytes behind STX: 2B^30^30^32^30^30^30^32 = 1B. The frame names no
unit and does not say whether the plate stands still: the unit comes from the configuration, standing still is
concluded from equal readings (`steady.py`).
"""

from __future__ import annotations

from functools import reduce
from operator import xor

from firmware_bridge.drivers.collecting import ETX, STX, Between, pointed, signed
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

LONGEST = 10
KNOWN = frozenset({"unit"})


class Xk3190Cont0:
    """Collects what stands between STX and ETX; `unit` is what the configuration says the scale shows."""

    def __init__(self, options: Options | None = None) -> None:
        options = options or {}
        refuse_unknown(options, KNOWN)
        self._unit = options.get("unit")
        if self._unit is not None and self._unit not in UNITS:
            raise ValueError(f"unknown unit {self._unit}")
        self._bodies = Between(STX, ETX, LONGEST)

    def feed(self, data: bytes) -> list[Frame]:
        """The weights completed by these bytes."""
        return [frame for body in self._bodies.feed(data) if (frame := self._read(body)) is not None]

    def _read(self, body: bytes) -> Weight | None:
        """One frame of ten bytes; another length has lost some and is none."""
        if len(body) != LONGEST or body[:1] not in (b"+", b"-"):
            return None
        digits, decimals, told = body[1:7], body[7:8], body[8:]
        raw = b"\x02" + body + b"\x03"
        if b"%02X" % reduce(xor, body[:8]) != told.upper():
            return failure("checksum", raw, stable=None)
        if not digits.isdigit() or decimals not in (b"0", b"1", b"2", b"3", b"4"):
            return None
        value = signed(pointed(digits.decode("ascii"), int(decimals)), negative=body[:1] == b"-")
        return Weight(weight=value, unit=self._unit, stable=None, mode=None, error=None, raw=raw)


def _seen(raw: bytes, weight: str) -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=None, stable=None, mode=None, error=None, raw=raw)


DRIVER = DriverKind(
    name="xk3190_cont0",
    measures="weight",
    make=Xk3190Cont0,
    options=KNOWN,
    strictness=3,
    stable_by_repeats=True,
    buffer_bytes_max=LONGEST + 1,
    examples=(
        Example(
            stream=b"\x02+00200021B\x03\x02-00015021B\x03\x02+12345601C\x03",
            frames=(
                _seen(b"\x02+00200021B\x03", "20.00"),
                _seen(b"\x02-00015021B\x03", "-1.50"),
                _seen(b"\x02+12345601C\x03", "123456"),
            ),
        ),
        Example(
            stream=b"00021B\x03\x02+0020\x02+00200021b\x03\x02+00240021E\x03",
            frames=(
                _seen(b"\x02+00200021b\x03", "20.00"),
                failure("checksum", b"\x02+00240021E\x03", stable=None),
            ),
        ),
    ),
)
