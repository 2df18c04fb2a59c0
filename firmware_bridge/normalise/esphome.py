"""ESPHome: `<node>/sensor/<id>/state` is a bare text ("-18.4", "nan"), `<node>/status` says online or offline.

What the value is and in which unit stands in the device's own announcement (Home Assistant discovery,
retained), which the MQTT transport hands over as `context.discovery`. Without it the id decides, as people
name them ("freezer_temperature"), with ESPHome's own default unit.
"""

from __future__ import annotations

from firmware_bridge.normalise.measured import (
    IGNORED,
    Context,
    Discovery,
    Measured,
    Normalised,
    NormaliserExample,
    NormaliserKind,
    Outcome,
    Refusal,
    Unmeasured,
)
from firmware_bridge.normalise.payload import number, parted, read_number, read_text, switch, ucum

_CLASSES = {
    "carbon_dioxide": "co2",
    "pm25": "pm2_5",
    "volatile_organic_compounds": "voc",
    "atmospheric_pressure": "pressure",
    "signal_strength": "rssi",
}
_DOORS = frozenset({"door", "window", "opening", "garage_door"})
_UNITS = {
    "temperature": "Cel",
    "humidity": "%",
    "battery": "%",
    "pressure": "hPa",
    "illuminance": "lx",
    "co2": "[ppm]",
    "voltage": "V",
    "weight": "kg",
}
_COMPONENTS = frozenset({"sensor", "binary_sensor", "switch", "text_sensor"})


def normalise(topic: str, payload: bytes, context: Context) -> Outcome:
    """One message of ESPHome."""
    if context.base and not topic.startswith(context.base + "/"):
        return IGNORED
    levels = topic.split("/")
    if len(levels) >= 2 and levels[-1] == "status":
        return _status("/".join(levels[:-1]), payload)
    if len(levels) < 4 or levels[-1] != "state" or levels[-3] not in _COMPONENTS or not levels[-2]:
        return IGNORED
    text = read_text(payload)
    if isinstance(text, Refusal):
        return text
    device, component, sub = "/".join(levels[:-3]), levels[-3], levels[-2]
    return _state(device, component, sub, text.strip(), context.discovery)


def _status(device: str, payload: bytes) -> Outcome:
    """The node's birth and will."""
    text = read_text(payload)
    if isinstance(text, Refusal):
        return text
    word = text.strip().lower()
    return Normalised(event=f"device_{word}", device=device) if word in ("online", "offline") else IGNORED


def _state(device: str, component: str, sub: str, text: str, announced: Discovery | None) -> Outcome:
    """One entity's value."""
    kind = announced.device_class if announced else None
    part: Measured | Unmeasured
    if component == "sensor":
        try:
            read_number(text)
        except ValueError:
            return Refusal(error="not_a_number", detail=text[:200])
        quantity = _CLASSES.get(kind, kind) if kind else _quantity_of(sub)
        unit = ucum(announced.unit_of_measurement) if announced else _UNITS.get(quantity)
        part = number(device, sub, quantity, unit, text)
    elif component in ("binary_sensor", "switch"):
        quantity = "switch" if component == "switch" else _switch_quantity(kind, sub)
        part = switch(device, sub, quantity, text or None)
    else:
        return IGNORED
    readings, unmeasured = parted([part])
    return Normalised(readings=readings, unmeasured=unmeasured, device=device)


def _quantity_of(sub: str) -> str:
    """The quantity an id ends with ("freezer_temperature"), or the id itself."""
    for quantity in _UNITS:
        if sub == quantity or sub.endswith("_" + quantity):
            return quantity
    return sub


def _switch_quantity(kind: str | None, sub: str) -> str:
    """What a binary sensor watches; ON is open, wet, seen."""
    if kind in _DOORS or (kind is None and any(part in _DOORS for part in sub.split("_"))):
        return "door_open"
    return {"moisture": "water_leak", None: sub}.get(kind, kind or sub)


NORMALISER = NormaliserKind(
    name="esphome",
    topics=("+/sensor/+/state", "+/binary_sensor/+/state", "+/status"),
    discovery_topics=("homeassistant/+/+/config", "homeassistant/+/+/+/config"),
    normalise=normalise,
    examples=(
        NormaliserExample(
            topic="coldroom/sensor/freezer_temperature/state",
            payload=b"-18.4",
            context=Context(discovery=Discovery(unit_of_measurement="°C", device_class="temperature")),
            outcome=Normalised(
                device="coldroom",
                readings=(
                    Measured(
                        device="coldroom",
                        sub="freezer_temperature",
                        quantity="temperature",
                        value="-18.4",
                        unit="Cel",
                    ),
                ),
            ),
        ),
        NormaliserExample(
            topic="coldroom/sensor/freezer_temperature/state",
            payload=b"nan",
            outcome=Normalised(
                device="coldroom",
                unmeasured=(
                    Unmeasured(
                        device="coldroom", sub="freezer_temperature", quantity="temperature", quality="null"
                    ),
                ),
            ),
        ),
        NormaliserExample(
            topic="coldroom/sensor/freezer_temperature/state",
            payload=b"cold",
            outcome=Refusal(error="not_a_number", detail="cold"),
        ),
        NormaliserExample(topic="coldroom/sensor//state", payload=b"4.3", outcome=IGNORED),
        NormaliserExample(
            topic="coldroom/binary_sensor/door/state",
            payload=b"ON",
            outcome=Normalised(
                device="coldroom",
                readings=(Measured(device="coldroom", sub="door", quantity="door_open", value="true"),),
            ),
        ),
    ),
)
