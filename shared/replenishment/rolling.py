"""How far a good morning means a good afternoon in one store: learnt from its own past days, hour by hour.

For each hour the past days are cut in two by turns. On the one half the beta with the least error is chosen, on the
other it must be better than no update by a margin; then, and only then, it is used. Where it cannot prove itself it
stays 0.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from shared.replenishment.shelf_plan import HOURS, pace_of, stretched
from shared.units import MICRO

CANDIDATES = tuple(range(0, 900_000, 100_000))
DAYS_LEAST = 28
"""Four weeks: two of each weekday on either half."""
GAIN_LEAST = 20_000
"""Two in a hundred of the error without an update, in millionths."""


class PastHour(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One past day of the whole store as it stood at a full hour, in millionths of a unit: sold and expected by then,
    and what was expected of the rest of the day against what came."""

    sold: int
    expected: int
    rest_expected: int
    rest_sold: int


def learn_betas(days: Sequence[Sequence[PastHour]]) -> tuple[int, ...]:
    """A beta for each of the 24 hours from past days, oldest first; each day has its 24 hours."""
    assert all(len(day) == HOURS for day in days)
    if len(days) < DAYS_LEAST:
        return (0,) * HOURS
    return tuple(_proven([day[hour] for day in days]) for hour in range(HOURS))


def _proven(past: Sequence[PastHour]) -> int:
    learning, proving = past[::2], past[1::2]
    beta = min(CANDIDATES, key=lambda one: (_error(learning, one), one))
    without = _error(proving, 0)
    gained = without - _error(proving, beta)
    return beta if beta and gained * MICRO >= without * GAIN_LEAST and gained > 0 else 0


def _error(past: Sequence[PastHour], beta: int) -> int:
    """The sum of absolute errors of the rest of the day with this beta."""
    total = 0
    for one in past:
        stretch = stretched(beta, pace_of(one.sold, one.expected))
        total += abs(one.rest_sold - one.rest_expected * stretch // MICRO)
    return total
