"""Simple exponential smoothing, its weight chosen by the one-step error over the history."""

from __future__ import annotations

from collections.abc import Sequence

from shared.forecasting.models import Cadence, Model
from shared.forecasting.repair import Known

WEIGHTS = (0.05, 0.1, 0.2, 0.3, 0.5)
LONGEST = 400
"""Older figures have no weight left in any of `WEIGHTS`."""


def smoothed(values: Sequence[float]) -> float:
    """The last level under the weight whose squared one-step errors are least; 0 without a figure.

    3, 5 under weight 0.5: the level starts at 3 and goes half the way to 5, so 4.
    """
    if not values:
        return 0.0
    best, least = values[0], float("inf")
    for weight in WEIGHTS:
        level, errors = values[0], 0.0
        for value in values:
            error = value - level
            errors += error * error
            level += weight * error
        if errors < least:
            best, least = level, errors
    return best


def means(history: Sequence[Known], horizon: int, _: Cadence) -> list[float]:
    """The smoothed level for every period ahead."""
    known = [value for value in history[-LONGEST:] if value is not None]
    return [max(0.0, smoothed(known))] * horizon


MODEL = Model(name="ses", means=means)
