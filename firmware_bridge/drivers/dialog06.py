"""METTLER TOLEDO Checkout-Dialog 06, on tills in Europe: the scale computes the price. Decoded, not driven.

    EOT STX 01 ESC pppppp ESC ETX      the till gives a unit price
    EOT ENQ                            the till asks for the weighing
    STX 02 ESC 3 ESC wwwww ESC pppppp ESC tttttt ETX      weight, unit price, total
    NAK, then EOT STX 08 ETX -> STX 09 ESC cc ETX         no weight, because …
    STX 11 ESC d z z ETX               the scale wants a checksum only its maker's licensees can compute

Unit 3 is kilograms with three decimals (memory); a weight in another unit is told without a number. Until the
maker's checksum is answered many scales refuse, so this module reads what another till's line carries and asks
for nothing by itself. Known from another program's driver, not from a scale.
"""

from __future__ import annotations

import re

from firmware_bridge.drivers.collecting import ETX, SEVEN_BITS, STX, pointed, signed
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

LONGEST = 48
KNOWN = frozenset({"price_decimals"})
NAK = 0x15
_RESULT = re.compile(rb"02\x1b(?P<unit>\w)\x1b(?P<weight>\d{5})\x1b(?P<price>\d{5,6})\x1b(?P<total>\d{5,7})")
_STATUS = re.compile(rb"09\x1b(?P<code>\d\d)")
_CHALLENGE = re.compile(rb"11\x1b(?P<asked>[0-2])[0-9A-Za-z]{0,4}")
_ERRORS = {
    "00": None,
    "01": "general_error",
    "02": "transmission_error",
    "10": "invalid_record",
    "11": "invalid_unit_price",
    "12": "invalid_tare",
    "13": "invalid_text",
    "20": "in_motion",
    "21": "no_motion_since_last",
    "22": "not_finished",
    "30": "below_minimum",
    "31": "underload",
    "32": "overload",
}
_MOVING = "20"


class Dialog06:
    """Collects what stands between STX and ETX, and hears a NAK between frames."""

    def __init__(self, options: Options | None = None) -> None:
        options = options or {}
        refuse_unknown(options, KNOWN)
        decimals = options.get("price_decimals", "2")
        if decimals not in ("0", "1", "2", "3"):
            raise ValueError(f"price_decimals is 0 to 3, not {decimals}")
        self._price_decimals = int(decimals)
        self._body: bytearray | None = None

    def feed(self, data: bytes) -> list[Frame]:
        """The answers completed by these bytes."""
        frames: list[Frame] = []
        for byte in data.translate(SEVEN_BITS):
            if byte == STX:
                self._body = bytearray()
            elif byte == NAK:
                self._body = None
                frames.append(failure("nak_request_status", b"\x15"))
            elif self._body is None:
                continue
            elif byte == ETX:
                if (frame := self._read(bytes(self._body))) is not None:
                    frames.append(frame)
                self._body = None
            elif len(self._body) < LONGEST:
                self._body.append(byte)
            else:
                self._body = None
        return frames

    def _read(self, body: bytes) -> Weight | None:
        """One record of the scale."""
        raw = b"\x02" + body + b"\x03"
        if (found := _RESULT.fullmatch(body)) is not None:
            return self._result(found, raw)
        if (found := _STATUS.fullmatch(body)) is not None:
            code = found["code"].decode("ascii")
            error = _ERRORS.get(code, "unknown_status")
            stable = code != _MOVING
            return Weight(weight=None, unit=None, stable=stable, mode=None, error=error, code=code, raw=raw)
        if (found := _CHALLENGE.fullmatch(body)) is not None:
            return failure("checksum_challenge", raw, code=found["asked"].decode("ascii"))
        return None

    def _result(self, found: re.Match[bytes], raw: bytes) -> Weight:
        """A weighing; its number counts only in the unit whose decimals we know."""
        if found["unit"] != b"3":
            return failure("unknown_unit", raw, stable=True, code=found["unit"].decode("ascii"))
        return Weight(
            weight=_number(found["weight"], 3),
            unit="kg",
            stable=True,
            mode=None,
            error=None,
            unit_price=_number(found["price"], self._price_decimals),
            total=_number(found["total"], self._price_decimals),
            raw=raw,
        )


def _number(digits: bytes, decimals: int) -> str:
    """Digits with their point."""
    return signed(pointed(digits.decode("ascii"), decimals), negative=False)


_WEIGHED = b"\x0202\x1b3\x1b01250\x1b000599\x1b000749\x03"
DRIVER = DriverKind(
    name="dialog06",
    measures="weight",
    make=Dialog06,
    options=KNOWN,
    line=Line(baudrate=9600, bytesize=7, parity="O", stopbits=1),
    query=b"\x04\x05",
    buffer_bytes_max=LONGEST,
    examples=(
        Example(
            stream=b"\x06" + _WEIGHED,
            frames=(
                Weight(
                    weight="1.250",
                    unit="kg",
                    stable=True,
                    mode=None,
                    error=None,
                    unit_price="5.99",
                    total="7.49",
                    raw=_WEIGHED,
                ),
            ),
        ),
        Example(
            stream=b"\x15\x0209\x1b20\x03\x0209\x1b32\x03\x0211\x1b2A7\x03",
            frames=(
                failure("nak_request_status", b"\x15"),
                failure("in_motion", b"\x0209\x1b20\x03", code="20"),
                failure("overload", b"\x0209\x1b32\x03", stable=True, code="32"),
                failure("checksum_challenge", b"\x0211\x1b2A7\x03", code="2"),
            ),
        ),
    ),
)
