"""How fast and how soon: the size of the next frame, the wait after a failure. Pure; chance is handed in.

A frame doubles after each full one that was stored, until the first failure; then it halves after each failure
and grows by 50 facts (between 50 and 1000). So a good line carries a backlog quickly and a bad one still carries
something. Waits are drawn evenly between nothing and a limit that doubles from 1 s to 5 min: a thousand stores that
lost head office in the same second do not come back in the same second.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from shared.sync.frame import EVENTS_MAX

EVENTS_FIRST = 200
EVENTS_LEAST = 50
EVENTS_STEP = 50

Chance = Callable[[], float]
"""A number from 0 up to 1, each as likely as any other."""


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """The times of a node's conversation with head office, in seconds."""

    backoff_first_s: float = 1.0
    backoff_most_s: float = 300.0
    heartbeat_s: float = 30.0
    """A hello at least this often, so that head office knows how the store is even when nothing is sold."""
    linger_s: float = 0.2
    """After the last fact was sent: a little company for the next fact, far below a lag people notice."""
    poll_s: float = 3.0
    """How often the feed is asked for when there was nothing new."""
    photos_s: float = 30.0


class Window:
    """How many facts the next frame may hold."""

    def __init__(self, most: int = EVENTS_MAX) -> None:
        self.events = min(EVENTS_FIRST, most)
        self._most = most
        self._has_failed = False

    def limit(self, most: int) -> None:
        """Head office's own limit, told at hello."""
        self._most = max(1, min(most, EVENTS_MAX))
        self.events = min(self.events, self._most)

    def stored(self, count: int) -> None:
        """A frame of `count` facts was stored; one that was not full says nothing about the line."""
        if count >= self.events:
            self.events = self.foreseen(1)

    def foreseen(self, frames: int) -> int:
        """How many facts a frame may hold when so many more full ones have been stored."""
        events = self.events
        for _ in range(frames):
            events = min(events + (EVENTS_STEP if self._has_failed else events), self._most)
        return events

    def failed(self) -> None:
        self._has_failed = True
        self.events = min(max(self.events // 2, EVENTS_LEAST), self._most)


class Backoff:
    """The wait before the next try."""

    def __init__(self, pace: Pace, chance: Chance) -> None:
        self._pace = pace
        self._chance = chance
        self._limit_s = pace.backoff_first_s

    def wait_s(self, asked_s: float | None = None) -> float:
        """Seconds to wait; what head office asked for (`Retry-After`) is waited in full, with jitter on top."""
        drawn = self._chance() * self._limit_s
        self._limit_s = min(self._limit_s * 2, self._pace.backoff_most_s)
        return drawn if asked_s is None else min(asked_s, self._pace.backoff_most_s) + drawn

    def succeeded(self) -> None:
        self._limit_s = self._pace.backoff_first_s
