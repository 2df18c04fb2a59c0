"""A hybrid logical clock: 48 bits of milliseconds, 16 of counter, so that stamps of one node only go up.

It stamps facts for people to read; nothing is ever ordered by it. A remote stamp more than five minutes ahead
is not merged, so one broken clock cannot poison the others.
"""

from __future__ import annotations

COUNTER_BITS = 16
AHEAD_MAX_MS = 5 * 60 * 1000


def stamp(last: int, now_ms: int) -> int:
    """The next stamp after `last` at wall time `now_ms`."""
    return max(now_ms << COUNTER_BITS, last + 1)


def merge(last: int, remote: int, now_ms: int) -> int:
    """`last` after having seen a remote stamp; unchanged where the remote clock is far ahead."""
    if (remote >> COUNTER_BITS) > now_ms + AHEAD_MAX_MS:
        return last
    return max(last, remote)
