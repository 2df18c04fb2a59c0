"""How the promises are measured: on what was kept aside, at equal fill, with factors from earlier cycles alone."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from cloud.bench_forecast import _order_up_to
from cloud.forecasting.learned.arrays import Numbers
from cloud.forecasting.learned.backtest import Origin
from cloud.forecasting.learned.measuring import made_up
from cloud.forecasting.learned.panel import Panel
from cloud.forecasting.learned.proof.fresh_goods import held_out
from cloud.forecasting.learned.proof.panels import grocery_panel, parts_panel
from cloud.forecasting.learned.proof.promised import against_single_models, lead_time, never_seen, waste
from shared.forecasting.forecast import LEVELS, ForecastDay
from shared.forecasting.models import MONTHLY
from shared.forecasting.scores import steps
from shared.units import MICRO


def sold_panel(sold: Numbers) -> Panel:
    """A panel that sold this, always in stock."""
    panel = made_up(len(sold), days=sold.shape[1] - 14)
    return structs.replace(panel, sold=sold, demand=sold, available=np.ones_like(sold), days=())


def told(panel: Panel, origin: int, mean: Numbers, quantile: Numbers, scored: bool = True) -> Origin:
    """An origin where one model said this, and the 28-day mean a flat ten."""
    flat = np.full_like(mean, 10.0)
    names = ["smooth/season"] * len(mean)
    return Origin(
        origin=origin,
        scored=scored,
        segments=names,
        steps=[steps(panel.history(row, origin)) for row in range(len(mean))],
        champions={"smooth/season": "lightgbm"},
        model=["lightgbm"] * len(mean),
        mean=mean,
        quantiles=dict.fromkeys(LEVELS, quantile),
        baselines={"moving_average": (flat, dict.fromkeys(LEVELS, flat))},
        learned={"lightgbm": mean},
        effects=(),
    )


def test_who_makes_ready_what_is_asked_for_throws_nothing_away() -> None:
    """At the same fill of everything the scaled mean must make the most that was asked for on every day."""
    sold = np.full((2, 50), 10.0)
    sold[:, 31::2] = 20.0
    panel = sold_panel(sold)
    ahead = sold[:, 30:37]
    measured = waste(panel, [told(panel, 29, ahead, ahead)])
    assert measured["fill"] == pytest.approx(1.0)
    assert measured["waste_of_made"] == 0.0
    assert measured["mean_times"] == pytest.approx(2.0)
    assert measured["less_waste"] == 1.0


def test_days_out_of_stock_are_no_witnesses_of_waste() -> None:
    """A day that sold nothing because there was nothing would count as thrown away."""
    sold = np.full((1, 50), 10.0)
    sold[0, 32], sold[0, 33] = 12.0, 0.0
    panel = sold_panel(sold)
    shut = structs.replace(panel, available=np.where(sold > 0, 1.0, 0.0))
    twelve = np.full((1, 7), 12.0)
    said = [told(panel, 29, twelve, twelve)]
    assert waste(panel, said)["waste_of_made"] == pytest.approx(22 / 84)
    assert waste(shut, said)["waste_of_made"] == pytest.approx(10 / 72)


def _half_again(days: tuple[ForecastDay, ...], periods: int, step: int, level: int) -> tuple[int, int]:
    mean = sum(day.mean for day in days[:periods])
    return mean, mean * 3 // 2


def test_the_factor_comes_from_earlier_cycles_and_not_from_its_own() -> None:
    """Three days sell 60 where 30 are expected and 45 ordered up to: the first cycle misses, the next knows."""
    sold = np.full((1, 60), 20.0)
    panel = sold_panel(sold)
    flat = np.full((1, 7), 10.0)
    first, second = (told(panel, origin, flat, flat) for origin in (30, 37))
    assert lead_time(panel, [first], MICRO, _half_again)["covered"] == 0.0
    both = lead_time(panel, [structs.replace(first, scored=False), second], MICRO, _half_again)
    assert (both["covered"], both["covered_before_the_factor"], both["cycles"]) == (1.0, 0.0, 1)


def test_levels_are_those_of_replenishment() -> None:
    """The mean of three days is three days' mean, and .98 lies above it."""
    day = ForecastDay(
        day=date(2026, 1, 1),
        mean=4 * MICRO,
        q50=4 * MICRO,
        q80=6 * MICRO,
        q90=7 * MICRO,
        q95=8 * MICRO,
        q98=9 * MICRO,
    )
    mean, level = _order_up_to((day,) * 7, 3, MICRO, 980_000)
    assert mean == 12 * MICRO
    assert 18 * MICRO < level < 30 * MICRO


def test_the_best_single_model_is_known_in_hindsight() -> None:
    """A champion as good as it is not worse; one that is off is, by as much."""
    sold = np.tile(np.array([5.0, 6, 7, 8, 9, 10, 25]), (3, 9))
    sold[:, 40] += 0.7
    panel = sold_panel(sold)
    ahead = sold[:, 40:47]
    plain = {"learned": {}}
    right = against_single_models(panel, [structs.replace(told(panel, 39, ahead, ahead), **plain)], "rmsse")
    assert right["rmsse"] == 0.0
    wrong = against_single_models(
        panel, [structs.replace(told(panel, 39, ahead + 1, ahead), **plain)], "wape"
    )
    assert (wrong["best_single"], wrong["all"]["seasonal_naive"]["wape"]) == (
        "seasonal_naive",
        pytest.approx(0.7 / 70.7),
    )
    assert wrong["worse_than_best"] == pytest.approx(7 / 0.7 - 1)
    assert wrong["always_zero_worse_than_best"] == pytest.approx(70.7 / 0.7 - 1)
    pencil = wrong["all"]["moving_average"]["wape"]
    assert wrong["of_the_moving_average"] == pytest.approx(7 / 70.7 / pencil)


def test_what_was_kept_aside_is_what_is_measured(shared_data: Path) -> None:
    """Names alone decide; petrol and coupons are no goods; months follow each other."""
    grocery, parts = grocery_panel(shared_data / "sales", 7), parts_panel(shared_data / "sales", 3)
    for panel in (grocery, parts):
        assert len(panel.names) > 100
        assert all(map(held_out, panel.names))
        assert np.isnan(panel.sold[:, -3:]).all()
    assert float(np.nanmax(grocery.sold)) < 1000
    assert parts.cadence == MONTHLY
    assert [parts.dates[0], parts.dates[-1]] == [date(1998, 1, 1), date(2001, 12, 1)]


def test_a_store_nobody_saw_is_told_by_the_others() -> None:
    """On a chain where all stores are alike it makes little difference."""
    panel = made_up(60, days=70)
    cut = structs.replace(panel, demand=panel.sold, days=())
    measured = never_seen(cut, [row % 2 == 0 for row in range(60)], horizon=14, origins=1)
    assert 0.1 < measured["own"] < 0.8
    assert abs(measured["points_worse"]) < 8
