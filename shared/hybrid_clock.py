"""A hybrid logical clock: 48 bits of milliseconds, 16 of counter, so that stamps of one node only go up.

It stamps facts for people to read; nothing is ever ordered by it, and no node takes over another's stamp, so one
broken clock cannot poison the others.
"""

from __future__ import annotations

from shared.business_day import is_representable

COUNTER_BITS = 16
AHEAD_MAX_MS = 5 * 60 * 1000
"""A device's clock that runs further ahead of its node's is suspect."""


def happened(at_ms: int, offset_ms: int | None, now_ms: int) -> tuple[int, bool]:
    """When a device's op happened by its corrected clock, and whether that clock is suspect (R9).

    A clock nobody has compared yet is suspect, and so is one that names no date or runs ahead; of the last two
    nothing is believed.
    """
    moment = at_ms + (offset_ms or 0)
    if not is_representable(moment) or moment > now_ms + AHEAD_MAX_MS:
        return now_ms, True
    return min(moment, now_ms), offset_ms is None


def stamp(last: int, now_ms: int) -> int:
    """The next stamp after `last` at wall time `now_ms`."""
    return max(now_ms << COUNTER_BITS, last + 1)
