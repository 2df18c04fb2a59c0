"""What a run of readings comes to: each stored once, the latest never moved back, conflicts and old ones told.

The store's intake does this in its telemetry file (`edge/intake`); this is the rule on values, for the tool that
shows an installer what would become of what his device sends. A test holds the two against each other.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from shared.sensing.moments import is_backfill, moment
from shared.sensing.reading import Reading, encode


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Counts, and the reading that is the latest at the end."""

    stored: int = 0
    duplicates: int = 0
    conflicts: int = 0
    late: int = 0
    """Older than the latest at their arrival, or than a day."""
    backfilled: int = 0
    replaced: int = 0
    """Whose own time was not believed."""
    latest: Reading | None = None


def fold(readings: Iterable[tuple[str, Reading]], now_ms: int) -> Outcome:
    """Readings of one sensor in the order in which they came, each with its epoch."""
    seen: dict[tuple[str, int], bytes] = {}
    told = Outcome()
    latest_ms = 0
    for epoch, reading in readings:
        body = encode(reading)
        known = seen.get((epoch, reading.seq))
        if known is not None:
            name = "duplicates" if known == body else "conflicts"
            told = msgspec.structs.replace(told, **{name: getattr(told, name) + 1})
            continue
        seen[epoch, reading.seq] = body
        at = moment(reading, now_ms)
        old = is_backfill(at.at_ms, now_ms)
        newest = told.latest is None or at.at_ms >= latest_ms
        told = msgspec.structs.replace(
            told,
            stored=told.stored + 1,
            late=told.late + (old or not newest),
            backfilled=told.backfilled + old,
            replaced=told.replaced + (reading.ts_ms is not None and at.clock != "device"),
            latest=reading if newest else told.latest,
        )
        latest_ms = at.at_ms if newest else latest_ms
    return told
