"""What would have sold had there been stock: sales of half-hidden days made up for, beside the sales, never over them.

A day that sold 3 and was out of stock for half of its demand hours says little about demand by itself. With a prior
rate m for such a day and availability v (the share of a usual day's demand that falls into the hours in stock), demand
is taken for Poisson and its rate for gamma with shape a and mean m; the posterior mean is

    demand = (a + sold) / (a / m + v)        never below what was sold

With a = 0.4, m = 4, v = 0.5, sold = 3: 3.4 / 0.6 = 5.67. A day fully in stock stays what it sold; a day never in stock
becomes m. Two things were learnt on sales with real stock-outs: availability must weigh the
hours by how much is usually bought in them (evenings sell out, mornings sell), and the prior must come from days that
were nearly always in stock, because days that sold out were the busy ones. Weights v^8 do that. With both, a = 0.4 was
best on the stores set aside for trying.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

Known = float | None
"""A figure of a day, or None where nobody knows one."""

SHAPE: Final = 0.4
_TRUST: Final = 8
_WINDOW: Final = 14
_PROFILE_SEASONS: Final = 8
_MOSTLY: Final = 0.9
_WEAK: Final = 1.0
"""The window's mean is drawn to the whole history's as if by one day in stock."""


def availability(in_stock: Sequence[bool], hourly_demand: Sequence[float]) -> float:
    """The share of a usual day's demand that falls into the hours in stock, from 0 to 1.

    `in_stock` and `hourly_demand` have one entry an opening hour; a profile of zeros counts all hours alike.
    """
    total = sum(hourly_demand)
    if total <= 0:
        return sum(in_stock) / len(in_stock) if in_stock else 0.0
    return sum(weight for weight, there in zip(hourly_demand, in_stock, strict=True) if there) / total


def repaired(
    sold: Sequence[Known],
    available: Sequence[float],
    season: int = 7,
    ahead: int = _WINDOW,
) -> list[Known]:
    """Demand of each day; days without a figure stay without one.

    `ahead` is how many later days may help to judge a day: two weeks when the past is stored, 0 when a back-test
    must not look ahead. Nothing is changed in a series that was always in stock.
    """
    if all(share >= 1.0 for share in available):
        return list(sold)
    factors = _season_factors(sold, available, season, ahead)
    weights = [
        0.0 if value is None else min(share, 1.0) ** _TRUST
        for value, share in zip(sold, available, strict=True)
    ]
    rates = [
        0.0 if value is None else weight * value / max(share, 0.05)
        for value, share, weight in zip(sold, available, weights, strict=True)
    ]
    exposed = [weight * factor for weight, factor in zip(weights, factors, strict=True)]
    rate_sum, exposed_sum = _running(rates), _running(exposed)
    demand: list[Known] = []
    for day, (value, share) in enumerate(zip(sold, available, strict=True)):
        if value is None or share >= 1.0:
            demand.append(value)
            continue
        known = min(len(sold), day + ahead + 1)
        usual = (rate_sum[known] + 0.5) / (exposed_sum[known] + 0.5)
        first = max(0, day - (_WINDOW if ahead else 2 * _WINDOW))
        near = rate_sum[known] - rate_sum[first] - rates[day]
        near_exposed = exposed_sum[known] - exposed_sum[first] - exposed[day]
        prior = (near + _WEAK * usual) / (near_exposed + _WEAK) * factors[day]
        demand.append(posterior(value, share, prior))
    return demand


def posterior(sold: float, available: float, prior: float) -> float:
    """The formula above for one day: the mean demand given what sold and how much of the day it could."""
    if prior <= 0:
        return sold
    return max(sold, (SHAPE + sold) / (SHAPE / prior + available))


def _season_factors(
    sold: Sequence[Known], available: Sequence[float], season: int, ahead: int
) -> list[float]:
    """For each day what its weekday sells against the mean of all, from days mostly in stock, drawn to 1 by four days'
    worth.

    From eight weeks, which is enough for a profile, and of these only from days known at the time: no later than
    `ahead` after the day.
    """
    sums, counts = [0.0] * season, [0] * season
    total, days, known = 0.0, 0, 0
    factors = []
    for day in range(len(sold)):
        until = min(len(sold), day + ahead + 1, _PROFILE_SEASONS * season)
        for learnt in range(known, until):
            value = sold[learnt]
            if value is not None and available[learnt] >= _MOSTLY:
                sums[learnt % season] += value
                counts[learnt % season] += 1
                total += value
                days += 1
        known = until
        part, count = sums[day % season], counts[day % season]
        usual = total / days if days else 0.0
        factors.append((part + 4 * usual) / (count + 4) / usual if count and usual > 0 else 1.0)
    return factors


def _running(values: Iterable[float]) -> list[float]:
    sums = [0.0]
    for value in values:
        sums.append(sums[-1] + value)
    return sums
