"""Which devices and bridges are there right now, as they themselves told it: beside the register, never instead."""

from __future__ import annotations

import msgspec

from edge.intake.telemetry import DeviceNow, Telemetry


class BridgeNow(msgspec.Struct, frozen=True, kw_only=True):
    """`online` until its will has been read."""

    bridge: str
    online: bool
    version: str
    since_ms: int


class ReadingNow(msgspec.Struct, frozen=True, kw_only=True):
    """The latest of one quantity of a device; `value` in millionths, `text` where it is a word."""

    bridge: str
    device: str
    quantity: str
    unit: str
    value: int | None
    text: str | None
    quality: str
    at_ms: int
    heard_ms: int


class Present(msgspec.Struct, frozen=True, kw_only=True):
    """All of it; `captured` is when a scale last gave a weight or a scanner a code."""

    bridges: tuple[BridgeNow, ...] = ()
    devices: tuple[DeviceNow, ...] = ()
    readings: tuple[ReadingNow, ...] = ()
    captured: dict[str, int] = {}


_READINGS = (
    "SELECT bridge, device, quantity, unit, latest_value, latest_text, latest_quality, latest_ms, heard_ms "
    "FROM series ORDER BY device, quantity"
)
_CAPTURED = (
    "SELECT device, max(heard_ms) FROM (SELECT device, heard_ms FROM weight UNION ALL "
    "SELECT device, heard_ms FROM scan) GROUP BY device"
)


def present(telemetry: Telemetry) -> Present:
    """As of what is on the disk."""
    bridges = tuple(
        BridgeNow(bridge=bridge, online=not dead or session != dead, version=version, since_ms=since_ms)
        for bridge, session, dead, version, since_ms in telemetry.rows(
            "SELECT bridge, session, dead_session, version, since_ms FROM bridge ORDER BY bridge"
        )
    )
    names = ReadingNow.__struct_fields__
    return Present(
        bridges=bridges,
        devices=tuple(telemetry.devices()),
        readings=tuple(ReadingNow(**dict(zip(names, row, strict=True))) for row in telemetry.rows(_READINGS)),
        captured=dict(telemetry.rows(_CAPTURED)),
    )
