"""ChirpStack (LoRaWAN), versions 3 and 4: `application/<app>/device/<eui>/event/up`, decoded by its codec or not.

Version 4 names the device in `deviceInfo.devEui` (hex) and each uplink by `deduplicationId`; version 3 writes
`devEUI` in base64 or hex and hides the decoded object in a text, `objectJSON`. An uplink that no codec of the
network server has decoded is refused as "no_codec" with its bytes, so that a template can be written for it.
Objects in the style of Cayenne LPP nest one level by channel; other codecs give a value with its unit
({"temperature": {"value": 4.3, "unit": "°C"}}).
"""

from __future__ import annotations

import base64
import binascii
import re

from firmware_bridge.normalise.components import known_field, known_fields
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
from firmware_bridge.normalise.payload import parted, read_json, read_object, read_time

_HEX = re.compile(r"[0-9a-fA-F]{16}", re.ASCII)
_OTHER_EVENTS = frozenset({"join", "ack", "txack", "log", "location", "integration", "error"})
_LPP_TAIL = "Sensor"


def normalise(topic: str, payload: bytes, context: Context) -> Outcome:
    """One event of a device."""
    if context.base and not topic.startswith(context.base + "/"):
        return IGNORED
    levels = topic.split("/")
    what = levels[-1]
    if what in _OTHER_EVENTS or "command" in levels[:-1] or "gateway" in levels[:1]:
        return IGNORED
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    device = _device(told) or _level_eui(levels)
    if device is None:
        return IGNORED
    ts_ms = read_time(told.get("time"), None)
    if ts_ms is None:
        ts_ms = read_time(told.get("publishedAt"), None)
    named = told.get("deduplicationId")
    dedupe = named if isinstance(named, str) and named else None
    if what == "status":
        return _status(device, told, ts_ms, dedupe)
    if "fCnt" not in told and "data" not in told and "object" not in told and "objectJSON" not in told:
        return IGNORED
    return _uplink(device, told, ts_ms, dedupe)


def _device(told: dict[str, object]) -> str | None:
    """The device's EUI in small hex, from wherever this version puts it."""
    info = told.get("deviceInfo")
    value = info.get("devEui") if isinstance(info, dict) else None
    value = value or told.get("devEUI") or told.get("devEui")
    if not isinstance(value, str) or not value:
        return None
    if _HEX.fullmatch(value):
        return value.lower()
    decoded = _base64(value)
    return decoded.hex() if decoded is not None and len(decoded) == 8 else None


def _level_eui(levels: list[str]) -> str | None:
    """The EUI in the topic."""
    return next((level.lower() for level in levels if _HEX.fullmatch(level)), None)


def _base64(value: object) -> bytes | None:
    """Bytes of a base64 text."""
    if not isinstance(value, str):
        return None
    try:
        return base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError):
        return None


def _status(device: str, told: dict[str, object], ts_ms: int | None, dedupe: str | None) -> Outcome:
    """The battery as the network server asked for it."""
    if told.get("batteryLevelUnavailable") is True or told.get("externalPowerSource") is True:
        return Normalised(device=device, ts_ms=ts_ms, dedupe=dedupe)
    part = known_field(device, "battery", told.get("batteryLevel"))
    readings, unmeasured = parted([] if part is None else [part])
    return Normalised(readings=readings, unmeasured=unmeasured, device=device, ts_ms=ts_ms, dedupe=dedupe)


def _uplink(device: str, told: dict[str, object], ts_ms: int | None, dedupe: str | None) -> Outcome:
    """Decoded values, or the bytes nobody decoded."""
    decoded = told.get("object")
    if decoded is None and isinstance(told.get("objectJSON"), str):
        decoded = read_json(str(told["objectJSON"]).encode()) if told["objectJSON"] else None
    if isinstance(decoded, Refusal):
        return Refusal(error=decoded.error, detail=decoded.detail, device=device, ts_ms=ts_ms)
    raw = _base64(told.get("data")) or b""
    if not isinstance(decoded, dict) or not decoded:
        if not raw:
            return Normalised(device=device, ts_ms=ts_ms, dedupe=dedupe)
        return Refusal(error="no_codec", detail=raw.hex()[:200], device=device, ts_ms=ts_ms, raw=raw)
    readings, unmeasured = parted(_values(device, decoded))
    return Normalised(
        readings=readings,
        unmeasured=unmeasured,
        device=device,
        ts_ms=ts_ms,
        dedupe=dedupe or _counted(told),
    )


def _counted(told: dict[str, object]) -> str | None:
    """Version 3 has no name for an uplink; the frame counter with the device's address is one."""
    count, address = told.get("fCnt"), told.get("devAddr")
    return f"{address}-{count}" if isinstance(count, int) and isinstance(address, str) else None


def _values(device: str, decoded: dict[str, object]) -> list[Measured | Unmeasured]:
    """Flat fields, and the channels of Cayenne LPP ({"temperatureSensor": {"1": 25.5}})."""
    flat = {name: value for name, value in decoded.items() if not isinstance(value, dict)}
    parts = known_fields(device, flat)
    for name, channels in decoded.items():
        if isinstance(channels, dict) and "value" in channels:
            unit = channels.get("unit")
            part = known_field(
                device, str(name), channels["value"], unit=unit if isinstance(unit, str) else None
            )
            if part is not None:
                parts.append(part)
        elif isinstance(channels, dict):
            for channel, value in channels.items():
                part = known_field(device, f"{str(name).removesuffix(_LPP_TAIL)}_{channel}", value)
                if part is not None:
                    parts.append(part)
    return parts


NORMALISER = NormaliserKind(
    name="chirpstack",
    topics=("application/+/device/+/event/+",),
    # Every gateway in reach adds its reception, some 350 bytes each.
    bytes_max=32_768,
    normalise=normalise,
    examples=(
        NormaliserExample(
            topic="application/1/device/0102030405060708/event/up",
            payload=b'{"deduplicationId":"3ac7e3c4","time":"2026-11-22T08:59:30Z","deviceInfo":'
            b'{"devEui":"0102030405060708"},"fCnt":7,"data":"Afz/","object":{"temperature":-20.5}}',
            outcome=Normalised(
                device="0102030405060708",
                readings=(
                    Measured(device="0102030405060708", quantity="temperature", value="-20.5", unit="Cel"),
                ),
                ts_ms=1795337970000,
                dedupe="3ac7e3c4",
            ),
        ),
        NormaliserExample(
            topic="application/1/device/0102030405060708/event/up",
            payload='{"devEUI":"0102030405060708","fCnt":7,"object":{"temperature":{"value":39.2,"unit":"°F"},'
            '"battery_voltage":{"displayName":"Battery voltage","value":3.021,"unit":"V"}}}'.encode(),
            outcome=Normalised(
                device="0102030405060708",
                readings=(
                    Measured(device="0102030405060708", quantity="temperature", value="39.2", unit="[degF]"),
                    Measured(device="0102030405060708", quantity="battery_voltage", value="3.021", unit="V"),
                ),
            ),
        ),
        NormaliserExample(
            topic="application/1/device/0102030405060708/event/up",
            payload=b'{"devEUI":"AQIDBAUGBwg=","fCnt":7,"data":"","objectJSON":"{\\"humidity\\":81.5}"}',
            outcome=Normalised(
                device="0102030405060708",
                readings=(Measured(device="0102030405060708", quantity="humidity", value="81.5", unit="%"),),
            ),
        ),
        NormaliserExample(
            topic="application/1/device/0102030405060708/event/up",
            payload=b'{"devEUI":"0102030405060708","fCnt":7,"data":"Afz/"}',
            outcome=Refusal(
                error="no_codec", detail="01fcff", device="0102030405060708", raw=b"\x01\xfc\xff"
            ),
        ),
        NormaliserExample(topic="application/1/device/1/event/join", payload=b"{", outcome=IGNORED),
    ),
)
