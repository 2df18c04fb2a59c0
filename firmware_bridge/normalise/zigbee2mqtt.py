"""Zigbee2MQTT: `<base>/<friendly/name>` carries one flat JSON object with everything the device knows.

Friendly names may contain '/'. Values are null before the first report and may be texts ("4.3"). A door
sensor says `contact: true` for closed, so `door_open` is its opposite. `<base>/bridge/…` speaks about the
gateway, `…/set` and `…/get` are commands; availability comes as plain text or as JSON. With `output:
attribute` each attribute has its own topic with a bare value. The temperature of the chip itself never
counts as a room's. A device with several of a kind appends the endpoint's name (`temperature_l1`, `contact_2`): that is
the part of the device.
"""

from __future__ import annotations

import re

from firmware_bridge.normalise.components import told_apart
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
    read_json,
    read_object,
    read_text,
    read_time,
    switch,
)

_NUMBERS: dict[str, tuple[str, str | None]] = {
    "temperature": ("temperature", "Cel"),
    "local_temperature": ("temperature", "Cel"),
    "humidity": ("humidity", "%"),
    "pressure": ("pressure", "hPa"),
    "battery": ("battery", "%"),
    "linkquality": ("linkquality", "lqi"),
    "illuminance": ("illuminance", "lx"),
    "illuminance_lux": ("illuminance", "lx"),
    "co2": ("co2", "[ppm]"),
    "voc": ("voc", "[ppb]"),
    "pm25": ("pm2_5", "ug/m3"),
    "pm10": ("pm10", "ug/m3"),
    "soil_moisture": ("soil_moisture", "%"),
    "power": ("power", "W"),
    "current": ("current", "A"),
    "energy": ("energy", "kW.h"),
    "device_temperature": ("board_temperature", "Cel"),
}
_SWITCHES: dict[str, tuple[str, bool]] = {
    "contact": ("door_open", True),
    "occupancy": ("occupancy", False),
    "presence": ("presence", False),
    "water_leak": ("water_leak", False),
    "smoke": ("smoke", False),
    "gas": ("gas", False),
    "carbon_monoxide": ("carbon_monoxide", False),
    "vibration": ("vibration", False),
    "tamper": ("tamper", False),
    "battery_low": ("battery_low", False),
    "state": ("switch", False),
}
_COMMANDS = frozenset({"set", "get"})
_ENDPOINT = re.compile(
    r"(?P<name>.+)_(?P<endpoint>l\d{1,2}|ep\d{1,2}|\d{1,2}|left|right|center|top|bottom)", re.ASCII
)


def normalise(topic: str, payload: bytes, context: Context) -> Outcome:
    """One message of Zigbee2MQTT."""
    base = context.base or topic.split("/", 1)[0]
    if not topic.startswith(base + "/"):
        return IGNORED
    levels = topic[len(base) + 1 :].split("/")
    if levels[0] == "bridge":
        return _gateway(payload) if levels[1:] == ["state"] else IGNORED
    if _COMMANDS & set(levels[-2:] if len(levels) > 2 else levels[1:]) or not payload.strip():
        return IGNORED
    if levels[-1] == "availability" and len(levels) > 1:
        return _availability("/".join(levels[:-1]), payload)
    if len(levels) > 1 and _known(levels[-1]) is not None:
        return _attribute("/".join(levels[:-1]), levels[-1], payload)
    return _device("/".join(levels), payload, context)


def _state(payload: bytes) -> str | Refusal:
    """The word online or offline, from plain text or {"state": …}."""
    text = read_text(payload)
    if isinstance(text, Refusal) or text.strip() in ("online", "offline"):
        return text if isinstance(text, Refusal) else text.strip()
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    state = told.get("state")
    return state if isinstance(state, str) else Refusal(error="malformed_json", detail="no state")


def _gateway(payload: bytes) -> Outcome:
    """The gateway comes and goes."""
    state = _state(payload)
    if isinstance(state, Refusal):
        return state
    return Normalised(event=f"gateway_{state}") if state in ("online", "offline") else IGNORED


def _availability(device: str, payload: bytes) -> Outcome:
    """A device comes and goes."""
    state = _state(payload)
    if isinstance(state, Refusal):
        return state
    return Normalised(event=f"device_{state}", device=device) if state in ("online", "offline") else IGNORED


def _attribute(device: str, name: str, payload: bytes) -> Outcome:
    """One attribute on a topic of its own: a bare value."""
    value = read_json(payload)
    if isinstance(value, Refusal):
        value = read_text(payload)
        if isinstance(value, Refusal):
            return value
    if isinstance(value, dict):
        return _device_parts(f"{device}/{name}", value, None)
    return _device_parts(device, {name: value}, None)


def _device(device: str, payload: bytes, context: Context) -> Outcome:
    """Everything a device knows."""
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    return _device_parts(device, told, read_time(told.get("last_seen"), context.utc_offset_min))


def _device_parts(device: str, told: dict[str, object], ts_ms: int | None) -> Normalised:
    """The known attributes, in the order the device sent them."""
    parts: list[tuple[str, Measured | Unmeasured]] = []
    on_battery = "battery" in told or "battery_low" in told
    for told_name, value in told.items():
        known = _known(told_name)
        if known is None:
            continue
        name, sub = known
        if name in _NUMBERS:
            quantity, unit = _NUMBERS[name]
            parts.append((told_name, number(device, sub, quantity, unit, value)))
        elif name in _SWITCHES:
            quantity, inverted = _SWITCHES[name]
            parts.append((told_name, switch(device, sub, quantity, value, inverted=inverted)))
        else:
            parts.append((told_name, _voltage(device, sub, value, on_battery=on_battery)))
    readings, unmeasured = parted(told_apart(parts))
    return Normalised(readings=readings, unmeasured=unmeasured, ts_ms=ts_ms, device=device)


def _known(name: str) -> tuple[str, str | None] | None:
    """An attribute we read and the endpoint it belongs to, if the device has several; None for any other."""
    if name in _NUMBERS or name in _SWITCHES or name == "voltage":
        return name, None
    found = _ENDPOINT.fullmatch(name)
    if found is None or _known(found["name"]) is None or _ENDPOINT.fullmatch(found["name"]):
        return None
    return found["name"], found["endpoint"]


def _voltage(device: str, sub: str | None, value: object, *, on_battery: bool) -> Measured | Unmeasured:
    """A battery's voltage comes in millivolts, a mains socket's in volts."""
    if on_battery:
        return number(device, sub, "battery_voltage", "mV", value)
    return number(device, sub, "voltage", "V", value)


NORMALISER = NormaliserKind(
    name="zigbee2mqtt",
    topics=("zigbee2mqtt/#",),
    normalise=normalise,
    examples=(
        NormaliserExample(
            topic="zigbee2mqtt/kitchen/fridge",
            payload=b'{"temperature": "4.30", "contact": true, "battery": 255, "humidity": null}',
            outcome=Normalised(
                device="kitchen/fridge",
                readings=(
                    Measured(device="kitchen/fridge", quantity="temperature", value="4.30", unit="Cel"),
                    Measured(device="kitchen/fridge", quantity="door_open", value="false"),
                ),
                unmeasured=(
                    Unmeasured(device="kitchen/fridge", quantity="battery", quality="out_of_range"),
                    Unmeasured(device="kitchen/fridge", quantity="humidity", quality="null"),
                ),
            ),
        ),
        NormaliserExample(
            topic="zigbee2mqtt/fridge",
            payload=b'{"temperature_l1": 4.1, "temperature_l2": -18.2, "contact_2": false, "humidity_unit": "x",'
            b' "voltage": 2990, "battery_low": false}',
            outcome=Normalised(
                device="fridge",
                readings=(
                    Measured(device="fridge", sub="l1", quantity="temperature", value="4.1", unit="Cel"),
                    Measured(device="fridge", sub="l2", quantity="temperature", value="-18.2", unit="Cel"),
                    Measured(device="fridge", sub="2", quantity="door_open", value="true"),
                    Measured(device="fridge", quantity="battery_voltage", value="2990", unit="mV"),
                    Measured(device="fridge", quantity="battery_low", value="false"),
                ),
            ),
        ),
        NormaliserExample(
            topic="zigbee2mqtt/fridge/temperature_l2",
            payload=b"-18.2",
            outcome=Normalised(
                device="fridge",
                readings=(
                    Measured(device="fridge", sub="l2", quantity="temperature", value="-18.2", unit="Cel"),
                ),
            ),
        ),
        NormaliserExample(
            topic="zigbee2mqtt/fridge/availability",
            payload=b'{"state": "offline"}',
            outcome=Normalised(event="device_offline", device="fridge"),
        ),
        NormaliserExample(topic="zigbee2mqtt/fridge/set", payload=b'{"state": "ON"}', outcome=IGNORED),
    ),
)
