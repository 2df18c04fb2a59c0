"""EdgeX Foundry: events of its message bus, each with readings whose values are texts and whose origin is in ns.

`edgex/events/device/<service>/<profile>/<device>/<source>` carries the event itself, an object with `event`, or
an envelope whose `payload` is the event as an object or in base64. Floats come in exponent form ("-1.85e+01").
"""

from __future__ import annotations

import base64
import binascii

from firmware_bridge.normalise.components import known_field
from firmware_bridge.normalise.measured import (
    GATEWAY_BYTES_MAX,
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
from firmware_bridge.normalise.payload import parted, read_object, read_time

_NOT_VALUES = ("Binary", "Object")
_NS_FROM = 10**16
"""A time above this is in nanoseconds; milliseconds reach it in the year 318857."""


def normalise(topic: str, payload: bytes, context: Context) -> Outcome:
    """One event."""
    if context.base and not topic.startswith(context.base + "/"):
        return IGNORED
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    event = _event(told)
    if isinstance(event, Refusal):
        return event
    readings = event.get("readings")
    if not isinstance(readings, list):
        return IGNORED
    device = event.get("deviceName")
    found = (_reading(reading, device) for reading in readings if isinstance(reading, dict))
    parts = [part for part in found if part is not None]
    measured, unmeasured = parted(parts)
    named = event.get("id")
    return Normalised(
        readings=measured,
        unmeasured=unmeasured,
        device=device if isinstance(device, str) and device else None,
        ts_ms=_origin(event.get("origin")),
        dedupe=named if isinstance(named, str) and named else None,
    )


def _event(told: dict[str, object]) -> dict[str, object] | Refusal:
    """The event out of whatever it is wrapped in."""
    inner = told.get("payload", told.get("event"))
    if isinstance(inner, str):
        try:
            inner = read_object(base64.b64decode(inner, validate=True))
        except (binascii.Error, ValueError):
            return Refusal(error="malformed_payload", detail="payload is not base64")
        if isinstance(inner, Refusal):
            return inner
    if isinstance(inner, dict):
        return _event(inner) if isinstance(inner.get("event"), dict) else inner
    return told


def _reading(told: dict[str, object], of_event: object) -> Measured | Unmeasured | None:
    """One resource's value."""
    name, device = told.get("resourceName"), told.get("deviceName") or of_event
    if not isinstance(name, str) or not isinstance(device, str) or not device:
        return None
    if told.get("valueType") in _NOT_VALUES:
        return None
    unit = told.get("units")
    ts_ms = _origin(told.get("origin"))
    return known_field(
        device, name, told.get("value"), unit=unit if isinstance(unit, str) else None, ts_ms=ts_ms
    )


def _origin(value: object) -> int | None:
    """Nanoseconds as milliseconds; earlier releases sent milliseconds."""
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return read_time(value // 1_000_000 if value >= _NS_FROM else value, None)


NORMALISER = NormaliserKind(
    name="edgex",
    topics=("edgex/events/#",),
    bytes_max=GATEWAY_BYTES_MAX,
    normalise=normalise,
    examples=(
        NormaliserExample(
            topic="edgex/events/device/device-modbus/thermo/freezer-1/Temperature",
            payload=b'{"apiVersion":"v3","id":"e1","deviceName":"freezer-1","origin":1795337970000000000,'
            b'"readings":[{"origin":1795337970000000000,"deviceName":"freezer-1","resourceName":"Temperature",'
            b'"valueType":"Float64","value":"-1.85e+01"}]}',
            outcome=Normalised(
                device="freezer-1",
                readings=(
                    Measured(
                        device="freezer-1",
                        quantity="temperature",
                        value="-18.5",
                        unit="Cel",
                        ts_ms=1795337970000,
                    ),
                ),
                ts_ms=1795337970000,
                dedupe="e1",
            ),
        ),
    ),
)
