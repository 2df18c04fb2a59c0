"""A hybrid logical clock: 48 bits of milliseconds, 16 of counter, so that stamps of one node only go up.

It stamps facts for people to read; nothing is ever ordered by it, and no node takes over another's stamp, so one
broken clock cannot poison the others.
"""

from __future__ import annotations

COUNTER_BITS = 16
AHEAD_MAX_MS = 5 * 60 * 1000
"""A device's clock that runs further ahead of its node's is suspect."""


def stamp(last: int, now_ms: int) -> int:
    """The next stamp after `last` at wall time `now_ms`."""
    return max(now_ms << COUNTER_BITS, last + 1)
