"""Reading what sensors send: JSON, numbers in every costume, times, units; shared by the normalisers.

Nothing here raises on bad input. Numbers keep their digits (JSON numbers become Decimal, never float) and are
checked against what the quantity can physically be, because a broken bus answers -127 °C and a flat battery
255 %, and a cold chain must not believe either.
"""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal, InvalidOperation

import msgspec

from firmware_bridge.normalise.measured import Measured, Refusal, Unmeasured
from shared.sensing.reading import Quality

LARGEST = 65_536
"""Bytes of one payload; the largest honest one (a Tasmota energy meter) has about two thousand."""
EARLIEST_YEAR = 2010
"""A clock that shows less was never set."""

_json = msgspec.json.Decoder(float_hook=Decimal)
_NUMBER = re.compile(r"[+-]?\d{1,18}(?:\.\d{1,18})?(?:[eE][+-]?\d{1,2})?", re.ASCII)
_NOTHING = frozenset({"", "nan", "null", "none", "unknown", "unavailable", "inf", "-inf"})

_BOUNDS = {
    ("temperature", "Cel"): (Decimal(-90), Decimal(200)),
    ("temperature", "[degF]"): (Decimal(-130), Decimal(392)),
    ("temperature", "K"): (Decimal(183), Decimal(473)),
    ("dew_point", "Cel"): (Decimal(-120), Decimal(100)),
    ("humidity", "%"): (Decimal(0), Decimal(100)),
    ("battery", "%"): (Decimal(0), Decimal(100)),
    ("linkquality", "lqi"): (Decimal(0), Decimal(255)),
    ("pressure", "hPa"): (Decimal(10), Decimal(2000)),
}

_UCUM = {
    "°C": "Cel",
    "℃": "Cel",
    "C": "Cel",
    "°F": "[degF]",
    "℉": "[degF]",
    "F": "[degF]",
    "degC": "Cel",
    "celsius": "Cel",
    "Celsius": "Cel",
    "degF": "[degF]",
    "fahrenheit": "[degF]",
    "Fahrenheit": "[degF]",
    "kelvin": "K",
    "Kelvin": "K",
    "lx": "lx",
    "hPa": "hPa",
    "mbar": "mbar",
    "mmHg": "mm[Hg]",
    "inHg": "[in_i'Hg]",
    "ppm": "[ppm]",
    "ppb": "[ppb]",
    "µg/m³": "ug/m3",
    "μg/m³": "ug/m3",
    "dBm": "dB[mW]",
    "kWh": "kW.h",
    "Wh": "W.h",
    "VA": "V.A",
    "m³": "m3",
}
_OF_TEMPERATURE = frozenset({"Cel", "[degF]", "K"})
_TRUE = frozenset({"on", "true", "1", "open", "yes"})
_FALSE = frozenset({"off", "false", "0", "closed", "no"})


def read_text(payload: bytes) -> str | Refusal:
    """The payload as text."""
    if len(payload) > LARGEST:
        return Refusal(error="too_large", detail=str(len(payload)))
    try:
        return payload.decode("utf-8")
    except UnicodeDecodeError as broken:
        return Refusal(error="not_utf8", detail=str(broken)[:200])


def read_json(payload: bytes) -> object | Refusal:
    """The payload as a JSON value with exact numbers."""
    text = read_text(payload)
    if isinstance(text, Refusal):
        return text
    try:
        value: object = _json.decode(text)
    except (msgspec.MsgspecError, ValueError, ArithmeticError, RecursionError) as broken:
        return Refusal(error="malformed_json", detail=str(broken)[:200])
    return value


def read_object(payload: bytes) -> dict[str, object] | Refusal:
    """The payload as a JSON object."""
    value = read_json(payload)
    if isinstance(value, Refusal | dict):
        return value
    return Refusal(error="not_an_object", detail=type(value).__name__)


def ucum(unit: str | None) -> str | None:
    """The UCUM code of a unit as sensors print it; an unknown one stays as it is."""
    return None if not unit else _UCUM.get(unit.strip(), unit.strip())


def read_number(value: object) -> Decimal | None:
    """A number, or a text that is one; None for nothing at all. Raises ValueError for anything else."""
    if value is None:
        return None
    if isinstance(value, bool):
        raise ValueError("a switch is no number")
    if isinstance(value, str) and value.strip().lower() in _NOTHING:
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        return Decimal(value.strip())
    if isinstance(value, int | Decimal) and _NUMBER.fullmatch(str(value)):
        return Decimal(value)
    raise ValueError("not a number")


def shortest(read: float) -> Decimal:
    """The decimal with the fewest digits that is this single-precision number."""
    wanted = struct.pack("<f", read)
    for digits in range(1, 9):
        text = f"{read:.{digits}g}"
        try:
            if struct.pack("<f", float(text)) == wanted:
                return Decimal(text)
        except OverflowError:
            continue
    return Decimal(f"{read:.9g}")


def read_switch(value: object) -> bool | None:
    """On or off in any costume; None for neither."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int | Decimal) else ""
    if word in _TRUE:
        return True
    return False if word in _FALSE else None


def number(
    device: str, sub: str | None, quantity: str, unit: str | None, value: object, *, suspect: bool = False
) -> Measured | Unmeasured:
    """A number of a quantity, or why there is none: missing, no number, or outside what can be.

    A temperature in a unit we do not know is none: the cold chain would take it for Celsius.
    """
    missing: Quality
    if quantity == "temperature" and unit is not None and unit not in _OF_TEMPERATURE:
        return Unmeasured(device=device, sub=sub, quantity=quantity, quality="sensor_error")
    try:
        read = read_number(value)
        missing = "null"
    except (ValueError, InvalidOperation):
        read, missing = None, "sensor_error"
    if read is None:
        return Unmeasured(device=device, sub=sub, quantity=quantity, quality=missing)
    bounds = _BOUNDS.get((quantity, unit or ""))
    if bounds is not None and not bounds[0] <= read <= bounds[1]:
        return Unmeasured(device=device, sub=sub, quantity=quantity, quality="out_of_range")
    return Measured(
        device=device,
        sub=sub,
        quantity=quantity,
        value=format(read, "f"),
        unit=unit,
        quality="suspect" if suspect else "good",
    )


def switch(
    device: str, sub: str | None, quantity: str, value: object, *, inverted: bool = False
) -> Measured | Unmeasured:
    """A switch of a quantity; `inverted` for sensors that report the opposite (contact means closed)."""
    read = read_switch(value)
    if read is None:
        quality: Quality = "null" if value is None else "sensor_error"
        return Unmeasured(device=device, sub=sub, quantity=quantity, quality=quality)
    told = "true" if read != inverted else "false"
    return Measured(device=device, sub=sub, quantity=quantity, value=told)


def read_time(value: object, utc_offset_min: int | None) -> int | None:
    """A device's time in UTC milliseconds: ISO text, or epoch in seconds or milliseconds; None if not believable.

    Without a printed offset the text is local time at `utc_offset_min`; without that it says nothing.
    """
    if isinstance(value, str) and not _NUMBER.fullmatch(value.strip()):
        return _iso(value.strip(), utc_offset_min)
    try:
        epoch = read_number(value)
    except ValueError:
        return None
    if epoch is None:
        return None
    millis = int(epoch) if epoch >= 10**11 else int(epoch * 1000)
    earliest = datetime(EARLIEST_YEAR, 1, 1, tzinfo=UTC).timestamp() * 1000
    return millis if earliest <= millis < 10**14 else None


def _iso(text: str, utc_offset_min: int | None) -> int | None:
    """ISO 8601 text in UTC milliseconds."""
    try:
        read = datetime.fromisoformat(text)
        if read.tzinfo is None:
            if utc_offset_min is None:
                return None
            read = read.replace(tzinfo=timezone(timedelta(minutes=utc_offset_min)))
        if read.year < EARLIEST_YEAR:
            return None
        since = read - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
    return since // timedelta(milliseconds=1)


def parted(
    parts: list[Measured | Unmeasured],
) -> tuple[tuple[Measured, ...], tuple[Unmeasured, ...]]:
    """What was measured and what was not."""
    return (
        tuple(part for part in parts if isinstance(part, Measured)),
        tuple(part for part in parts if isinstance(part, Unmeasured)),
    )
