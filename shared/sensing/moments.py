"""When a reading happened: whose clock to believe, and how old is too old for a live alarm.

A device may have been asleep, without a battery for its clock, or set to next year. Its own time counts while
it is plausible; else the bridge's time of arrival; else the edge's. What the device claimed is kept beside.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from shared.sensing.reading import Reading

AHEAD_MS_MAX = 300_000
YEAR_2020_MS = 1_577_836_800_000
BACKFILL_AFTER_MS = 24 * 3_600_000

Clock = Literal["device", "bridge", "edge"]


class Moment(msgspec.Struct, frozen=True):
    """`device_ms` is what the device claimed, kept only where it was not believed."""

    at_ms: int
    clock: Clock
    device_ms: int | None = None


def plausible(at_ms: int | None, now_ms: int) -> bool:
    return at_ms is not None and YEAR_2020_MS <= at_ms <= now_ms + AHEAD_MS_MAX


def moment(reading: Reading, now_ms: int) -> Moment:
    """The first clock that can be believed; the edge's own is the last resort."""
    if reading.ts_ms is not None and plausible(reading.ts_ms, now_ms):
        return Moment(reading.ts_ms, "device")
    if reading.ts_bridge_ms is not None and plausible(reading.ts_bridge_ms, now_ms):
        return Moment(reading.ts_bridge_ms, "bridge", reading.ts_ms)
    return Moment(now_ms, "edge", reading.ts_ms)


def is_backfill(at_ms: int, now_ms: int) -> bool:
    """Older than a day: history for windows and reports, no live alarm."""
    return now_ms - at_ms > BACKFILL_AFTER_MS
