"""Sensors that announce themselves for Home Assistant: found on the broker, read as they say they are to be read.

A retained `<prefix>/sensor/…/config` names the topic of the state, the unit, the class, and a template that leads to
the value. Templates are programs; the ones followed here only pick a value out of JSON (`{{ value_json.temperature
| float }}`). One that calculates is refused as "template_unsupported" rather than guessed. Names come in full or
abbreviated, `~` stands for a base topic, and newer devices announce all their parts in one message. An empty payload
takes the announcement back. What Liushui announces itself (`announce.py`) is not read back.
"""

from __future__ import annotations

import re

from firmware_bridge.normalise.components import plain_name
from firmware_bridge.normalise.measured import (
    IGNORED,
    Context,
    Entity,
    Measured,
    Normalised,
    NormaliserExample,
    NormaliserKind,
    Outcome,
    Refusal,
    Unmeasured,
)
from firmware_bridge.normalise.payload import number, parted, read_json, read_object, read_text, switch, ucum

OURS = "liushui"
"""The origin under which we announce our own devices."""

_LONG = {
    "stat_t": "state_topic", "unit_of_meas": "unit_of_measurement", "dev_cla": "device_class",
    "val_tpl": "value_template", "uniq_id": "unique_id", "dev": "device", "ids": "identifiers",
    "pl_on": "payload_on", "pl_off": "payload_off", "o": "origin",
    "cmps": "components", "p": "platform", "obj_id": "object_id", "def_ent_id": "default_entity_id",
}  # fmt: skip
_STEP = r"(?:\.[A-Za-z_]\w*|\[\s*(?:'[^'\]]{1,60}'|\"[^\"\]]{1,60}\"|\d{1,3})\s*\])"
_FILTER = r"(?:\s*\|\s*(?:float|int|round|string|lower|upper|trim|is_defined)\s*(?:\([^()]{0,20}\))?)"
_TEMPLATE = re.compile(rf"\{{\{{-?\s*value(?:(_json)((?:{_STEP})*))?\s*{_FILTER}*\s*-?\}}\}}", re.ASCII)
_ONE_STEP = re.compile(_STEP, re.ASCII)
_CLASSES = {
    "carbon_dioxide": "co2",
    "pm25": "pm2_5",
    "volatile_organic_compounds": "voc",
    "atmospheric_pressure": "pressure",
    "signal_strength": "rssi",
}
_BINARY_CLASSES = {
    "door": "door_open",
    "window": "door_open",
    "opening": "door_open",
    "garage_door": "door_open",
    "moisture": "water_leak",
    "battery": "battery_low",
}
_KINDS = frozenset({"sensor", "binary_sensor"})


def normalise(topic: str, payload: bytes, context: Context) -> Outcome:
    """One announcement."""
    prefix = context.base or "homeassistant"
    levels = topic.removeprefix(prefix + "/").split("/")
    if not topic.startswith(prefix + "/") or len(levels) not in (3, 4) or levels[-1] != "config":
        return IGNORED
    kind, object_id = levels[0], levels[-2]
    if kind not in _KINDS and kind != "device":
        return IGNORED
    if not payload.strip():
        return Normalised(event="discovery_removed", withdrawn=object_id)
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    told = _long(told)
    origin = told.get("origin")
    if isinstance(origin, dict) and origin.get("name") == OURS:
        return IGNORED
    entities = []
    for part_id, part_kind, part in _parts(told, kind, object_id):
        entity = _entity(part_id, part_kind, part)
        if isinstance(entity, Entity):
            entities.append(entity)
    if not entities:
        if kind == "device":
            return IGNORED
        return Refusal(error="malformed_payload", detail="no state topic")
    return Normalised(event="discovery", device=entities[0].device, entities=tuple(entities))


def _long(told: dict[str, object]) -> dict[str, object]:
    """Every abbreviation written out, `~` replaced by the base topic."""
    base = told.get("~")
    written: dict[str, object] = {}
    for name, value in told.items():
        full = _LONG.get(name, name)
        if isinstance(base, str) and isinstance(value, str) and full.endswith("_topic"):
            value = base + value[1:] if value.startswith("~") else value
            value = value[:-1] + base if value.endswith("~") else value
        if full in ("device", "origin") and isinstance(value, dict):
            value = {_LONG.get(key, key): inner for key, inner in value.items()}
        written[full] = value
    return written


def _parts(told: dict[str, object], kind: str, object_id: str) -> list[tuple[str, str, dict[str, object]]]:
    """(object id, kind, fields) of everything announced; a device's parts inherit what it says for all."""
    if kind != "device":
        return [(object_id, kind, told)]
    components = told.get("components")
    if not isinstance(components, dict):
        return []
    shared = {name: value for name, value in told.items() if name != "components"}
    found = []
    for part_id, part in components.items():
        if isinstance(part, dict):
            whole = {**shared, **_long({"~": told.get("~"), **part})}
            found.append((str(part_id), str(whole.get("platform", "")), whole))
    return found


def _entity(object_id: str, kind: str, told: dict[str, object]) -> Entity | None:
    """One sensor; None for what has no state we read."""
    topic = _text(told, "state_topic")
    if kind not in _KINDS or topic is None:
        return None
    binary = kind == "binary_sensor"
    path = template_path(_text(told, "value_template"))
    return Entity(
        object_id=object_id,
        unique_id=_text(told, "unique_id") or object_id,
        state_topic=topic,
        path=path,
        quantity=_quantity(told, binary, path, object_id),
        unit=None if binary else ucum(_text(told, "unit_of_measurement")),
        device=_device(told) or object_id,
        binary=binary,
        payload_on=_word(told.get("payload_on"), "ON"),
        payload_off=_word(told.get("payload_off"), "OFF"),
    )


def _text(told: dict[str, object], name: str) -> str | None:
    """A text field, if it is one."""
    value = told.get(name)
    return value if isinstance(value, str) and value else None


def _word(value: object, usual: str) -> str:
    """A payload of a switch, which may be announced as a JSON truth."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) and value else usual


def _device(told: dict[str, object]) -> str | None:
    """The device's name, or what identifies it."""
    device = told.get("device")
    if not isinstance(device, dict):
        return None
    name, known_as = device.get("name"), device.get("identifiers")
    if isinstance(name, str) and name:
        return name
    if isinstance(known_as, list) and known_as:
        known_as = known_as[0]
    return known_as if isinstance(known_as, str) and known_as else None


def _quantity(told: dict[str, object], binary: bool, path: tuple[str, ...] | None, object_id: str) -> str:
    """By its class, else by the name of the value itself."""
    kind = _text(told, "device_class")
    if kind is not None:
        return (_BINARY_CLASSES if binary else _CLASSES).get(kind, kind)
    return plain_name(path[-1] if path else object_id)


def template_path(template: str | None) -> tuple[str, ...] | None:
    """The way to a value that a template only picks; None for one that does more. No template: the bare value."""
    if template is None:
        return ()
    found = _TEMPLATE.fullmatch(template.strip())
    if found is None:
        return None
    steps = _ONE_STEP.findall(found[2] or "")
    return tuple(step[1:] if step[0] == "." else step[1:-1].strip().strip("'\"") for step in steps)


def read_state(entity: Entity, payload: bytes) -> Outcome:
    """A state of an announced sensor."""
    if entity.path is None:
        return Refusal(error="template_unsupported", detail=entity.unique_id, device=entity.device)
    value: object
    if entity.path:
        value = read_json(payload)
        if isinstance(value, Refusal):
            return value
        for step in entity.path:
            if isinstance(value, dict):
                value = value.get(step)
            elif isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
                value = value[int(step)]
            else:
                value = None
    else:
        value = read_text(payload)
        if isinstance(value, Refusal):
            return value
    part: Measured | Unmeasured
    if entity.binary:
        word = {"true": "true", "false": "false"}.get(str(value).lower(), value)
        on_off = {entity.payload_on: True, entity.payload_off: False}.get(str(word))
        part = switch(entity.device, entity.object_id, entity.quantity, value if on_off is None else on_off)
    elif isinstance(value, dict | list):
        part = Unmeasured(
            device=entity.device, sub=entity.object_id, quantity=entity.quantity, quality="sensor_error"
        )
    else:
        part = number(entity.device, entity.object_id, entity.quantity, entity.unit, value)
    readings, unmeasured = parted([part])
    return Normalised(readings=readings, unmeasured=unmeasured, device=entity.device)


_ATC = Entity(
    object_id="ATC_264902_temp",
    unique_id="ATC_264902_temp",
    state_topic="tele/tasmota_ble/ATC264902",
    path=("Temperature",),
    quantity="temperature",
    unit="Cel",
    device="ATC_264902",
)

NORMALISER = NormaliserKind(
    name="ha_discovery",
    topics=("homeassistant/+/+/config", "homeassistant/+/+/+/config"),
    normalise=normalise,
    read_state=read_state,
    examples=(
        NormaliserExample(
            topic="homeassistant/sensor/ATC_264902_temp/config",
            payload='{"device_class":"temperature","stat_t":"~/ATC264902","~":"tele/tasmota_ble",'
            '"uniq_id":"ATC_264902_temp","unit_of_meas":"°C","val_tpl":"{{ value_json.Temperature}}",'
            '"dev":{"name":"ATC_264902","ids":["ATC_264902"]}}'.encode(),
            outcome=Normalised(event="discovery", device="ATC_264902", entities=(_ATC,)),
        ),
        NormaliserExample(
            topic="homeassistant/sensor/ATC_264902_temp/config",
            payload=b"",
            outcome=Normalised(event="discovery_removed", withdrawn="ATC_264902_temp"),
        ),
        NormaliserExample(topic="homeassistant/light/x/config", payload=b"{", outcome=IGNORED),
    ),
)
