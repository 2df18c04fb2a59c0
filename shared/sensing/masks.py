"""When warm is no fault: a freezer defrosts at its hours, a door stands open while goods are put in.

Samples inside such a time neither raise an alarm nor end one, but only up to a stated limit, and an open door excuses
only for so long: a freezer at +10 °C is a fault at any hour, and so is a door that nobody closes. Times of day are
the store's own wall clock.

    "02:00 14:00", 30 minutes     from 02:00 to 02:29:59 and from 14:00 to 14:29:59
    "01:00" every 8 hours, 20     01:00, 09:00 and 17:00, for 20 minutes each
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import time, timedelta

import msgspec

from shared.business_day import local_time

DAY_MINUTES = 24 * 60
MINUTE_MS = 60_000


class Defrost(msgspec.Struct, frozen=True, kw_only=True):
    """`starts` are minutes of the day."""

    starts: tuple[int, ...]
    minutes: int

    def covers(self, at_ms: int, timezone: str) -> bool:
        """Whether the moment lies in one of the day's windows; one may reach past midnight."""
        local = local_time(at_ms, timezone)
        minute = local.hour * 60 + local.minute
        return any((minute - start) % DAY_MINUTES < self.minutes for start in self.starts)


class Door(msgspec.Struct, frozen=True, kw_only=True):
    """`sensor` tells `door_open`. It excuses while open, at most `open_ms`, and `after_ms` after it was closed."""

    sensor: str
    open_ms: int
    after_ms: int


class DoorSeen(msgspec.Struct, frozen=True):
    """What a door's sensor said, once per change."""

    at_ms: int
    is_open: bool


class Mask(msgspec.Struct, frozen=True, kw_only=True):
    """What excuses a place's warmth. `limit`: above it nothing does."""

    timezone: str
    limit: int
    defrost: Defrost | None = None
    door: Door | None = None

    def excuses(self, at_ms: int, value: int, door: Iterable[DoorSeen] = ()) -> bool:
        """`door`: its states up to this moment, in their order."""
        if value > self.limit:
            return False
        if self.defrost is not None and self.defrost.covers(at_ms, self.timezone):
            return True
        return self.door is not None and door_excuses(self.door, at_ms, door)


def door_excuses(door: Door, at_ms: int, seen: Iterable[DoorSeen]) -> bool:
    """By the last change up to this moment; a sensor that says "open" again has not opened again."""
    state: DoorSeen | None = None
    ever_open = False
    for one in seen:
        if one.at_ms > at_ms:
            break
        if state is None or state.is_open != one.is_open:
            state = one
        ever_open = ever_open or one.is_open
    if state is None:
        return False
    if state.is_open:
        return at_ms - state.at_ms < door.open_ms
    return ever_open and at_ms - state.at_ms < door.after_ms


def starts_of(times: Iterable[str], every_hours: int) -> tuple[int, ...]:
    """Minutes of the day from "HH:MM", repeated through the day where a cycle is given. Raises ValueError."""
    starts: set[int] = set()
    for text in times:
        at = time.fromisoformat(text)
        first = at.hour * 60 + at.minute
        step = every_hours * 60 if every_hours else DAY_MINUTES
        if step <= 0 or DAY_MINUTES % step:
            raise ValueError(f"{every_hours} h do not divide a day")
        starts.update((first + turn * step) % DAY_MINUTES for turn in range(DAY_MINUTES // step))
    return tuple(sorted(starts))


def bands(defrost: Defrost, timezone: str, from_ms: int, to_ms: int) -> list[tuple[int, int]]:
    """The windows that touch this time, for a chart: (from, to) in milliseconds, cut at its edges."""
    found = []
    day = local_time(from_ms, timezone).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    while (midnight_ms := int(day.timestamp() * 1000)) < to_ms:
        for start in defrost.starts:
            at = day.replace(hour=start // 60, minute=start % 60)
            begin = int(at.timestamp() * 1000)
            end = begin + defrost.minutes * MINUTE_MS
            if begin < to_ms and end > from_ms and begin >= midnight_ms:
                found.append((max(begin, from_ms), min(end, to_ms)))
        day += timedelta(days=1)
    return sorted(found)
