"""Time for the bridge: one that never jumps, one for people, and waiting; passed in so that tests own it."""

from __future__ import annotations

import threading
import time
from typing import Protocol

from shared.pace import Pace

EARLIEST_MS = 1_767_225_600_000
"""2026-01-01: a box that shows less has not heard from a time server since it was switched on."""


class Clock(Protocol):
    """What the bridge knows of time."""

    def monotonic_ms(self) -> int:
        """Milliseconds that only grow."""
        ...

    def wall_ms(self) -> int | None:
        """UTC milliseconds since 1970; None while the box has no believable time."""
        ...

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait for an event, at most so long; True when it came."""
        ...


class SystemClock:
    """The machine's own clock; at another pace only what it calls the time, not how long it waits."""

    def __init__(self, pace: Pace | None = None) -> None:
        self._pace = pace or Pace()

    def monotonic_ms(self) -> int:
        """Milliseconds since the machine started."""
        return time.monotonic_ns() // 1_000_000

    def wall_ms(self) -> int | None:
        """The machine's time, unless it has obviously never been set."""
        now = self._pace.at(time.time_ns() // 1_000_000)
        return now if now >= EARLIEST_MS else None

    def wait(self, event: threading.Event, seconds: float) -> bool:
        """Wait on the event itself."""
        return event.wait(seconds)


class Backoff:
    """1, 2, 4 … 60 seconds between attempts, and back to 1 after a success."""

    def __init__(self, first_s: float = 1.0, last_s: float = 60.0) -> None:
        self._first_s = first_s
        self._last_s = last_s
        self._next_s = first_s

    def fail(self) -> float:
        """How long to wait after this failure."""
        now_s = self._next_s
        self._next_s = min(self._last_s, now_s * 2)
        return now_s

    def succeed(self) -> None:
        """Start over."""
        self._next_s = self._first_s
