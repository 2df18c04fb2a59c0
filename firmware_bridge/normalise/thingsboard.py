"""ThingsBoard: a device's own telemetry, and a gateway's for many devices, each value dated where it says so.

`v1/devices/me/telemetry` is `{"temperature": 22.5}`, the same under `{"ts", "values"}`, or a list of either;
`v1/gateway/telemetry` has such a list for each device by name. Which device "me" is, only the sign-in to the broker
knows, so several such devices need a `prefix` each, or the gateway's topic.
"""

from __future__ import annotations

from firmware_bridge.normalise.components import known_fields
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
from firmware_bridge.normalise.payload import parted, read_json, read_object, read_time

_Part = Measured | Unmeasured


def normalise(topic: str, payload: bytes, context: Context) -> Outcome:
    """One message of a device or of a gateway."""
    base = context.base or "v1"
    match topic.removeprefix(base + "/").split("/"):
        case ["devices", device, "telemetry"]:
            told = read_json(payload)
            if isinstance(told, Refusal):
                return told
            if not isinstance(told, dict | list):
                return Refusal(error="not_an_object", detail=type(told).__name__)
            return _dated(device, _telemetry(device, told))
        case ["gateway", "telemetry"]:
            told = read_object(payload)
            if isinstance(told, Refusal):
                return told
            parts = [part for name, said in told.items() for part in _telemetry(str(name), said)]
            return _dated(None, parts)
        case ["gateway", "connect" | "disconnect" as word]:
            return _presence(word, payload)
        case _:
            return IGNORED


def _presence(word: str, payload: bytes) -> Outcome:
    """A gateway's device comes or goes."""
    told = read_object(payload)
    if isinstance(told, Refusal):
        return told
    device = told.get("device")
    if not isinstance(device, str) or not device:
        return Refusal(error="malformed_payload", detail="no device")
    return Normalised(event="device_online" if word == "connect" else "device_offline", device=device)


def _telemetry(device: str, said: object) -> list[_Part]:
    """Plain values, dated values, or a list of them."""
    if isinstance(said, list):
        return [part for one in said for part in _telemetry(device, one) if isinstance(one, dict)]
    if not isinstance(said, dict) or not device:
        return []
    values = said.get("values")
    if isinstance(values, dict):
        return known_fields(device, values, read_time(said.get("ts"), None))
    return known_fields(device, said)


def _dated(device: str | None, parts: list[_Part]) -> Normalised:
    """The message's time is its first value's; every value keeps its own."""
    readings, unmeasured = parted(parts)
    return Normalised(
        readings=readings,
        unmeasured=unmeasured,
        device=device,
        ts_ms=next((part.ts_ms for part in parts if part.ts_ms is not None), None),
    )


NORMALISER = NormaliserKind(
    name="thingsboard",
    topics=("v1/devices/+/telemetry", "v1/gateway/telemetry", "v1/gateway/connect", "v1/gateway/disconnect"),
    bytes_max=GATEWAY_BYTES_MAX,
    normalise=normalise,
    examples=(
        NormaliserExample(
            topic="v1/gateway/telemetry",
            payload=b'{"F":{"probe_temperature":-18.2,"temperature":4.1}}',
            outcome=Normalised(
                readings=(
                    Measured(
                        device="F", sub="probe_temperature", quantity="temperature", value="-18.2", unit="Cel"
                    ),
                    Measured(device="F", quantity="temperature", value="4.1", unit="Cel"),
                ),
            ),
        ),
        NormaliserExample(
            topic="v1/gateway/telemetry",
            payload=b'{"Freezer A":[{"ts":1795337970000,"values":{"temperature":-18.5,"door":false}}]}',
            outcome=Normalised(
                readings=(
                    Measured(
                        device="Freezer A",
                        quantity="temperature",
                        value="-18.5",
                        unit="Cel",
                        ts_ms=1795337970000,
                    ),
                    Measured(device="Freezer A", quantity="door_open", value="false", ts_ms=1795337970000),
                ),
                ts_ms=1795337970000,
            ),
        ),
        NormaliserExample(
            topic="v1/gateway/disconnect",
            payload=b'{"device":"Freezer A"}',
            outcome=Normalised(event="device_offline", device="Freezer A"),
        ),
        NormaliserExample(topic="v1/devices/me/attributes", payload=b"{", outcome=IGNORED),
    ),
)
