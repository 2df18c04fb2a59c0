"""Readings made of frames and of normalised messages: the one place where a device's words become ours."""

from __future__ import annotations

import msgspec

from firmware_bridge.capture import ucum
from firmware_bridge.drivers.frames import Scan, Trouble, Weight
from firmware_bridge.normalise.measured import Measured, Normalised, Unmeasured, to_celsius
from shared.sensing.reading import (
    EVENT_DEVICE_ERROR,
    EVENT_PAYLOAD_REFUSED,
    HISTORICAL,
    RAW_BYTES_MAX,
    Reading,
)


class Arrival(msgspec.Struct, frozen=True):
    """When something came in: the people's time, if known, and the time that never jumps."""

    wall_ms: int | None
    monotonic_ms: int


def raw_hex(raw: bytes) -> str:
    """The beginning of a frame in hex, as evidence."""
    return raw[:RAW_BYTES_MAX].hex()


def scan_reading(device: str, scan: Scan, at: Arrival) -> Reading:
    """A scan, text and symbology apart."""
    return Reading(
        seq=0,
        kind="scan",
        device=device,
        quantity="scan",
        value=scan.text,
        symbology=scan.symbology,
        ts_bridge_ms=at.wall_ms,
        monotonic_ms=at.monotonic_ms,
        raw=raw_hex(scan.raw),
    )


def weight_reading(device: str, weight: Weight, cal_id: str | None, at: Arrival) -> Reading:
    """A captured weight; only the capture rule's choice comes here, so it has a value and a known unit."""
    assert weight.weight is not None
    assert weight.unit is not None
    unit = ucum(weight.unit)
    assert unit is not None
    return Reading(
        seq=0,
        kind="weight",
        device=device,
        quantity="weight",
        value=weight.weight,
        unit=unit,
        stable=weight.stable,
        mode=weight.mode,
        cal_id=cal_id,
        ts_bridge_ms=at.wall_ms,
        monotonic_ms=at.monotonic_ms,
        raw=raw_hex(weight.raw),
        detail={"stable_inferred": "true"} if weight.stable_inferred else {},
    )


def trouble_reading(device: str, trouble: Trouble, at: Arrival) -> Reading:
    """A device that sends what cannot be read."""
    return event_reading(device, EVENT_DEVICE_ERROR, at, raw=trouble.raw, error=trouble.error)


def event_reading(
    device: str, event: str, at: Arrival, *, raw: bytes | None = None, **detail: str
) -> Reading:
    """Something that happened to a device."""
    return Reading(
        seq=0,
        kind="event",
        device=device,
        quantity=event,
        ts_bridge_ms=at.wall_ms,
        monotonic_ms=at.monotonic_ms,
        raw=None if raw is None else raw_hex(raw),
        detail=detail,
    )


def refused_reading(
    source: str, topic: str, payload: bytes, error: str, at: Arrival, times: int = 1
) -> Reading:
    """A payload that went to the quarantine, so that head office hears of it too; `times` since it last heard."""
    counted = {"times": str(times)} if times > 1 else {}
    return event_reading(
        source, EVENT_PAYLOAD_REFUSED, at, raw=payload, topic=topic[:255], error=error, **counted
    )


def sensor_readings(said: Normalised, payload: bytes, prefix: str, at: Arrival) -> list[Reading]:
    """Everything one message measured, and what it should have measured and did not."""
    raw = raw_hex(payload)
    return [
        *(_measured(part, said.ts_ms, raw, prefix, at) for part in said.readings),
        *(_unmeasured(part, said.ts_ms, raw, prefix, at) for part in said.unmeasured),
    ]


def _measured(part: Measured, ts_ms: int | None, raw: str, prefix: str, at: Arrival) -> Reading:
    """A value, temperatures in Celsius."""
    value, unit = to_celsius(part.value, part.unit)
    return Reading(
        seq=0,
        kind="sensor",
        device=_named(prefix, part.device),
        sub=part.sub and part.sub[:255],
        quantity=_quantity(part),
        value=value,
        unit=unit,
        quality=part.quality if part.doubt is None else "suspect",
        ts_ms=ts_ms if part.ts_ms is None else part.ts_ms,
        ts_bridge_ms=at.wall_ms,
        monotonic_ms=at.monotonic_ms,
        raw=raw,
        detail=({HISTORICAL: "true"} if part.historical else {})
        | ({"doubt": part.doubt} if part.doubt else {}),
    )


def _unmeasured(part: Unmeasured, ts_ms: int | None, raw: str, prefix: str, at: Arrival) -> Reading:
    """The absence of a value, with its reason."""
    return Reading(
        seq=0,
        kind="sensor",
        device=_named(prefix, part.device),
        sub=part.sub and part.sub[:255],
        quantity=_quantity(part),
        quality=part.quality,
        ts_ms=ts_ms if part.ts_ms is None else part.ts_ms,
        ts_bridge_ms=at.wall_ms,
        monotonic_ms=at.monotonic_ms,
        raw=raw,
    )


def _quantity(part: Measured | Unmeasured) -> str:
    """What was measured, never empty: one reading without it would make the node refuse all that travel with it."""
    return part.quantity[:255] or "unnamed"


def _named(prefix: str, device: str) -> str:
    """A device's name, which is never empty and never longer than a reading allows."""
    return (prefix + device)[:255] or "unnamed"
