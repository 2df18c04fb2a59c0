"""NCI / Weigh-Tronix SCP-01 and SCP-02, asked with `W` CR: the display's text and two or three status bytes.

    LF 0010.00KG CR LF h h CR ETX          SCP-02 puts an S before the status bytes
    LF h h CR ETX                          the status alone: there is no weight to tell
    LF ------KG CR LF h h CR ETX           a display that shows no number
    LF ? CR ETX                            the command was not understood

Status bytes are 0x30 plus bits. First: 0 in motion, 1 at zero, 2 RAM error, 3 EEPROM error. Second: 0 under
capacity, 1 over capacity, 2 ROM error, 3 faulty calibration, 6 a third byte follows. Third: 0-1 range, 2 net,
3 initial zero error. Pounds with ounces ("01lb 04.5oz") are told in ounces: 1 x 16 + 4.5 = 20.5 oz.
"""

from __future__ import annotations

import re
from decimal import Decimal

from firmware_bridge.drivers.collecting import SEVEN_BITS, Lines, weight_text
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
_ETX = re.compile(rb"[\x03\x83]")
_ANSWER = re.compile(
    rb"\n(?:(?P<shown>[ -~]{1,14}(?:KG|LB|OZ|G))\r\n)?(?P<scp>S?)(?P<status>[\x30-\x7f]{2,4})\r$",
    re.IGNORECASE,
)
_UNKNOWN = re.compile(rb"\n\?\r$")
_SHOWN = re.compile(rb"(?P<number> *-? *[\d.]+) *(?P<unit>LB|KG|OZ|G)", re.IGNORECASE)
_POUNDS = re.compile(rb" *(?P<pounds>\d{1,4}) *LB *(?P<ounces>\d{1,2}(?:\.\d{1,3})?) *OZ", re.IGNORECASE)
MOTION, AT_ZERO, RAM, EEPROM = 1, 2, 4, 8
UNDER, OVER, ROM, CALIBRATION, MORE = 1, 2, 4, 8, 0x40
NET, INITIAL_ZERO = 4, 8
_FAULTS = (
    (0, RAM, "ram_error"),
    (0, EEPROM, "eeprom_error"),
    (1, ROM, "rom_error"),
    (1, CALIBRATION, "faulty_calibration"),
    (2, INITIAL_ZERO, "initial_zero_error"),
    (1, OVER, "overload"),
    (1, UNDER, "underload"),
)


class NciScp01:
    """Reads the answer that stands at the end of what an ETX closes."""

    def __init__(self, options: Options | None = None) -> None:
        refuse_unknown(options or {}, frozenset())
        self._closed = Lines(LONGEST, _ETX)

    def feed(self, data: bytes) -> list[Frame]:
        """The answers completed by these bytes."""
        return [frame for told in self._closed.feed(data) if (frame := _read(told)) is not None]


def _read(told: bytes) -> Weight | None:
    """One answer; status bytes that do not end where they say they end are none."""
    text = told.translate(SEVEN_BITS)
    found = _ANSWER.search(text)
    if found is None:
        return failure("unrecognized_command", b"\n?\r\x03") if _UNKNOWN.search(text) else None
    status = _status(found["status"])
    if status is None:
        return None
    return _answer(found["shown"], status, found.group() + b"\x03")


def _status(told: bytes) -> tuple[int, int, int] | None:
    """The three status bytes, the third as zero where none follows."""
    says_more = [bool(byte & MORE) for byte in told]
    if says_more[0] or says_more[-1] or not all(says_more[1:-1]):
        return None
    return told[0], told[1], told[2] if len(told) > 2 else 0x30


def _answer(shown: bytes | None, status: tuple[int, int, int], raw: bytes) -> Weight:
    """What the display shows, unless the status says why it cannot be believed."""
    stable = not status[0] & MOTION
    at_zero = bool(status[0] & AT_ZERO)
    error = next((name for place, bit, name in _FAULTS if status[place] & bit), None)
    if shown is None:
        if error is None and not stable:
            error = "in_motion"
        return Weight(
            weight=None, unit=None, stable=stable, mode=None, error=error, zero=at_zero and not error, raw=raw
        )
    mode = "net" if status[2] & NET else "gross"
    weight = None if error else _weight(shown)
    if weight is None:
        return failure(error or "no_weight", raw, stable=stable, mode=mode)
    value, unit = weight
    return Weight(weight=value, unit=unit, stable=stable, mode=mode, error=None, zero=at_zero, raw=raw)


def _weight(shown: bytes) -> tuple[str, str] | None:
    """The display as a weight and its unit, when it shows one."""
    if (found := _POUNDS.fullmatch(shown)) is not None:
        ounces = int(found["pounds"]) * 16 + Decimal(found["ounces"].decode("ascii"))
        return format(ounces, "f"), "oz"
    if (found := _SHOWN.fullmatch(shown)) is None:
        return None
    value = weight_text(found["number"])
    return None if value is None else (value, found["unit"].decode("ascii").lower())


def _seen(raw: bytes, weight: str, unit: str, *, stable: bool = True, mode: str = "gross") -> Weight:
    """A weight frame, for the examples."""
    return Weight(weight=weight, unit=unit, stable=stable, mode=mode, error=None, raw=raw)


DRIVER = DriverKind(
    name="nci_scp01",
    measures="weight",
    make=NciScp01,
    line=Line(baudrate=9600, bytesize=7, parity="E", stopbits=1),
    poll=b"W\r",
    query=b"W\r",
    buffer_bytes_max=LONGEST,
    examples=(
        Example(
            stream=b"\n0012.34KG\r\n10\r\x03\n0010.00KG\r\n0p4\r\x03\n02.500KG\r\nS00\r\x03",
            frames=(
                _seen(b"\n0012.34KG\r\n10\r\x03", "12.34", "kg", stable=False),
                _seen(b"\n0010.00KG\r\n0p4\r\x03", "10.00", "kg", mode="net"),
                _seen(b"\n02.500KG\r\nS00\r\x03", "2.500", "kg"),
            ),
        ),
        Example(
            stream=b"\n10\r\x03\n02\r\x03\n?\r\x03\n0099.99LB\r\n02\r\x03",
            frames=(
                failure("in_motion", b"\n10\r\x03"),
                failure("overload", b"\n02\r\x03", stable=True),
                failure("unrecognized_command", b"\n?\r\x03"),
                failure("overload", b"\n0099.99LB\r\n02\r\x03", stable=True, mode="gross"),
            ),
        ),
        Example(
            stream=b"\n01lb 04.5oz\r\n00\r\x03\n ------KG\r\n00\r\x03",
            frames=(
                _seen(b"\n01lb 04.5oz\r\n00\r\x03", "20.5", "oz"),
                failure("no_weight", b"\n ------KG\r\n00\r\x03", stable=True, mode="gross"),
            ),
        ),
    ),
)
