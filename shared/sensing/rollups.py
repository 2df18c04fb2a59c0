"""For how long a place was out of its limits within each window: counted by time, not by samples.

A value holds until the next good one, but no longer than the sensor may be silent; what nobody measured counts as
neither. So a sensor that reports only changes and one that reports every second give the same seconds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import msgspec

from shared.sensing.alarm import Rule


class Outside(msgspec.Struct):
    """Milliseconds of one window."""

    above_ms: int = 0
    below_ms: int = 0


def parts(from_ms: int, to_ms: int, seconds: int) -> Iterator[tuple[int, int]]:
    """A stretch of time cut at the windows' edges: (start of the window, milliseconds in it)."""
    size = seconds * 1000
    while from_ms < to_ms:
        start = from_ms - from_ms % size
        until = min(start + size, to_ms)
        yield start, until - from_ms
        from_ms = until


def held_until(rule: Rule, at_ms: int, next_ms: int) -> int:
    """How far a value reaches that was measured at `at_ms` and followed at `next_ms`."""
    return min(next_ms, at_ms + rule.offline_after_ms)


def side_of(rule: Rule, value: int) -> int:
    """1 above the upper limit, -1 below the lower, 0 within."""
    if rule.high is not None and value > rule.high:
        return 1
    return -1 if rule.low is not None and value < rule.low else 0


def outside(rule: Rule, samples: Iterable[tuple[int, int]], seconds: int) -> dict[int, Outside]:
    """Each window in which the limits were left, from samples in order of time."""
    found: dict[int, Outside] = {}
    before: tuple[int, int] | None = None
    for at_ms, value in samples:
        if before is not None and (side := side_of(rule, before[1])):
            for start, part_ms in parts(before[0], held_until(rule, before[0], at_ms), seconds):
                window = found.setdefault(start, Outside())
                if side > 0:
                    window.above_ms += part_ms
                else:
                    window.below_ms += part_ms
        before = (at_ms, value)
    return found
