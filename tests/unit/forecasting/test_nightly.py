"""Tonight's forecasts: what replenishment and the stores' tables are fed with."""

from datetime import date, timedelta

import numpy as np

from cloud.forecasting.learned.measuring import made_up, measured
from cloud.forecasting.learned.nightly import tonight
from cloud.forecasting.series import HORIZON


def test_every_series_gets_fourteen_days_that_are_distributions() -> None:
    """The first day is tomorrow; quantiles rise; the mean is near what sells."""
    panel = made_up(40, days=60)
    forecasts = tonight(panel)
    assert [(told.store, told.sku) for told in forecasts] == list(zip(panel.stores, panel.skus, strict=True))
    last = panel.dates[-HORIZON - 1]
    for told in forecasts:
        assert told.origin == last
        assert [day.day for day in told.days] == [
            last + timedelta(days=ahead + 1) for ahead in range(HORIZON)
        ]
        assert all(list(day.quantiles) == sorted(day.quantiles) for day in told.days)
    said = sum(day.mean for told in forecasts for day in told.days) / 1_000_000
    usual = float(np.nansum(panel.sold[:, 60 - 28 : 60])) / 2
    assert abs(said / usual - 1) < 0.15


def test_a_chain_of_three_days_is_told_by_the_moving_average() -> None:
    """Nothing can be learned yet, and nothing fails; what is wrong is named on the forecast."""
    panel = made_up(2, days=3)
    forecasts = tonight(panel, faults={panel.names[0]: {"short_history"}})
    assert [told.model for told in forecasts] == ["moving_average"] * 2
    assert [told.degraded for told in forecasts] == [("short_history",), ()]
    assert forecasts[0].origin == date(2025, 1, 3)


def test_the_bench_tells_its_line() -> None:
    """Three sizes, a slope, and what follows for a hundred thousand series."""
    figures = measured(4, days=30)
    assert list(figures["nights"]) == ["1", "2", "4"]
    assert figures["minutes_for_100000"] == figures["minutes_for_100000"]
