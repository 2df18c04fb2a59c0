"""What sensors told us that matters to the books: roll-ups, excursions, silence. Raw samples never come here.

Values are millionths of the unit (8.5 Cel is 8_500_000); moments are milliseconds since 1970.
"""

from __future__ import annotations

from typing import ClassVar

import msgspec

from shared.ledger.fact import Fact


class SensorAssigned(Fact, frozen=True, kw_only=True):
    """Which place a sensor watches and what is too warm or too cold there, and for how long (R10, F20)."""

    kind: ClassVar[str] = "sensing.sensor_assigned.v1"
    sensor: str
    store: str
    place: str
    quantity: str
    high: int | None = None
    low: int | None = None
    hysteresis: int = 500_000
    raise_after_s: int
    clear_after_s: int
    offline_after_s: int


class Window(msgspec.Struct, frozen=True, array_like=True):
    """One roll-up window."""

    start_ms: int
    seconds: int
    count: int
    lowest: int
    highest: int
    mean: int
    last: int


class ReadingsRolledUp(Fact, frozen=True, kw_only=True):
    """A window told again (late samples) replaces the earlier one; `store` wise it is the node's own."""

    kind: ClassVar[str] = "sensing.readings_rolled_up.v1"
    sensor: str
    place: str
    quantity: str
    unit: str
    windows: tuple[Window, ...]


class ExcursionBegan(Fact, frozen=True, kw_only=True):
    """Above (or below) the limit for long enough. `backfilled`: found in late data, no live alarm, no hold."""

    kind: ClassVar[str] = "sensing.excursion_began.v1"
    excursion: str
    sensor: str
    place: str
    quantity: str
    began_ms: int
    limit: int
    value: int
    backfilled: bool = False


class ExcursionEnded(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.excursion_ended.v1"
    excursion: str
    ended_ms: int
    peak: int


class ExcursionAcknowledged(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.excursion_acknowledged.v1"
    excursion: str
    action: str
    note: str = ""


class SensorFellSilent(Fact, frozen=True, kw_only=True):
    """Nothing heard for longer than allowed: a state of its own, never "OK"."""

    kind: ClassVar[str] = "sensing.sensor_fell_silent.v1"
    sensor: str
    place: str
    last_heard_ms: int


class SensorHeardAgain(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sensing.sensor_heard_again.v1"
    sensor: str
    place: str
    heard_ms: int
