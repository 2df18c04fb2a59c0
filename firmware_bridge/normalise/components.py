"""Quantities under the names that many makers share: "temperature", "temp", "hum", "co2" … as JSON fields.

ChirpStack's codecs, ThingsBoard's devices and EdgeX's resources are named by whoever sets them up. What has one
of these names is believed to be what it says, in the unit the name implies; a field of another name is passed
over, because a number without a meaning is nothing to keep.
"""

from __future__ import annotations

import re

import msgspec

from firmware_bridge.normalise.measured import Measured, Unmeasured
from firmware_bridge.normalise.payload import number, switch, ucum

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_LAST_PART = re.compile(r"[_\-. ]?(\d{1,3})$")

_NUMBERS: dict[str, tuple[str, str | None]] = {
    "temperature": ("temperature", "Cel"),
    "temp": ("temperature", "Cel"),
    "tempc": ("temperature", "Cel"),
    "temp_c": ("temperature", "Cel"),
    "temperature_c": ("temperature", "Cel"),
    "tempf": ("temperature", "[degF]"),
    "temp_f": ("temperature", "[degF]"),
    "temperature_f": ("temperature", "[degF]"),
    "air_temperature": ("temperature", "Cel"),
    "probe_temperature": ("temperature", "Cel"),
    "board_temperature": ("board_temperature", "Cel"),
    "device_temperature": ("board_temperature", "Cel"),
    "humidity": ("humidity", "%"),
    "hum": ("humidity", "%"),
    "rh": ("humidity", "%"),
    "relative_humidity": ("humidity", "%"),
    "dew_point": ("dew_point", "Cel"),
    "pressure": ("pressure", "hPa"),
    "barometric_pressure": ("pressure", "hPa"),
    "battery": ("battery", "%"),
    "batt": ("battery", "%"),
    "battery_level": ("battery", "%"),
    "battery_percent": ("battery", "%"),
    "battery_percentage": ("battery", "%"),
    "battery_voltage": ("battery_voltage", "V"),
    "batt_voltage": ("battery_voltage", "V"),
    "bat_v": ("battery_voltage", "V"),
    "co2": ("co2", "[ppm]"),
    "illuminance": ("illuminance", "lx"),
    "light": ("illuminance", "lx"),
    "lux": ("illuminance", "lx"),
    "voltage": ("voltage", "V"),
    "current": ("current", "A"),
    "power": ("power", "W"),
    "energy": ("energy", "kW.h"),
    "weight": ("weight", "kg"),
    "distance": ("distance", "mm"),
    "rssi": ("rssi", "dB[mW]"),
}
_SWITCHES: dict[str, tuple[str, bool]] = {
    "door": ("door_open", False),
    "door_open": ("door_open", False),
    "open": ("door_open", False),
    "door_status": ("door_open", False),
    "contact": ("door_open", True),
    "water_leak": ("water_leak", False),
    "leak": ("water_leak", False),
    "flood": ("water_leak", False),
    "motion": ("motion", False),
    "occupancy": ("occupancy", False),
    "smoke": ("smoke", False),
    "tamper": ("tamper", False),
    "battery_low": ("battery_low", False),
}


def plain_name(name: str) -> str:
    """snake_case of a field's name, however its maker wrote it: "airTemperature" is "air_temperature"."""
    return _CAMEL.sub("_", name.strip()).lower().replace("-", "_").replace(" ", "_")


def known_field(
    device: str, name: str, value: object, *, unit: str | None = None, ts_ms: int | None = None
) -> Measured | Unmeasured | None:
    """A field of a known name as a value of its quantity; None where the name says nothing.

    "temperature_2" is a second thermometer of the same device: its number becomes `sub`.
    """
    if isinstance(value, dict | list):
        return None
    plain, sub = plain_name(name), None
    if plain not in _NUMBERS and plain not in _SWITCHES and (numbered := _LAST_PART.search(plain)):
        plain, sub = plain[: numbered.start()], numbered[1]
    part: Measured | Unmeasured
    if plain in _NUMBERS:
        quantity, usual = _NUMBERS[plain]
        part = number(device, sub, quantity, ucum(unit) or usual, value)
    elif plain in _SWITCHES:
        quantity, inverted = _SWITCHES[plain]
        part = switch(device, sub, quantity, value, inverted=inverted)
    else:
        return None
    return part if ts_ms is None else _dated(part, ts_ms)


def _dated(part: Measured | Unmeasured, ts_ms: int) -> Measured | Unmeasured:
    """The same with a time of its own."""
    if isinstance(part, Measured):
        return Measured(
            device=part.device,
            sub=part.sub,
            quantity=part.quantity,
            value=part.value,
            unit=part.unit,
            quality=part.quality,
            ts_ms=ts_ms,
        )
    return Unmeasured(
        device=part.device, sub=part.sub, quantity=part.quantity, quality=part.quality, ts_ms=ts_ms
    )


def known_fields(
    device: str, told: dict[str, object], ts_ms: int | None = None
) -> list[Measured | Unmeasured]:
    """Every field of a known name, in the order the device sent them, no two of them taken for one."""
    found = [(str(name), known_field(device, str(name), value, ts_ms=ts_ms)) for name, value in told.items()]
    return told_apart([(name, part) for name, part in found if part is not None])


def told_apart(parts: list[tuple[str, Measured | Unmeasured]]) -> list[Measured | Unmeasured]:
    """Two fields of one message that mean the same quantity are two sensors, and the second is named by its field.

    {"probe_temperature": -18.2, "temperature": 4.1} are what hangs in the freezer and the case: whatever their order,
    the field that is called like its quantity is the device's own.
    """
    own = {part.quantity for name, part in parts if part.sub is None and name == part.quantity}
    taken: set[tuple[str | None, str]] = set()
    apart: list[Measured | Unmeasured] = []
    for name, part in parts:
        is_other = part.sub is None and part.quantity in own and name != part.quantity
        if is_other or (part.sub, part.quantity) in taken:
            part = msgspec.structs.replace(part, sub=plain_name(name)[:255])
        taken.add((part.sub, part.quantity))
        apart.append(part)
    return apart
