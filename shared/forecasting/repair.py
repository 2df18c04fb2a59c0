"""What would have sold had there been stock: sales of half-hidden days made up for, beside the sales, never over them.

A day that sold 3 and was out of stock for half of its demand hours says little about demand by itself. With a prior
mean m for such a day and availability v (the share of a usual day's demand that falls into the hours in stock), demand
is taken for Poisson and its rate for gamma with shape a and mean m. What was sold was sold; the hidden hours are made
up for at the posterior rate:

    demand = sold + (1 - v) * (a + sold) / (a / m + v)

With a = 4, m = 4, v = 0.5, sold = 3: 3 + 0.5 * 7 / 1.5 = 5.33. A day fully in stock stays what it sold; a day never in
stock becomes m. What was learnt on sales with real stock-outs: availability must weigh the hours by how
much is usually bought in them (evenings sell out, mornings sell); the prior must come from days that were in stock
nearly all the time, because a day that sold out is known to have been a busy one up to then (weights v^20); and the
hours seen say less about the hours hidden than Poisson makes of them, hence a = 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

Known = float | None
"""A figure of a day, or None where nobody knows one."""

SHAPE: Final = 4.0
_TRUST: Final = 20
_WINDOW: Final = 14
_PROFILE_SEASONS: Final = 8
_MOSTLY: Final = 0.9
_WEAK: Final = 1.0
"""The window's mean is drawn to the whole history's as if by one day in stock."""
_SEEN: Final = 0.5
"""And that to all sales by all hours in stock, as if by half a day: all there is where no day was whole."""


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
    factors: Sequence[float] | None = None,
) -> list[Known]:
    """Demand of each day; days without a figure stay without one.

    `ahead` is how many later days may help to judge a day: two weeks when the past is stored, 0 when a back-test
    must not look ahead. `factors` say what each day was to others (1.2: a fifth above their usual), where there are
    others. Nothing is changed in a series that was always in stock.
    """
    if all(share >= 1.0 for share in available):
        return list(sold)
    own = _season_factors(sold, available, season, ahead)
    factors = own if factors is None else [one * other for one, other in zip(own, factors, strict=True)]
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
    sold_sum = _running(value or 0.0 for value in sold)
    there_sum = _running(
        0.0 if value is None else min(share, 1.0) for value, share in zip(sold, available, strict=True)
    )
    demand: list[Known] = []
    for day, (value, share) in enumerate(zip(sold, available, strict=True)):
        if value is None or share >= 1.0:
            demand.append(value)
            continue
        known = min(len(sold), day + ahead + 1)
        seen = sold_sum[known] / there_sum[known] if there_sum[known] > 0 else 0.0
        usual = (rate_sum[known] + _SEEN * seen) / (exposed_sum[known] + _SEEN)
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
    hidden = max(0.0, 1 - available)
    return sold + hidden * (SHAPE + sold) / (SHAPE / prior + available)


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
