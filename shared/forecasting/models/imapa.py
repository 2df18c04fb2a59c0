"""IMAPA (Petropoulos and Kourentzes 2015): smooth the series summed over 1, 2, 3 … periods, and take the mean.

Summed over enough periods an intermittent series has no zeros left; no single number of periods is right, so all up
to the mean interval between sales are used.
"""

from __future__ import annotations

from collections.abc import Sequence

from shared.forecasting.models import Cadence, Model
from shared.forecasting.models.ses import LONGEST, smoothed
from shared.forecasting.repair import Known

MOST = 12
"""Sums over more periods leave too few figures to smooth."""


def rate(values: Sequence[float]) -> float:
    """Demand a period: the mean over levels of the smoothed sum divided by its number of periods."""
    sales = sum(value > 0 for value in values)
    if not sales:
        return 0.0
    highest = min(MOST, max(1, round(len(values) / sales)), max(1, len(values) // 2))
    return sum(smoothed(_summed(values, level)) / level for level in range(1, highest + 1)) / highest


def _summed(values: Sequence[float], level: int) -> list[float]:
    """Sums of `level` values each, counted from the end; what is left over at the start is left out."""
    return [sum(values[start : start + level]) for start in range(len(values) % level, len(values), level)]


def means(history: Sequence[Known], horizon: int, _: Cadence) -> list[float]:
    """The same rate for every period ahead."""
    known = [value for value in history[-LONGEST:] if value is not None]
    return [max(0.0, rate(known))] * horizon


MODEL = Model(name="imapa", means=means)
