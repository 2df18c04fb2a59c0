"""Demand of a whole chain: half-hidden days are made up for with what the same day was to others of their kind.

One shop's strawberries were out of stock from ten o'clock; of that day its own sales say little. But the chain, the
category, the strawberries of other shops and the shop's other goods were there, and sold a third more than they usually
do. That ratio is the day's factor, and the prior of the hidden hours is the series' own level times it.

A factor comes from other series of that day and from levels up to it, so a back-test that asks for no look ahead has
none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from cloud.forecasting.learned.arrays import Numbers, Whole, added, known_of
from shared.forecasting.repair import repaired

_TRUST: Final = 20
"""As in `shared.forecasting.repair`: only days that were nearly all in stock teach."""
_WINDOW: Final = 28
_DAYS: Final = {"": 10.0, "category": 10.0, "sku": 10.0, "store": 20.0}
"""A group's factor is drawn to that of the groups before it as if by so many usual days of one series."""
_MOST: Final = 5.0


def demand_of_chain(
    sold: Numbers, available: Numbers, groups: Mapping[str, Whole], season: int, ahead: int
) -> Numbers:
    """Repaired demand, row a series and column a period; NaN where nothing is known. `ahead` as in `repaired`."""
    shares = np.nan_to_num(available, nan=1.0)
    factors = day_factors(sold, shares, groups, ahead)
    rows = [
        repaired(known_of(sold[row]), shares[row].tolist(), season, ahead, factors[row].tolist())
        for row in range(len(sold))
    ]
    return np.array([[np.nan if value is None else value for value in row] for row in rows]).reshape(
        sold.shape
    )


def day_factors(sold: Numbers, shares: Numbers, groups: Mapping[str, Whole], ahead: int) -> Numbers:
    """For each series and period what the period was to the others of its groups, against their levels. 1 where there
    are no others."""
    weights = np.where(np.isfinite(sold), np.clip(shares, 0.0, 1.0) ** _TRUST, 0.0)
    rates = weights * np.nan_to_num(sold) / np.maximum(shares, 0.05)
    level = _levels(rates, weights, ahead)
    usual = np.maximum(level.mean(axis=0), 1e-9)
    factors = np.ones_like(rates)
    for name, days in _DAYS.items():
        group = groups[name] if name else np.zeros(len(sold), dtype=np.int64)
        expected = weights * level * factors
        # A series is no witness of its own day.
        others = added(rates, group)[group] - rates
        others_expected = added(expected, group)[group] - expected
        factors *= (others + days * usual) / (others_expected + days * usual)
    return np.clip(factors, 1 / _MOST, _MOST)


def _levels(rates: Numbers, weights: Numbers, ahead: int) -> Numbers:
    """Each series' mean over the window up to `ahead` periods after each, drawn to its mean so far by one period."""
    periods = rates.shape[1]
    zero = np.zeros((len(rates), 1))
    total = np.concatenate([zero, rates.cumsum(axis=1)], axis=1)
    count = np.concatenate([zero, weights.cumsum(axis=1)], axis=1)
    last = np.minimum(np.arange(periods) + ahead + 1, periods)
    first = np.maximum(last - _WINDOW, 0)
    so_far = total[:, last] / np.maximum(count[:, last], 1e-9)
    level: Numbers = (total[:, last] - total[:, first] + so_far) / (count[:, last] - count[:, first] + 1.0)
    return level
