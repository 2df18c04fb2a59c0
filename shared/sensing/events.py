"""What sensors told us that matters to the books: roll-ups, excursions, silence. Raw samples never come here.

Values are millionths of the unit (8.5 Cel is 8_500_000); moments are milliseconds since 1970.
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal

import msgspec

from shared.ledger.fact import Fact

Condition = Literal["battery_flat", "calibration_overdue"]


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
    defrost_starts: tuple[int, ...] = ()
    """Minutes of the store's day at which it defrosts, for so many minutes each."""
    defrost_minutes: int = 0
    door: str = ""
    door_open_s: int = 0
    door_after_s: int = 0
    masked_up_to: int | None = None
    """Defrosting and an open door excuse up to this value; without one nothing is excused."""
    cal_due: date | None = None
    battery_min: int = 0
    """Percent; 0 in facts older than this field, as is `escalate_after_s`: then the usual counts."""
    escalate_after_s: int = 0


class Window(msgspec.Struct, frozen=True, array_like=True):
    """One roll-up window."""

    start_ms: int
    seconds: int
    count: int
    lowest: int
    highest: int
    mean: int
    last: int


class SecondsOutside(msgspec.Struct, frozen=True, array_like=True):
    """For how long a window was above its upper and below its lower limit."""

    above: int
    below: int


class ReadingsRolledUp(Fact, frozen=True, kw_only=True):
    """A window told again (late samples) replaces the earlier one; `store` wise it is the node's own."""

    kind: ClassVar[str] = "sensing.readings_rolled_up.v1"
    sensor: str
    place: str
    quantity: str
    unit: str
    windows: tuple[Window, ...]
    outside: tuple[SecondsOutside, ...] = ()
    """One for each window; none at all in facts older than this field."""


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


class ExcursionEscalated(Fact, frozen=True, kw_only=True):
    """Nobody has acknowledged it for too long: 2 asks the store's manager, 3 head office."""

    kind: ClassVar[str] = "sensing.excursion_escalated.v1"
    excursion: str
    level: int


class SensorConditionChanged(Fact, frozen=True, kw_only=True):
    """A flat battery or an overdue calibration: a state of its own beside what is measured."""

    kind: ClassVar[str] = "sensing.sensor_condition_changed.v1"
    sensor: str
    place: str
    condition: Condition
    present: bool
    since_ms: int


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
