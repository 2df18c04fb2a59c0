"""Device templates: what an installer knows of a model, in a file of its own, so that nobody needs to program.

    name = "xy-md02"
    kind = "modbus"                       # serial | mqtt | modbus
    make = "XY"
    model = "MD02"
    note = { zh = "温湿度变送器", en = "Temperature and humidity transmitter" }

    [[modbus.value]]
    address = 1
    quantity = "temperature"
    unit = "Cel"
    factor = "0.1"

Ours lie in `firmware_bridge/device_templates/`, an installer's in the folder `templates` beside the bridge's
configuration; his win over ours of the same name. A file that cannot be read is told by name and takes nothing
else down. `mqtt` and `modbus` values become readings here; `serial` is settings for a driver.
"""

from __future__ import annotations

import math
import struct
import tomllib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from firmware_bridge.normalise.measured import (
    IGNORED,
    SENSOR_BYTES_MAX,
    Context,
    Measured,
    Normalised,
    NormaliserKind,
    Outcome,
    Refusal,
    Unmeasured,
)
from firmware_bridge.normalise.payload import (
    number,
    parted,
    read_json,
    read_number,
    read_text,
    read_time,
    shortest,
    switch,
)
from shared.sensing.reading import Quality

OURS = Path(__file__).parent / "device_templates"

NumberText = Annotated[str, msgspec.Meta(pattern=r"^-?\d{1,12}(\.\d{1,12})?$")]
Raw = Literal["int8", "uint8", "int16", "uint16", "int32", "uint32", "float32"]
_SIZES: dict[Raw, int] = {
    "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "int32": 4, "uint32": 4, "float32": 4,
}  # fmt: skip


class Value(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One value of a device: where it stands, what it is, and how the raw number becomes it.

    value = raw * factor + offset. `invalid` are raw numbers by which the device says that it has none.
    """

    quantity: Annotated[str, msgspec.Meta(min_length=1, max_length=60)]
    unit: str | None = None
    sub: str | None = None
    factor: NumberText = "1"
    offset: NumberText = "0"
    invalid: tuple[NumberText, ...] = ()
    path: str | None = None
    """mqtt, json: the way to it, "sensors.0.value"."""
    strip: str = ""
    """mqtt, text: a unit that stands behind the number."""
    at: Annotated[int, msgspec.Meta(ge=0, le=255)] = 0
    """mqtt, bytes: the place of its first byte."""
    address: Annotated[int, msgspec.Meta(ge=0, le=65535)] = 0
    """modbus: the register, counted from 0 as on the wire."""
    table: Literal["input", "holding"] | None = None
    type: Raw = "int16"
    order: Literal["big", "little"] = "big"
    """Of bytes in a message, of words in registers."""
    on: tuple[str, ...] = ()
    off: tuple[str, ...] = ()
    """Words of a switch; a value that has them is one."""


class MqttTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A device that publishes itself. `{device}` in the topic stands for one level: the device's name."""

    topic: Annotated[str, msgspec.Meta(min_length=1, max_length=500)] | None = None
    codec: Literal["json", "text", "bytes"] = "json"
    time: str | None = None
    """json: the way to the device's own time."""
    bytes_max: Annotated[int, msgspec.Meta(ge=64, le=262_144)] = SENSOR_BYTES_MAX
    """Of one message; a gateway that speaks for many devices needs more. The broker lets nothing larger through."""
    value: Annotated[tuple[Value, ...], msgspec.Meta(min_length=1)]


class ModbusTemplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Registers of a probe."""

    table: Literal["input", "holding"] = "input"
    value: Annotated[tuple[Value, ...], msgspec.Meta(min_length=1)]
    line: dict[str, int | str] = {}
    """baudrate, bytesize, parity, stopbits as the device is delivered."""


class Template(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One model of a device."""

    name: Annotated[str, msgspec.Meta(pattern=r"^[a-z0-9][a-z0-9_.-]{0,63}$")]
    kind: Literal["serial", "mqtt", "modbus"]
    make: str | None = None
    model: str | None = None
    note: dict[str, str] = {}
    verified: bool = False
    """Whether somebody has held it against the real device."""
    serial: dict[str, object] | None = None
    mqtt: MqttTemplate | None = None
    modbus: ModbusTemplate | None = None


class Broken(msgspec.Struct, frozen=True):
    """A file that is no template, and why."""

    path: str
    reason: str


class Library(msgspec.Struct, frozen=True):
    """Every template by name, and the files that are none."""

    templates: dict[str, Template]
    broken: tuple[Broken, ...] = ()

    def of(self, name: str, kind: str) -> Template:
        """The template of this name and kind; ValueError with the ones there are, or with what broke it."""
        found = self.templates.get(name)
        if found is not None and found.kind == kind:
            return found
        for broken in self.broken:
            if Path(broken.path).stem == name:
                raise ValueError(f"template {name!r} cannot be read: {broken.reason}")
        known = ", ".join(sorted(name for name, one in self.templates.items() if one.kind == kind))
        raise ValueError(f"no {kind} template {name!r}; known are {known or 'none'}")


def read_template(text: str) -> Template:
    """One template; ValueError (of msgspec's or tomllib's) with what is wrong."""
    template = msgspec.convert(tomllib.loads(text), Template)
    if getattr(template, template.kind) is None:
        raise ValueError(f"a template of kind {template.kind} needs a [{template.kind}] table")
    if template.mqtt is not None:
        _check_topic(template.mqtt)
    return template


def _check_topic(mqtt: MqttTemplate) -> None:
    """One {device}, on a level of its own, and no `#` but at the end."""
    levels = (mqtt.topic or "{device}").split("/")
    if levels.count("{device}") != 1 or "#" in levels[:-1]:
        raise ValueError("the topic needs {device} as exactly one of its levels, and # only as the last")
    if any("{" in level and level != "{device}" for level in levels):
        raise ValueError("{device} stands for a whole level of the topic")


def library(folders: Sequence[Path] = ()) -> Library:
    """Ours, then those of each folder; of one name the last is taken."""
    templates: dict[str, Template] = {}
    broken: list[Broken] = []
    for path in _files((OURS, *folders)):
        try:
            template = read_template(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as wrong:
            broken.append(Broken(str(path), str(wrong)))
            continue
        templates[template.name] = template
    return Library(templates, tuple(broken))


def _files(folders: Iterable[Path]) -> Iterable[Path]:
    """Every .toml file, folder by folder."""
    for folder in folders:
        if folder.is_dir():
            yield from sorted(folder.glob("*.toml"))


# ---- values


def worked_out(device: str, value: Value, raw: Decimal | None) -> Measured | Unmeasured:
    """A raw number as the value it stands for; the numbers by which a device says "none" are none."""
    if raw is not None and raw in {Decimal(text) for text in value.invalid}:
        raw = None
    if raw is not None:
        raw = raw * Decimal(value.factor) + Decimal(value.offset)
    return number(device, value.sub, value.quantity, value.unit, raw)


def broken_value(device: str, value: Value, quality: Quality = "sensor_error") -> Unmeasured:
    """A value that could not be read."""
    return Unmeasured(device=device, sub=value.sub, quantity=value.quantity, quality=quality)


def raw_number(data: bytes, kind: Raw) -> Decimal | None:
    """Big-endian bytes as a number; None for a float that is none."""
    if kind == "float32":
        (read,) = struct.unpack(">f", data)
        return shortest(read) if math.isfinite(read) else None
    return Decimal(int.from_bytes(data, "big", signed=kind.startswith("int")))


def size_of(kind: Raw) -> int:
    """Bytes of a raw number."""
    return _SIZES[kind]


# ---- mqtt


def mqtt_kind(template: Template) -> NormaliserKind:
    """A family of sensors made of a template."""
    assert template.mqtt is not None
    mqtt = template.mqtt
    topic = mqtt.topic or "{device}"

    def normalise(came_on: str, payload: bytes, context: Context) -> Outcome:
        device = device_of(topic, came_on)
        return IGNORED if device is None else read_payload(mqtt, device, payload, context)

    return NormaliserKind(
        name=template.name,
        topics=(topic.replace("{device}", "+"),),
        bytes_max=mqtt.bytes_max,
        normalise=normalise,
        examples=(),
    )


def device_of(pattern: str, topic: str) -> str | None:
    """The level that {device} stands for; None for another topic."""
    wanted, levels = pattern.split("/"), topic.split("/")
    if wanted[-1] == "#":
        wanted, levels = wanted[:-1], levels[: len(wanted) - 1]
    if len(wanted) != len(levels):
        return None
    device = None
    for want, level in zip(wanted, levels, strict=True):
        if want == "{device}":
            device = level
        elif want not in ("+", level):
            return None
    return device or None


def read_payload(mqtt: MqttTemplate, device: str, payload: bytes, context: Context) -> Outcome:
    """A message by the template's codec."""
    ts_ms = None
    parts: list[Measured | Unmeasured]
    if mqtt.codec == "json":
        told = read_json(payload)
        if isinstance(told, Refusal):
            return told
        if not isinstance(told, dict | list):
            return Refusal(error="not_an_object", detail=type(told).__name__, device=device)
        parts = [_from_json(device, value, told) for value in mqtt.value if there(told, value.path or "")]
        if mqtt.time is not None:
            ts_ms = read_time(at_path(told, mqtt.time), context.utc_offset_min)
    elif mqtt.codec == "text":
        text = read_text(payload)
        if isinstance(text, Refusal):
            return text
        value = mqtt.value[0]
        bare = text.strip().removesuffix(value.strip).strip()
        try:
            read_number(bare)
        except ValueError:
            if not (value.on or value.off):
                return Refusal(error="not_a_number", detail=text[:200], device=device)
        parts = [_from_told(device, value, bare)]
    else:
        parts = read_bytes(mqtt, device, payload)
        if not parts:
            return Refusal(error="malformed_payload", detail=f"{len(payload)} bytes", device=device)
    readings, unmeasured = parted(parts)
    return Normalised(readings=readings, unmeasured=unmeasured, device=device, ts_ms=ts_ms)


def read_bytes(mqtt: MqttTemplate, device: str, payload: bytes) -> list[Measured | Unmeasured]:
    """The values that stand in so many bytes; a payload too short for one of them is none of this device's."""
    parts: list[Measured | Unmeasured] = []
    for value in mqtt.value:
        raw = payload[value.at : value.at + size_of(value.type)]
        if len(raw) < size_of(value.type):
            return []
        parts.append(
            worked_out(device, value, raw_number(raw if value.order == "big" else raw[::-1], value.type))
        )
    return parts


def at_path(told: object, path: str) -> object:
    """What stands at a.b.0; None where there is nothing."""
    for step in path.split(".") if path else ():
        if isinstance(told, dict):
            told = told.get(step)
        elif isinstance(told, list) and step.isascii() and step.isdigit() and int(step) < len(told):
            told = told[int(step)]
        else:
            return None
    return told


def there(told: object, path: str) -> bool:
    """Whether a message speaks of it at all; null is speaking of it."""
    parent, _, last = path.rpartition(".")
    found = at_path(told, parent)
    if isinstance(found, list):
        return last.isascii() and last.isdigit() and int(last) < len(found)
    return isinstance(found, dict) and last in found


def _from_json(device: str, value: Value, told: object) -> Measured | Unmeasured:
    """One value of a JSON message."""
    return _from_told(device, value, at_path(told, value.path or ""))


def _from_told(device: str, value: Value, told: object) -> Measured | Unmeasured:
    """A switch by its words, a number by its digits."""
    if value.on or value.off:
        word = str(told).lower() if isinstance(told, bool) else str(told)
        if word in value.on or word in value.off:
            return switch(device, value.sub, value.quantity, word in value.on)
        return broken_value(device, value, "null" if told is None else "sensor_error")
    try:
        return worked_out(device, value, read_number(told))
    except (ValueError, ArithmeticError):
        return broken_value(device, value)
