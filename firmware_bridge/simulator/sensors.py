"""Sensors that are not there: what three families publish about one temperature, in their makers' own words.

Pure: a sensor's state and the time give topics and payloads; publishing them is `scripted.py`'s work.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal

import msgspec

Family = Literal["zigbee2mqtt", "tasmota", "esphome"]
UTC_OFFSET = timedelta(hours=8)


class State(msgspec.Struct, frozen=True, kw_only=True):
    """What a sensor feels; a missing temperature is an unplugged probe."""

    temperature: Decimal | None = Decimal("4.0")
    humidity: Decimal = Decimal("72.5")
    battery: int = 97
    door_open: bool = False
    is_online: bool = True


class Publication(msgspec.Struct, frozen=True):
    """One message to publish."""

    topic: str
    payload: bytes
    retain: bool = False


def announcements(family: Family, name: str, state: State) -> list[Publication]:
    """What the family publishes when a device appears or goes."""
    word = "online" if state.is_online else "offline"
    match family:
        case "zigbee2mqtt":
            availability = f'{{"state":"{word}"}}'.encode()
            return [Publication(f"zigbee2mqtt/{name}/availability", availability, True)]
        case "tasmota":
            return [Publication(f"tele/{name}/LWT", word.capitalize().encode(), True)]
        case "esphome":
            return [
                Publication(f"{name}/status", word.encode(), True),
                _discovery(name, "sensor", "temperature", "temperature", "°C"),
                _discovery(name, "binary_sensor", "door", "door", None),
            ]


def publications(family: Family, name: str, state: State, now_ms: int) -> list[Publication]:
    """What the family publishes about this state."""
    match family:
        case "zigbee2mqtt":
            return [Publication(f"zigbee2mqtt/{name}", _zigbee2mqtt(state, now_ms))]
        case "tasmota":
            return [Publication(f"tele/{name}/SENSOR", _tasmota(name, state, now_ms))]
        case "esphome":
            shown = "nan" if state.temperature is None else f"{state.temperature:f}"
            door = "ON" if state.door_open else "OFF"
            return [
                Publication(f"{name}/sensor/temperature/state", shown.encode()),
                Publication(f"{name}/binary_sensor/door/state", door.encode()),
            ]


def _number(value: Decimal | None) -> msgspec.Raw:
    """A JSON number with the digits it has."""
    return msgspec.Raw(b"null" if value is None else f"{value:f}".encode())


def _zigbee2mqtt(state: State, now_ms: int) -> bytes:
    """One flat object; contact is true while the door is closed."""
    seen = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{now_ms % 1000:03d}Z"
    return msgspec.json.encode(
        {
            "battery": state.battery,
            "contact": not state.door_open,
            "humidity": _number(state.humidity),
            "last_seen": seen,
            "linkquality": 128,
            "temperature": _number(state.temperature),
            "voltage": 3005,
        }
    )


def _tasmota(name: str, state: State, now_ms: int) -> bytes:
    """One object per sensor, with local time and no offset."""
    local = datetime.fromtimestamp(now_ms // 1000, timezone(UTC_OFFSET))
    # A probe's number is burnt into it; here it follows from the name.
    serial = f"{sum(name.encode()) * 7919 % 16**6:06X}0305"
    return msgspec.json.encode(
        {
            "Time": local.strftime("%Y-%m-%dT%H:%M:%S"),
            "DS18B20": {"Id": serial, "Temperature": _number(state.temperature)},
            "ESP32": {"Temperature": _number(Decimal("43.3"))},
            "TempUnit": "C",
        }
    )


def _discovery(name: str, component: str, part: str, kind: str, unit: str | None) -> Publication:
    """How an ESPHome node tells what its values are."""
    announced: dict[str, str] = {
        "dev_cla": kind,
        "name": part,
        "stat_t": f"{name}/{component}/{part}/state",
        "uniq_id": f"{name}_{part}",
    }
    if unit is not None:
        announced["unit_of_meas"] = unit
    return Publication(
        f"homeassistant/{component}/{name}/{part}/config", msgspec.json.encode(announced), True
    )
