"""Tasmota: `tele/<topic>/SENSOR` carries one object per sensor, nested under the sensor's name.

`Time` is the device's local time without an offset, unless one is printed or `Epoch` is given; before NTP
it shows 1970. `TempUnit` and `PressureUnit` hold for the whole message. A DS18x20 probe is named by its
`Id`, since the numbering DS18B20-1, -2 changes when one is unplugged; its -127 is a bus error, its 85.0 the
value at power-on and therefore suspect. An ESP32's own temperature is the board's, never a room's. LWT
tells whether the device is there. Gateways (LoRa, Zigbee, Bluetooth) nest one level deeper.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import NamedTuple

from firmware_bridge.normalise.measured import (
    IGNORED,
    Context,
    Measured,
    Normalised,
    NormaliserExample,
    NormaliserKind,
    Outcome,
    Refusal,
    Unmeasured,
)
from firmware_bridge.normalise.payload import (
    number,
    parted,
    read_number,
    read_object,
    read_text,
    read_time,
    switch,
    ucum,
)

_PREFIXES = frozenset({"tele", "stat", "cmnd"})
_GATEWAYS = frozenset({"LwReceived", "ZbReceived", "BLEReceived"})
_NUMBERS: dict[str, tuple[str, str | None]] = {
    "Humidity": ("humidity", "%"),
    "Illuminance": ("illuminance", "lx"),
    "Light": ("illuminance", "lx"),
    "CarbonDioxide": ("co2", "[ppm]"),
    "eCO2": ("co2", "[ppm]"),
    "TVOC": ("tvoc", "[ppb]"),
    "PM1": ("pm1", "ug/m3"),
    "PM2.5": ("pm2_5", "ug/m3"),
    "PM10": ("pm10", "ug/m3"),
    "Gas": ("gas_resistance", "kOhm"),
    "Distance": ("distance", "cm"),
    "Weight": ("weight", "kg"),
    "Today": ("energy_today", "kW.h"),
    "ApparentPower": ("apparent_power", "V.A"),
    "Factor": ("power_factor", None),
    "Moisture": ("soil_moisture", "%"),
    "UvIndex": ("uv_index", None),
    "Power": ("power", "W"),
    "Voltage": ("voltage", "V"),
    "Current": ("current", "A"),
    "Total": ("energy", "kW.h"),
    "BatteryPercentage": ("battery", "%"),
    "BatteryVoltage": ("battery_voltage", "V"),
    "LinkQuality": ("linkquality", "lqi"),
}
_TEXTS = {"UID": "rfid_uid"}
_PROBES = frozenset({"ProbeTemperature", "OBJTMP"})
_REFERENCES = frozenset({"ReferenceTemperature", "AMBTMP"})
"""A thermocouple's cold junction, an infrared sensor's own case: not what is measured."""
_SWITCHES = {
    "DoorOpen": "door_open",
    "Contact": "door_open",
    "Occupancy": "occupancy",
    "Water": "water_leak",
    "Smoke": "smoke",
}
"""A contact of a Zigbee zone reports 1 for open, unlike the same device behind Zigbee2MQTT."""
_NUMBERED = re.compile(r"Temperature(\d{1,2})", re.ASCII)
_SWITCH = re.compile(r"(Switch|Button)\d{0,2}")
_BOARDS = frozenset({"ESP32", "ESP8266"})
_POWER_ON = Decimal(85)


class _Units(NamedTuple):
    """The units that hold for a whole message."""

    temperature: str
    pressure: str


def normalise(topic: str, payload: bytes, context: Context) -> Outcome:
    """One message of Tasmota."""
    address = _address(topic, context)
    if address is None:
        return IGNORED
    device, what = address
    if what == "LWT":
        return _will(device, payload)
    if what != "SENSOR" and what not in ("STATUS8", "STATUS10"):
        return IGNORED
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    inner = told.get("StatusSNS")
    return _sensors(device, inner if isinstance(inner, dict) else told, context)


def _address(topic: str, context: Context) -> tuple[str, str] | None:
    """(device, last level) of `tele/<device>/<what>` or `<device>/tele/<what>`; None for commands and others."""
    if context.base:
        if not topic.startswith(context.base + "/"):
            return None
        topic = topic[len(context.base) + 1 :]
    levels = topic.split("/")
    if len(levels) < 3:
        return None
    if levels[0] in _PREFIXES:
        prefix, device = levels[0], "/".join(levels[1:-1])
    elif levels[-2] in _PREFIXES:
        prefix, device = levels[-2], "/".join(levels[:-2])
    else:
        return None
    return None if prefix == "cmnd" or not device else (device, levels[-1])


def _will(device: str, payload: bytes) -> Outcome:
    """Online and Offline, retained."""
    text = read_text(payload)
    if isinstance(text, Refusal):
        return text
    word = text.strip().lower()
    return Normalised(event=f"device_{word}", device=device) if word in ("online", "offline") else IGNORED


def _sensors(device: str, told: dict[str, object], context: Context) -> Normalised:
    """Every sensor of the message."""
    temperature, pressure = told.get("TempUnit"), told.get("PressureUnit")
    units = _Units(
        temperature=(ucum(temperature) if isinstance(temperature, str) else None) or "Cel",
        pressure=(ucum(pressure) if isinstance(pressure, str) else None) or "hPa",
    )
    parts: list[Measured | Unmeasured] = []
    for name, value in told.items():
        if name in _GATEWAYS and isinstance(value, dict):
            for node, fields in value.items():
                if isinstance(fields, dict):
                    parts.extend(_fields(device, str(node), str(node), fields, units, name))
        elif isinstance(value, dict):
            parts.extend(_fields(device, name, _sub(name, value), value, units, ""))
        elif _SWITCH.fullmatch(name):
            parts.append(switch(device, name, "switch", value))
    readings, unmeasured = parted(parts)
    since = read_time(told.get("Epoch"), None)
    if since is None:
        since = read_time(told.get("Time"), context.utc_offset_min)
    return Normalised(readings=readings, unmeasured=unmeasured, ts_ms=since, device=device)


def _sub(name: str, fields: dict[str, object]) -> str:
    """A probe's serial number, or the sensor's name where it has none."""
    serial = fields.get("Id")
    return serial if isinstance(serial, str) and serial else name


def _fields(
    device: str, name: str, sub: str, fields: dict[str, object], units: _Units, gateway: str
) -> list[Measured | Unmeasured]:
    """The known fields of one sensor."""
    parts: list[Measured | Unmeasured] = []
    if _is_broken(fields):
        return [Unmeasured(device=device, sub=sub, quantity="temperature", quality="sensor_error")]
    for field, value in fields.items():
        if (part := _field(device, name, sub, field, value, units, gateway)) is not None:
            parts.append(part)
    return parts


def _is_broken(fields: dict[str, object]) -> bool:
    """A thermocouple converter that reports an open or shorted probe sends a number all the same."""
    return "ProbeTemperature" in fields and fields.get("Error", 0) not in (0, "0", None)


def _field(
    device: str, name: str, sub: str, field: str, value: object, units: _Units, gateway: str
) -> Measured | Unmeasured | None:
    """One field, or None for one we have no use for."""
    temperature, pressure = units
    if isinstance(value, dict | list):
        return None
    if field == "Temperature":
        if name in _BOARDS:
            return number(device, sub, "board_temperature", temperature, value)
        suspect = name.startswith("DS18") and _is_power_on(value, temperature)
        return number(device, sub, "temperature", temperature, value, suspect=suspect)
    if field == "DewPoint":
        return number(device, sub, "dew_point", temperature, value)
    if field in ("Pressure", "SeaPressure"):
        return number(device, sub, "pressure" if field == "Pressure" else "sea_pressure", pressure, value)
    if field == "Battery":
        quantity, unit = ("battery_voltage", "V") if gateway == "LwReceived" else ("battery", "%")
        return number(device, sub, quantity, unit, value)
    if field in _PROBES:
        return number(device, sub, "temperature", temperature, value)
    if field in _REFERENCES:
        return number(device, sub, "reference_temperature", temperature, value)
    if (numbered := _NUMBERED.fullmatch(field)) is not None:
        return number(device, f"{sub}/{numbered[1]}", "temperature", temperature, value)
    if field in _SWITCHES:
        return switch(device, sub, _SWITCHES[field], value)
    if field in _NUMBERS:
        quantity, known_unit = _NUMBERS[field]
        return number(device, sub, quantity, known_unit, value)
    if field in _TEXTS and isinstance(value, str) and value:
        return Measured(device=device, sub=sub, quantity=_TEXTS[field], value=value[:256])
    return None


def _is_power_on(value: object, unit: str) -> bool:
    """Whether a DS18x20 shows the 85 °C it starts with."""
    try:
        read = read_number(value)
    except ValueError:
        return False
    return read == (_POWER_ON if unit == "Cel" else Decimal(185))


NORMALISER = NormaliserKind(
    name="tasmota",
    topics=("tele/#", "stat/+/STATUS8", "stat/+/STATUS10"),
    normalise=normalise,
    examples=(
        NormaliserExample(
            topic="tele/cold-room/SENSOR",
            payload=b'{"Time":"2026-11-22T16:59:00","DS18B20-1":{"Id":"0305","Temperature":3.40},'
            b'"DS18B20-2":{"Id":"0306","Temperature":-127.0},"ESP32":{"Temperature":41.7},"TempUnit":"C"}',
            context=Context(utc_offset_min=480),
            outcome=Normalised(
                device="cold-room",
                readings=(
                    Measured(
                        device="cold-room", sub="0305", quantity="temperature", value="3.40", unit="Cel"
                    ),
                    Measured(
                        device="cold-room",
                        sub="ESP32",
                        quantity="board_temperature",
                        value="41.7",
                        unit="Cel",
                    ),
                ),
                unmeasured=(
                    Unmeasured(
                        device="cold-room", sub="0306", quantity="temperature", quality="out_of_range"
                    ),
                ),
                ts_ms=1795337940000,
            ),
        ),
        NormaliserExample(
            topic="tele/cold-room/LWT",
            payload=b"Offline",
            outcome=Normalised(event="device_offline", device="cold-room"),
        ),
        NormaliserExample(topic="tele/cold-room/STATE", payload=b"{", outcome=IGNORED),
    ),
)
