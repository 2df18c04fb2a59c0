"""Shelly, second generation and later: `<id>/events/rpc` tells what has changed, `<id>/status/<component>` all of one.

NotifyStatus is a delta: what it does not name is as it was. So what each device has said is remembered and laid
under the delta, because the rest decides what the new part means: a temperature of a component under `errors` is
none. A sleeping sensor sends NotifyFullStatus when it wakes. A device is named by `src`, not by its topic, which
people change. `ts` is null until the device has a time.
"""

from __future__ import annotations

from decimal import Decimal

import msgspec

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
from firmware_bridge.normalise.payload import number, parted, read_object, read_text, read_time, switch

_REMEMBERED = 500

_FIELDS: dict[str, tuple[tuple[str, str, str | None], ...]] = {
    # component: (path in it, our quantity, unit), in the order in which they are told
    "temperature": (("tC", "temperature", "Cel"),),
    "humidity": (("rh", "humidity", "%"),),
    "devicepower": (("battery.V", "battery_voltage", "V"), ("battery.percent", "battery", "%")),
    "switch": (
        ("output", "switch", "switch"),
        ("apower", "power", "W"),
        ("voltage", "voltage", "V"),
        ("current", "current", "A"),
        ("aenergy.total", "energy", "W.h"),
        ("temperature.tC", "board_temperature", "Cel"),
    ),
    "light": (
        ("output", "switch", "switch"),
        ("brightness", "brightness", "%"),
        ("apower", "power", "W"),
        ("aenergy.total", "energy", "W.h"),
        ("temperature.tC", "board_temperature", "Cel"),
    ),
    "cover": (
        ("current_pos", "position", "%"),
        ("apower", "power", "W"),
        ("aenergy.total", "energy", "W.h"),
        ("temperature.tC", "board_temperature", "Cel"),
    ),
    "pm1": (
        ("apower", "power", "W"),
        ("voltage", "voltage", "V"),
        ("current", "current", "A"),
        ("aenergy.total", "energy", "W.h"),
    ),
    "em1": (("act_power", "power", "W"), ("voltage", "voltage", "V"), ("current", "current", "A")),
    "em": (("total_act_power", "power", "W"), ("total_current", "current", "A")),
    "em1data": (("total_act_energy", "energy", "W.h"),),
    "emdata": (("total_act", "energy", "W.h"),),
    "voltmeter": (("voltage", "voltage", "V"),),
    "input": (("state", "input", "switch"), ("percent", "input_percent", "%")),
    "smoke": (("alarm", "smoke", "switch"),),
    "flood": (("alarm", "water_leak", "switch"),),
    "illuminance": (("lux", "illuminance", "lx"),),
    "presence": (("num_objects", "presence_count", None),),
}
_OF_A_BATTERY = frozenset({"battery", "battery_voltage"})
_PARTS_FIRST = ("temperature", "humidity", "devicepower")
"""A thermometer's own values before its battery, whatever the order on the wire."""


def normalise(topic: str, payload: bytes, context: Context) -> Outcome:
    """One message of a Shelly."""
    if context.base and not topic.startswith(context.base + "/"):
        return IGNORED
    levels = topic.split("/")
    if len(levels) >= 2 and levels[-1] == "online":
        return _online("/".join(levels[:-1]), payload)
    if len(levels) >= 3 and levels[-2:] == ["events", "rpc"]:
        return _notified("/".join(levels[:-2]), payload, context)
    if len(levels) >= 3 and levels[-2] == "status":
        return _component("/".join(levels[:-2]), levels[-1], payload, context)
    return IGNORED


def _online(device: str, payload: bytes) -> Outcome:
    """The will, and its opposite."""
    text = read_text(payload)
    if isinstance(text, Refusal):
        return text
    word = {"true": "online", "false": "offline"}.get(text.strip().lower())
    return Normalised(event=f"device_{word}", device=device) if word else IGNORED


def _notified(prefix: str, payload: bytes, context: Context) -> Outcome:
    """NotifyStatus and NotifyFullStatus; NotifyEvent tells of buttons and is none of ours."""
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    method, params = told.get("method"), told.get("params")
    if method not in ("NotifyStatus", "NotifyFullStatus") or not isinstance(params, dict):
        return IGNORED
    src = told.get("src")
    device = src if isinstance(src, str) and src else prefix
    known = _known(context.memory, device) if method == "NotifyStatus" else {}
    ts_ms = read_time(params.get("ts"), None)
    return _told(device, params, known, ts_ms, context.memory)


def _component(device: str, component: str, payload: bytes, context: Context) -> Outcome:
    """The whole status of one component on a topic of its own."""
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    return _told(device, {component: told}, _known(context.memory, device), None, context.memory)


def _known(memory: object, device: str) -> dict[str, object]:
    """What this device has said so far."""
    found = memory.get(device) if isinstance(memory, dict) else None
    return found if isinstance(found, dict) else {}


def overlaid(below: object, above: object) -> object:
    """A delta laid over what is known: objects are merged, anything else replaces."""
    if isinstance(below, dict) and isinstance(above, dict):
        return {**below, **{key: overlaid(below.get(key), value) for key, value in above.items()}}
    return above


def _told(
    device: str, params: dict[str, object], known: dict[str, object], ts_ms: int | None, memory: object
) -> Normalised:
    """The fields that this message names, read in the light of all that is known."""
    fresh = {key: value for key, value in params.items() if isinstance(value, dict) and _kind(key) in _FIELDS}
    merged = {**known, **{key: overlaid(known.get(key), value) for key, value in fresh.items()}}
    ordered = sorted(
        fresh, key=lambda key: _PARTS_FIRST.index(_kind(key)) if _kind(key) in _PARTS_FIRST else 9
    )
    parts: list[Measured | Unmeasured] = []
    for component in ordered:
        parts.extend(_fields(device, component, fresh[component], merged[component]))
    readings, unmeasured = parted(parts)
    others = (
        {name: said for name, said in memory.items() if name != device} if isinstance(memory, dict) else {}
    )
    while len(others) >= _REMEMBERED:
        others.pop(next(iter(others)))
    return Normalised(
        readings=readings,
        unmeasured=unmeasured,
        device=device,
        ts_ms=ts_ms,
        memory={**others, device: merged} if merged != known else None,
    )


def _kind(component: str) -> str:
    """ "temperature" of "temperature:100"."""
    return component.split(":", 1)[0]


def _at(told: object, path: str) -> tuple[bool, object]:
    """(whether it is there, what it is) of a path like battery.V."""
    for step in path.split("."):
        if not isinstance(told, dict) or step not in told:
            return False, None
        told = told[step]
    return True, told


def _fields(device: str, component: str, fresh: object, merged: object) -> list[Measured | Unmeasured]:
    """The known fields of one component that this message names; a component in error has measured nothing."""
    there, errors = _at(merged, "errors")
    broken = there and isinstance(errors, list) and bool(errors)
    parts: list[Measured | Unmeasured] = []
    for path, quantity, unit in _FIELDS[_kind(component)]:
        there, value = _at(fresh, path)
        newly_broken = broken and _at(fresh, "errors")[0] and _kind(component) in ("temperature", "humidity")
        if not there and not newly_broken:
            continue
        if unit == "switch":
            parts.append(switch(device, component, quantity, value))
        elif quantity in _OF_A_BATTERY and _at(merged, "external.present") == (True, True):
            # On a cable the holder is empty: 0 % is no flat battery.
            part = number(device, component, quantity, unit, value)
            parts.append(
                msgspec.structs.replace(part, doubt="external_power") if isinstance(part, Measured) else part
            )
        elif broken and quantity in ("temperature", "humidity"):
            parts.append(Unmeasured(device=device, sub=component, quantity=quantity, quality="sensor_error"))
        else:
            parts.append(number(device, component, quantity, unit, value))
    return parts


NORMALISER = NormaliserKind(
    name="shelly_gen2",
    topics=("+/events/rpc", "+/status/+", "+/online"),
    # A full status tells of every channel of a meter, schedules and all.
    bytes_max=16_384,
    normalise=normalise,
    examples=(
        NormaliserExample(
            topic="freezer/events/rpc",
            payload=b'{"src":"shellyplusht-1","method":"NotifyStatus",'
            b'"params":{"ts":1795337970.5,"temperature:0":{"tC":-18.5}}}',
            outcome=Normalised(
                device="shellyplusht-1",
                readings=(
                    Measured(
                        device="shellyplusht-1",
                        sub="temperature:0",
                        quantity="temperature",
                        value="-18.5",
                        unit="Cel",
                    ),
                ),
                ts_ms=1795337970500,
                memory={"shellyplusht-1": {"temperature:0": {"tC": Decimal("-18.5")}}},
            ),
        ),
        NormaliserExample(
            topic="freezer/events/rpc",
            payload=b'{"src":"s","method":"NotifyStatus","params":{"ts":null,'
            b'"temperature:0":{"tC":null,"errors":["out_of_range"]}}}',
            outcome=Normalised(
                device="s",
                unmeasured=(
                    Unmeasured(
                        device="s", sub="temperature:0", quantity="temperature", quality="sensor_error"
                    ),
                ),
                memory={"s": {"temperature:0": {"tC": None, "errors": ["out_of_range"]}}},
            ),
        ),
        NormaliserExample(
            topic="freezer/events/rpc",
            payload=b'{"src":"s","method":"NotifyFullStatus","params":{"ts":null,"devicepower:0":'
            b'{"battery":{"V":0.43,"percent":0},"external":{"present":true}}}}',
            outcome=Normalised(
                device="s",
                readings=(
                    Measured(
                        device="s",
                        sub="devicepower:0",
                        quantity="battery_voltage",
                        value="0.43",
                        unit="V",
                        doubt="external_power",
                    ),
                    Measured(
                        device="s",
                        sub="devicepower:0",
                        quantity="battery",
                        value="0",
                        unit="%",
                        doubt="external_power",
                    ),
                ),
                memory={
                    "s": {
                        "devicepower:0": {
                            "battery": {"V": Decimal("0.43"), "percent": 0},
                            "external": {"present": True},
                        }
                    }
                },
            ),
        ),
        NormaliserExample(
            topic="freezer/online",
            payload=b"false",
            outcome=Normalised(event="device_offline", device="freezer"),
        ),
        NormaliserExample(topic="freezer/rpc", payload=b"{", outcome=IGNORED),
    ),
)
