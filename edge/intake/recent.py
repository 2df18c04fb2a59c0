"""What one device has said lately: captured weights with their frames, and the windows of its measurements."""

from __future__ import annotations

import msgspec

from edge.intake.telemetry import Point, Telemetry
from edge.intake.windows import FIVE_MINUTES_S
from shared.units import half_up

WEIGHTS_MAX = 50


class CapturedWeight(msgspec.Struct, frozen=True, kw_only=True):
    """A weight that stood still, with the name and the bytes it can be traced by."""

    reading: str
    value: str
    unit: str
    mode: str
    cal_id: str
    raw: str
    at_ms: int


class Windows(msgspec.Struct, frozen=True, kw_only=True):
    """One quantity of a device in five-minute windows, oldest first."""

    quantity: str
    unit: str
    points: list[Point]


class Recent(msgspec.Struct, frozen=True, kw_only=True):
    weights: list[CapturedWeight] = []
    series: list[Windows] = []


def reading_name(bridge: str, epoch: str, seq: int) -> str:
    """How a reading is called everywhere in the store."""
    return f"{bridge}/{epoch}/{seq}"


def recent(telemetry: Telemetry, device: str, from_ms: int) -> Recent:
    """The newest weight first."""
    weights = telemetry.rows(
        "SELECT s.bridge, s.epoch, w.seq, w.value, w.unit, w.mode, w.cal_id, w.raw, w.at_ms "
        "FROM weight w JOIN source s ON s.id = w.source WHERE w.device = ? ORDER BY w.id DESC LIMIT ?",
        (device, WEIGHTS_MAX),
    )
    found: dict[tuple[str, str], list[Point]] = {}
    for quantity, unit, start_ms, lowest, total, count, highest, last in telemetry.rows(
        "SELECT quantity, unit, start_ms, lowest, total, count, highest, last FROM span "
        "JOIN series ON id = span.series "
        "WHERE device = ? AND seconds = ? AND start_ms >= ? ORDER BY quantity, start_ms",
        (device, FIVE_MINUTES_S, from_ms),
    ):
        point = Point(start_ms, lowest, half_up(total, count), highest, last)
        found.setdefault((quantity, unit), []).append(point)
    return Recent(
        weights=[
            CapturedWeight(
                reading=reading_name(bridge, epoch, seq),
                value=value,
                unit=unit or "",
                mode=mode or "",
                cal_id=cal_id or "",
                raw=raw or "",
                at_ms=at_ms,
            )
            for bridge, epoch, seq, value, unit, mode, cal_id, raw, at_ms in weights
        ],
        series=[
            Windows(quantity=quantity, unit=unit, points=points) for (quantity, unit), points in found.items()
        ],
    )
