"""Sensors that are not there: what seven families publish about one temperature, in their makers' own words.

Pure: a sensor's state and the time give topics and payloads; publishing them is `scripted.py`'s work.
"""

from __future__ import annotations

import hashlib
import struct
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import Literal

import msgspec

Family = Literal["zigbee2mqtt", "tasmota", "esphome", "shelly_gen2", "ruuvi", "theengs", "chirpstack"]
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
        case "shelly_gen2":
            return [Publication(f"{name}/online", str(state.is_online).lower().encode(), True)]
        case "ruuvi" | "theengs" | "chirpstack":
            return []  # a radio sensor has no line of its own that could end; its gateway says nothing of it


def known_as(family: Family, name: str) -> tuple[str, str | None]:
    """Device and part under which its temperature becomes a reading: some families name a probe by its own number."""
    match family:
        case "zigbee2mqtt":
            return name, None
        case "tasmota":
            return name, _burnt_in(name, 12)
        case "esphome":
            return name, "temperature"
        case "shelly_gen2":
            return name, "temperature:0"
        case "ruuvi" | "theengs":
            return _burnt_in(name, 12).lower(), None
        case "chirpstack":
            return _burnt_in(name, 16).lower(), None


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
        case "shelly_gen2":
            return [Publication(f"{name}/events/rpc", _shelly(name, state, now_ms))]
        case "ruuvi":
            address = _burnt_in(name, 12)
            coloned = ":".join(address[at : at + 2] for at in range(0, 12, 2))
            return [Publication(f"ruuvi/AA:BB:CC:00:00:01/{coloned}", _ruuvi(address, state, now_ms))]
        case "theengs":
            address = _burnt_in(name, 12)
            return [Publication(f"home/TheengsGateway/BTtoMQTT/{address}", _theengs(address, state))]
        case "chirpstack":
            eui = _burnt_in(name, 16).lower()
            return [Publication(f"application/1/device/{eui}/event/up", _chirpstack(eui, state, now_ms))]


def _burnt_in(name: str, digits: int) -> str:
    """A probe's number is burnt into it; here it follows from the name."""
    return hashlib.sha256(name.encode()).hexdigest()[:digits].upper()


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
    return msgspec.json.encode(
        {
            "Time": local.strftime("%Y-%m-%dT%H:%M:%S"),
            "DS18B20": {"Id": _burnt_in(name, 12), "Temperature": _number(state.temperature)},
            "ESP32": {"Temperature": _number(Decimal("43.3"))},
            "TempUnit": "C",
        }
    )


def _shelly(name: str, state: State, now_ms: int) -> bytes:
    """A delta: the temperature, and an error where there is none; the rest is as it was."""
    felt = {"id": 0, "tC": _number(state.temperature)}
    if state.temperature is None:
        felt["errors"] = ["out_of_range"]
    else:
        felt["errors"] = []
    params = {"ts": msgspec.Raw(f"{now_ms // 1000}.{now_ms % 1000:03d}".encode()), "temperature:0": felt}
    return msgspec.json.encode(
        {"src": name, "dst": f"{name}/events", "method": "NotifyStatus", "params": params}
    )


def _ruuvi(address: str, state: State, now_ms: int) -> bytes:
    """Data format 5 as the gateway heard it: 0x8000 is no temperature; steps of 0.005 °C and 0.0025 %."""
    raw = 0x8000 if state.temperature is None else int(state.temperature * 200) & 0xFFFF
    told = struct.pack(">BHHH", 5, raw, int(state.humidity * 400), 51_000) + bytes(6)
    told += struct.pack(">HBH", (2977 - 1600) << 5 | 22, 66, now_ms // 1000 % 0xFFFF) + bytes.fromhex(address)
    advertisement = bytes.fromhex("0201061BFF9904") + told
    return msgspec.json.encode(
        {"gw_mac": "AA:BB:CC:00:00:01", "rssi": -60, "gwts": str(now_ms // 1000), "ts": str(now_ms // 1000)}
        | {"data": advertisement.hex().upper(), "coords": ""}
    )


def _theengs(address: str, state: State) -> bytes:
    """What the gateway decoded; an unplugged probe leaves the name out."""
    told = {
        "id": address,
        "rssi": -71,
        "model": "LYWSD03MMC",
        "hum": _number(state.humidity),
        "batt": state.battery,
    }
    if state.temperature is not None:
        told["tempc"] = _number(state.temperature)
    return msgspec.json.encode(told)


def _chirpstack(eui: str, state: State, now_ms: int) -> bytes:
    """Version 4, decoded by the network server's codec."""
    at = datetime.fromtimestamp(now_ms / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{now_ms % 1000:03d}Z"
    named = hashlib.sha256(f"{eui}{now_ms}".encode()).hexdigest()
    return msgspec.json.encode(
        {
            "deduplicationId": f"{named[:8]}-{named[8:12]}-4{named[13:16]}-a{named[17:20]}-{named[20:32]}",
            "time": at,
            "deviceInfo": {"devEui": eui, "deviceName": "probe", "applicationId": "1"},
            "fCnt": now_ms // 1000 % 2**32,
            "fPort": 2,
            "data": "AQ==",
            "object": {"temperature": _number(state.temperature), "humidity": _number(state.humidity)}
            | {"battery": state.battery},
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
