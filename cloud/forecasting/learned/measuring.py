"""`liushui bench forecast`: how long a night's forecasts take, and that it grows no faster than their number."""

from __future__ import annotations

import resource
import time
from datetime import date, timedelta
from typing import Any

import numpy as np

from cloud.forecasting.learned.arrays import Numbers
from cloud.forecasting.learned.china import days_of
from cloud.forecasting.learned.clock import clock_of
from cloud.forecasting.learned.nightly import tonight
from cloud.forecasting.learned.panel import Panel
from cloud.forecasting.own_calendar import Own
from cloud.forecasting.series import HISTORY_MOST, HORIZON
from shared.forecasting.models import DAILY

_FIRST = date(2025, 1, 1)
_NIGHT_SERIES = 100_000


def made_up(series: int, days: int = HISTORY_MOST, seed: int = 1) -> Panel:
    """A chain of 50 products a store with levels from a half to fifty a day, weekdays, price cuts and stock-outs."""
    draw = np.random.default_rng(seed)
    periods = days + HORIZON
    store, sku = np.divmod(np.arange(series), 50)
    level = np.exp(draw.uniform(np.log(0.5), np.log(50), series))
    cut = (draw.random((series, periods)) < 0.1).astype(float)
    weekday = np.array([0.8, 0.8, 0.9, 1.0, 1.2, 1.4, 0.9])[np.arange(periods) % 7]
    mean = level[:, None] * weekday * (1 + 0.6 * cut)
    sold: Numbers = draw.poisson(mean * draw.gamma(4.0, 0.25, mean.shape)).astype(float)
    available = np.where(draw.random(sold.shape) < 0.9, 1.0, draw.random(sold.shape))
    sold = np.floor(sold * available)
    sold[:, days:] = np.nan
    dates = tuple(_FIRST + timedelta(days=day) for day in range(periods))
    return Panel(
        demand=sold,
        sold=sold,
        available=available,
        groups={"store": store, "sku": sku, "category": sku % 10},
        known={"cut": cut},
        past={},
        clock=clock_of(dates, DAILY, days, Own()),
        names=tuple(f"s{s}/p{p}" for s, p in zip(store, sku, strict=True)),
        stores=tuple(f"s{s}" for s in store),
        skus=tuple(f"p{p}" for p in sku),
        dates=dates,
        cadence=DAILY,
        days=tuple(days_of(dates)),
    )


def measured(series: int, days: int = HISTORY_MOST) -> dict[str, Any]:
    """A night for a quarter, a half and all of `series`: seconds by the clock and of the processor, and what follows
    for 100,000 by the straight line through the smallest and the largest."""
    sizes = sorted({max(1, series // 4), max(1, series // 2), series})
    taken = {size: _night(size, days) for size in sizes}
    least, most = sizes[0], sizes[-1]
    slope = (taken[most]["seconds"] - taken[least]["seconds"]) / max(1, most - least)
    half = sizes[len(sizes) // 2]
    straight = taken[least]["seconds"] + slope * (half - least)
    return {
        "nights": {str(size): figures for size, figures in taken.items()},
        "seconds_per_1000_more": slope * 1000,
        "minutes_for_100000": (taken[most]["seconds"] + slope * (_NIGHT_SERIES - most)) / 60,
        "half_per_straight_line": taken[half]["seconds"] / straight,
        "memory_mib_most": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def _night(series: int, days: int) -> dict[str, float]:
    panel = made_up(series, days)
    began, worked = time.perf_counter(), time.process_time()
    forecasts = tonight(panel)
    assert len(forecasts) == series
    return {"seconds": time.perf_counter() - began, "processor_s": time.process_time() - worked}
