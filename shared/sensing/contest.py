"""Whether somebody else signs in to the broker under our client id and throws us out, again and again.

A broker lets one connection of a name stand, the newest. Some say so when they end the older one; mosquitto 2.0 just
closes it. Three connections in a row that the broker accepted and that ended within seconds are taken for the
same, and told once until one has held.
"""

from __future__ import annotations

STEADY_MS = 5_000
"""A connection that held for this long was really ours."""
TAKEN_OVER = "Session taken over"
ENDED_AT_ONCE = 3


class Contest:
    """One name at one broker."""

    def __init__(self) -> None:
        self._ended = 0

    def is_on(self, held_ms: int, reason: str = "") -> bool:
        """Whether this end of an accepted connection is the one to tell of."""
        if held_ms >= STEADY_MS and reason != TAKEN_OVER:
            self._ended = 0
            return False
        before, self._ended = self._ended, self._ended + (ENDED_AT_ONCE if reason == TAKEN_OVER else 1)
        return before < ENDED_AT_ONCE <= self._ended
