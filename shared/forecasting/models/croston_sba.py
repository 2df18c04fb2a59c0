"""Croston's method with the correction of Syntetos and Boylan (2005), for goods that sell now and then.

Sizes and intervals of sales are smoothed apart; demand a period is size / interval, times 1 - weight / 2, because the
ratio of two smoothed figures is too high on average.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.forecasting.models import Cadence, Model
from shared.forecasting.repair import Known

WEIGHT = 0.1


def rate(values: Sequence[float]) -> float:
    """Demand a period. 0, 4, 0, 4: size 4, interval 2, so 4 / 2 x 0.95 = 1.9; never sold is 0."""
    size = interval = 0.0
    since = 0
    for value in values:
        since += 1
        if value <= 0:
            continue
        if interval == 0.0:
            size, interval = value, float(since)
        else:
            size += WEIGHT * (value - size)
            interval += WEIGHT * (since - interval)
        since = 0
    return (1 - WEIGHT / 2) * size / interval if interval else 0.0


def means(history: Sequence[Known], horizon: int, _: Cadence) -> list[float]:
    """The same rate for every period ahead."""
    return [rate([value for value in history if value is not None])] * horizon


MODEL = Model(name="croston_sba", means=means)
