"""`liushui decode mqtt`: messages and advertisements of sensors to readings, and what alarms and intake make of them.

`kind` is the family (`liushui bridge protocols` lists them), or "bthome" and "ruuvi" for the bytes of a Bluetooth
advertisement, "alarm" for samples under a limit, "sequence" for readings as a store's intake would take them. Values
are printed as numbers, units as people write them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from firmware_bridge.decoding.vector import Vector
from firmware_bridge.normalise import normalisers
from firmware_bridge.normalise import sparkplug as spb
from firmware_bridge.normalise.bluetooth import Advertised, decode_bthome, decode_ruuvi, numbered
from firmware_bridge.normalise.measured import (
    Context,
    Discovery,
    Entity,
    Measured,
    Normalised,
    Outcome,
    Refusal,
)
from shared.sensing.alarm import AlarmEvent, AlarmState, Cleared, Heard, Raised, Rule, Silence, sample, watch
from shared.sensing.reading import Reading
from shared.sensing.sequence import fold
from shared.units import MICRO

HELP = "Messages of sensors to readings. 解码传感器消息。"

_PRINTED = {"W.h": "Wh", "kW.h": "kWh", "[ppm]": "ppm", "[ppb]": "ppb", "dB[mW]": "dBm", "[lb_av]": "lb"}
_TEXTS = frozenset({"rfid_uid"})
_ALIASES = {
    "shelly": "shelly_gen2",
    "sparkplug": "sparkplug_b",
    "homeassistant": "ha_discovery",
    "z2m": "zigbee2mqtt",
}


def result(vector: Vector) -> dict[str, object]:
    """What one vector comes to, in the shape of the vector files; ValueError for one that is not one of ours."""
    try:
        return _answer(vector)
    except (AttributeError, AssertionError, OSError) as broken:
        # A list where an object belongs: the person who wrote the line is told so.
        raise ValueError(str(broken)) from broken


def _answer(vector: Vector) -> dict[str, object]:
    """By the kind of vector."""
    kind = _ALIASES.get(vector.kind, vector.kind)
    special = _SPECIAL.get(kind)
    if special is not None and not (kind == "ruuvi" and "topic" in vector.input):
        return special(vector)
    family = normalisers().get(kind)
    if family is None:
        raise ValueError(f"no family {vector.kind!r}")
    outcome = family.normalise(vector.input["topic"], _payload(vector.input), _context(vector))
    return _told(outcome, kind)


def _payload(told: dict[str, Any]) -> bytes:
    """The bytes of a message, given as text, as hex, or as an object."""
    if "payload_hex" in told:
        return bytes.fromhex(told["payload_hex"])
    payload = told.get("payload", "")
    return (payload if isinstance(payload, str) else json.dumps(payload)).encode()


def _context(vector: Vector) -> Context:
    """The settings of a family, from the words of the context."""
    told = vector.context
    announced = told.get("discovery")
    known = {"unit_of_measurement", "device_class"}
    return Context(
        base=told.get("base"),
        utc_offset_min=_offset(told["device_tz"]) if told.get("device_tz") else None,
        discovery=Discovery(**{name: text for name, text in announced.items() if name in known})
        if announced
        else None,
        memory=_memory(vector),
        bindkeys={str(mac): str(key) for mac, key in told.get("bindkeys", {}).items()},
    )


def _offset(text: str) -> int:
    """Minutes of +08:00."""
    hours, minutes = text.lstrip("+-").split(":")
    return (int(hours) * 60 + int(minutes)) * (-1 if text.startswith("-") else 1)


def _memory(vector: Vector) -> dict[str, object] | None:
    """What a device said before: by its name, or its status alone."""
    state = vector.context.get("state") or vector.context.get("previous") or vector.context.get("status")
    if not isinstance(state, dict):
        return None
    if not any(":" in name for name in state):
        return state
    said = json.loads(_payload(vector.input))
    return {said.get("src") or vector.input["topic"].split("/")[0]: state}


# ---- messages


def _told(outcome: Outcome, kind: str) -> dict[str, object]:
    """An outcome in the words of the vector files."""
    if isinstance(outcome, Refusal):
        return _refused(outcome)
    if kind == "ha_discovery":
        return _announced(outcome)
    if outcome.event is not None and not outcome.readings and not outcome.unmeasured:
        told: dict[str, object] = {"event": outcome.event, "readings": []}
        return told | ({"device": outcome.device} if outcome.device else {})
    said: dict[str, object] = {"readings": [_reading(part, outcome.ts_ms) for part in outcome.readings]}
    said |= _dated(outcome.ts_ms)
    if outcome.quality != "good":
        said["quality"] = outcome.quality
    if outcome.dedupe is not None and kind == "chirpstack":
        said["dedupe"] = outcome.dedupe
    return said


def _refused(refusal: Refusal) -> dict[str, object]:
    """Why a message is bound for the quarantine, and what of it was understood."""
    told: dict[str, object] = {"error": refusal.error, "readings": []}
    if refusal.device is not None:
        told["device"] = refusal.device
    if refusal.error == "no_codec":
        told |= _dated(refusal.ts_ms) | {"raw_hex": refusal.raw.hex()}
    return told


def _announced(outcome: Normalised) -> dict[str, object]:
    """An announcement; of a device with several parts each is told."""
    if outcome.withdrawn is not None:
        return {"event": outcome.event, "object_id": outcome.withdrawn, "readings": []}
    if not outcome.entities:
        return {"event": outcome.event, "readings": []}
    first, *others = [_entity(entity) for entity in outcome.entities]
    told: dict[str, object] = {"event": outcome.event, **first, "readings": []}
    return told | ({"entities": [first, *others]} if others else {})


def _entity(entity: Entity) -> dict[str, object]:
    """One announced sensor."""
    return {
        "unique_id": entity.unique_id,
        "state_topic": entity.state_topic,
        "json_path": ".".join(entity.path) if entity.path else None,
        "quantity": entity.quantity,
        "unit": _unit(entity.unit),
        "device": entity.device,
    }


def _reading(part: Measured, message_ms: int | None) -> dict[str, object]:
    """One value."""
    told: dict[str, object] = {"device": part.device}
    if part.sub is not None:
        told["sub"] = part.sub
    told |= {"quantity": part.quantity, "value": _value(part), "unit": _unit(part.unit)}
    if part.ts_ms is not None and part.ts_ms != message_ms:
        told["ts"] = _moment(part.ts_ms)
    return told


def _value(part: Measured) -> object:
    """A switch as a truth, a number as a number, a text as a text."""
    if part.quantity in _TEXTS:
        return part.value
    if part.value in ("true", "false"):
        return part.value == "true"
    return _number(Decimal(part.value))


def _number(value: Decimal) -> int | float:
    """As JSON has it; -18.0 stays a number with a point."""
    return int(value) if value == value.to_integral_value() and "." not in str(value) else float(value)


def _unit(unit: str | None) -> str | None:
    """A UCUM unit as people write it."""
    return None if unit is None else _PRINTED.get(unit, unit)


def _dated(ts_ms: int | None) -> dict[str, object]:
    """When, and by whose clock."""
    return {
        "ts": None if ts_ms is None else _moment(ts_ms),
        "ts_source": "arrival" if ts_ms is None else "device",
    }


def _moment(at_ms: int) -> str:
    """UTC to the second."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _ms(text: str) -> int:
    """Milliseconds of an ISO moment."""
    return int(datetime.fromisoformat(text).timestamp() * 1000)


# ---- Bluetooth


def _bthome(vector: Vector) -> dict[str, object]:
    """BTHome v2 service data."""
    uuid = str(vector.input.get("service_uuid", "0xFCD2")).lower().removeprefix("0x")
    if "fcd2" not in uuid:
        return {"valid": False, "error": "unsupported_version_or_format"}
    data = bytes.fromhex(vector.input["service_data_hex"])
    mac = vector.context.get("mac") or vector.input.get("mac")
    said = decode_bthome(data, mac=mac, bindkey=vector.context.get("bindkey"))
    if said.error:
        return {"valid": False, "error": said.error}
    return {"valid": True, "sleepy": said.sleepy, "readings": _shouted(said)}


def _ruuvi(vector: Vector) -> dict[str, object]:
    """Ruuvi's manufacturer data."""
    data = bytes.fromhex(vector.input["manufacturer_data_hex"])
    said = decode_ruuvi(data.removeprefix(b"\x99\x04"))
    if said.error:
        return {"valid": False, "error": said.error, "readings": []}
    told: dict[str, object] = {"readings": _shouted(said)}
    return told if said.mac is None else told | {"sequence": said.packet, "mac": said.mac}


def _shouted(said: Advertised) -> list[dict[str, object]]:
    """The values of an advertisement."""
    return [
        {
            "sensor": told.sensor if sub is None else f"{told.sensor}_{sub}",
            "value": _number(told.value) if isinstance(told.value, Decimal) else told.value,
            "unit": _unit(told.unit),
        }
        for told, sub in numbered(said)
    ]


# ---- Sparkplug B


def _sparkplug(vector: Vector) -> dict[str, object]:
    """One message in the light of what its node has said."""
    topic = vector.input["topic"]
    levels = topic.split("/")
    state = (vector.context.get("state") or {}).get(levels[3] if len(levels) > 3 else "")
    said = spb.read(topic, _payload(vector.input), _node(state))
    if isinstance(said, Refusal):
        return _refused(said)
    if said.event == "rebirth_required":
        told: dict[str, object] = {"event": said.event, "reason": said.reason}
        return told | ({"alias": said.alias} if said.alias is not None else {})
    told = {"event": said.event}
    if said.reason is not None:
        told["reason"] = said.reason
    if said.bd_seq is not None:
        told["bdSeq"] = said.bd_seq
    if said.seq is not None:
        told["seq"] = said.seq
    if said.event.startswith("host_"):
        told["host"] = said.node
    elif said.event.startswith("device_"):
        told["device"] = said.device
    return told | {"readings": [_metric(metric) for metric in said.metrics]}


def _node(state: dict[str, Any] | None) -> spb.Node | None:
    """A node's state from the words of the context."""
    if state is None:
        return None
    tables = {
        device: {int(alias): spb.Alias(told[0], spb.datatype(told[1])) for alias, told in table.items()}
        for device, table in state.get("aliases", {}).items()
    }
    return spb.Node(
        online=state.get("online", True),
        bd_seq=state.get("bdSeq"),
        last_seq=state.get("last_seq"),
        born=frozenset(state["devices"]) if isinstance(state.get("devices"), list) else None,
        aliases=tables,
    )


def _metric(metric: spb.Metric) -> dict[str, object]:
    """One metric."""
    value = _number(metric.value) if isinstance(metric.value, Decimal) else metric.value
    told: dict[str, object] = {"sensor": metric.name, "value": value}
    if metric.value is None:
        told["quality"] = "null"
    told["ts_ms"] = metric.ts_ms
    if metric.historical:
        told["late"] = True
    return told


# ---- alarms and sequences


def _alarm(vector: Vector) -> dict[str, object]:
    """Samples at even steps under a limit."""
    told = vector.context
    rule = Rule(
        high=_micro(told.get("high")),
        low=_micro(told.get("low")),
        hysteresis=_micro(told.get("hysteresis")) or 0,
        raise_after_ms=int(told.get("raise_after_s", 0)) * 1000,
        clear_after_ms=int(told.get("clear_after_s", 0)) * 1000,
        offline_after_ms=int(told.get("offline_after_s", 900)) * 1000,
    )
    at_ms = _ms(vector.input["start"])
    step_ms = int(vector.input["step_s"]) * 1000
    state = AlarmState(last_ms=at_ms)
    events: list[AlarmEvent] = []
    for value in vector.input["values"]:
        found = _micro(value)
        moved, more = watch(rule, state, at_ms) if found is None else sample(rule, state, at_ms, found)
        state, at_ms = moved, at_ms + step_ms
        events += more
    said: dict[str, object] = {"events": [[_WORDS[type(event)], _moment(event.at_ms)] for event in events]}
    if any(isinstance(event, Raised) for event in events):
        said["active"] = state.raised
    return said


_WORDS: dict[type[AlarmEvent], str] = {Raised: "raise", Cleared: "clear", Silence: "offline", Heard: "online"}


def _micro(value: object) -> int | None:
    """Millionths of a number; None for none."""
    return None if value is None else int(Decimal(str(value)) * MICRO)


def _sequence(vector: Vector) -> dict[str, object]:
    """Readings of one sensor as a store's intake takes them."""
    now_ms = _ms(vector.context["now"])
    readings = [
        (
            str(message.get("epoch", "")),
            Reading(
                seq=int(message["seq"]),
                kind="sensor",
                device=str(message["device"]),
                quantity="temperature",
                value=None if message.get("value") is None else str(message["value"]),
                ts_ms=_ms(message["ts"]) if message.get("ts") else None,
            ),
        )
        for message in vector.input["messages"]
    ]
    came = fold(readings, now_ms)
    told: dict[str, object] = {"stored": came.stored}
    if came.duplicates or not came.conflicts:
        told["duplicates"] = came.duplicates
    if came.conflicts:
        told["conflicts"] = came.conflicts
    value = None if came.latest is None else came.latest.value
    told["latest"] = None if value is None else _number(Decimal(value))
    if came.late:
        told["late"] = came.late
    if came.backfilled:
        told |= {"backfill": came.backfilled, "live_alarm": False}
    if came.replaced:
        told |= {"ts_replaced": came.replaced, "ts_source": "arrival"}
    return told


_SPECIAL: dict[str, Callable[[Vector], dict[str, object]]] = {
    "bthome": _bthome,
    "ruuvi": _ruuvi,
    "sparkplug_b": _sparkplug,
    "alarm": _alarm,
    "sequence": _sequence,
}
