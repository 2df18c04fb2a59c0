"""A forecast as everybody else reads it: for each day ahead a mean and five quantiles, in millionths of a unit.

Models reckon in floating point, because a forecast is an estimate and never a booking. Here, where an estimate
leaves its model, it becomes whole millionths like every quantity (`of_estimates`), so that what replenishment
reckons from it can be redone by hand from what a page shows. "Sells 3.4 a day, and 7 are enough on 98 days of
100" is mean 3_400_000 and q98 7_000_000.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

import msgspec

from shared.units import LARGEST, MICRO

LEVELS: Final = (0.5, 0.8, 0.9, 0.95, 0.98)
"""The probabilities that the quantiles of a day stand for, in the order of `ForecastDay.quantiles`."""


class ForecastDay(msgspec.Struct, frozen=True, kw_only=True):
    """What one day may sell. `q90` is enough on nine days of ten; quantiles never fall from one to the next."""

    day: date
    mean: int
    q50: int
    q80: int
    q90: int
    q95: int
    q98: int

    @property
    def quantiles(self) -> tuple[int, int, int, int, int]:
        """The quantiles in the order of `LEVELS`."""
        return (self.q50, self.q80, self.q90, self.q95, self.q98)


class Forecast(msgspec.Struct, frozen=True, kw_only=True):
    """One SKU in one store. `origin` is the last day whose sales were known; the first day is the day after.

    Days follow each other without gaps. `degraded` holds the names of what was wrong with the history
    (`short_history`, `gaps` …): such a forecast is usable and a page marks it.
    """

    store: str
    sku: str
    origin: date
    model: str
    segment: str
    days: tuple[ForecastDay, ...]
    degraded: tuple[str, ...] = ()


def of_estimates(
    origin: date, means: Sequence[float], quantiles: Mapping[float, Sequence[float]]
) -> tuple[ForecastDay, ...]:
    """Days after `origin` from a model's estimates in units, one number a day.

    Negative estimates become 0 and a quantile below its predecessor is raised to it, so that a day is always
    a distribution. A number that is none (NaN, infinite) is our mistake, not the data's.
    """
    days = []
    for ahead, mean in enumerate(means):
        q50, q80, q90, q95, q98 = _rising(_millionths(quantiles[level][ahead]) for level in LEVELS)
        day = origin + timedelta(days=ahead + 1)
        days.append(ForecastDay(day=day, mean=_millionths(mean), q50=q50, q80=q80, q90=q90, q95=q95, q98=q98))
    return tuple(days)


def _millionths(units: float) -> int:
    assert math.isfinite(units), "a model must give numbers"
    return min(LARGEST, max(0, math.floor(units * MICRO + 0.5)))


def _rising(values: Iterable[int]) -> list[int]:
    rising: list[int] = []
    for value in values:
        rising.append(max(value, rising[-1]) if rising else value)
    return rising
