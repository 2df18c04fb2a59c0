"""A clock that runs faster than the machine's, for a shop's day lived in an hour.

    "20@1795968000000"     until that moment the machine's own time, from there on twenty seconds for each of its own

What programs call the time runs at this pace: a reading's moment, a business day, when a job is due, how long a sensor
has been silent. What devices and cables need does not, for it is measured by the clock that never jumps: a plate that
settles, a port that is tried again, a broker's keepalive. So a day at twenty times is harder than a day, and no program
is another than in a store.
"""

from __future__ import annotations

import msgspec

VARIABLE = "LIUSHUI_CLOCK_PACE"
"""The setting, of a node and of a bridge. Two programs that are given the same one agree on the time."""


class Pace(msgspec.Struct, frozen=True):
    """`times` as fast from the machine's `from_ms` on."""

    times: int = 1
    from_ms: int = 0

    def at(self, machine_ms: int) -> int:
        """What the clock shows while the machine's shows this."""
        return machine_ms + max(machine_ms - self.from_ms, 0) * (self.times - 1)

    def machine_ms(self, shown_ms: int) -> int:
        """When the clock shows this: the machine's moment, rounded down."""
        return (
            shown_ms if shown_ms <= self.from_ms else self.from_ms + (shown_ms - self.from_ms) // self.times
        )


def read_pace(text: str) -> Pace:
    """From `TIMES@FROM_MS`; the empty text is the machine's own clock. ValueError for anything else."""
    if not text:
        return Pace()
    times, at, from_ms = text.partition("@")
    if not (at and times.isascii() and times.isdigit() and from_ms.isascii() and from_ms.isdigit()):
        raise ValueError(f"{VARIABLE}: {text!r} is not TIMES@MILLISECONDS")
    if not 1 <= int(times) <= 3600:
        raise ValueError(f"{VARIABLE}: {times} times is not between 1 and 3600")
    return Pace(int(times), int(from_ms))
