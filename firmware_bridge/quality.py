"""Whether a value of a sensor can be believed: its range, how fast it changes, and whether it changes at all.

What a quantity can physically be is checked where messages are read (`normalise/payload.py`). Here is what a
person knows of one sensor: a freezer that says +40 °C has a broken probe, one that jumps by twenty degrees in a
minute has a loose wire, and one that has said the same hundredth of a degree for a day is stuck.

A jump is doubted until the next sample: when that one agrees with it, the world did change. Samples in doubt
are "suspect": they are kept, and neither raise nor clear an alarm. When all are doubted, the sensor falls silent
for the alarm, which is a state of its own and never "OK".
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from firmware_bridge.templates import NumberText
from shared.sensing.reading import Quality

Doubt = Literal["range", "rate", "frozen"]
FROZEN_SAMPLES_MIN = 5
MINUTE_MS = 60_000


class SensorSetup(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the configuration says of one sensor: its calibration, and what to doubt."""

    device: Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
    sub: str | None = None
    """One probe of the device; null means all of them."""
    quantity: str = "temperature"
    factor: NumberText = "1"
    offset: NumberText = "0"
    """Of the calibration: believed value = told value * factor + offset."""
    cal_id: str | None = None
    low: NumberText | None = None
    high: NumberText | None = None
    rate_per_min: NumberText | None = None
    frozen_after_min: Annotated[int, msgspec.Meta(ge=1)] | None = None


class Seen(msgspec.Struct, frozen=True, kw_only=True):
    """What is remembered of one sensor: the last believed value, a doubted one, and since when nothing moved."""

    value: Decimal
    at_ms: int
    same_since_ms: int
    same_count: int = 1
    doubted: Decimal | None = None


class Judged(msgspec.Struct, frozen=True):
    """The verdict on one sample, and what to remember of it."""

    quality: Quality
    doubt: Doubt | None
    seen: Seen | None


def calibrated(setup: SensorSetup, value: Decimal) -> Decimal:
    """The value after calibration."""
    return value * Decimal(setup.factor) + Decimal(setup.offset)


def judge(setup: SensorSetup, before: Seen | None, value: Decimal, at_ms: int) -> Judged:
    """One good sample. One older than the last is history: it is believed and changes nothing."""
    if (setup.low is not None and value < Decimal(setup.low)) or (
        setup.high is not None and value > Decimal(setup.high)
    ):
        return Judged("out_of_range", "range", before)
    if before is None:
        return Judged("good", None, Seen(value=value, at_ms=at_ms, same_since_ms=at_ms))
    if at_ms < before.at_ms:
        return Judged("good", None, before)
    if setup.rate_per_min is not None and not _could_become(setup.rate_per_min, before, value, at_ms):
        return Judged("suspect", "rate", msgspec.structs.replace(before, doubted=value))
    same = value == before.value
    seen = Seen(
        value=value,
        at_ms=at_ms,
        same_since_ms=before.same_since_ms if same else at_ms,
        same_count=before.same_count + 1 if same else 1,
    )
    if (
        setup.frozen_after_min is not None
        and seen.same_count >= FROZEN_SAMPLES_MIN
        and at_ms - seen.same_since_ms >= setup.frozen_after_min * MINUTE_MS
    ):
        return Judged("suspect", "frozen", seen)
    return Judged("good", None, seen)


def _could_become(rate: str, before: Seen, value: Decimal, at_ms: int) -> bool:
    """Within the rate since the last believed value; or the doubted jump, confirmed by a second sample.

    Within a minute a whole minute's change is allowed, so that the noise of quick samples is no jump.
    """
    allowed = Decimal(rate) * max(MINUTE_MS, at_ms - before.at_ms) / MINUTE_MS
    if abs(value - before.value) <= allowed:
        return True
    return before.doubted is not None and abs(value - before.doubted) <= Decimal(rate)
