"""What days of the calendar are worth, on a chain made up here whose feasts are known."""

from datetime import date, timedelta

import numpy as np
from msgspec import structs

from cloud.forecasting.learned.arrays import Numbers
from cloud.forecasting.learned.backtest import walk
from cloud.forecasting.learned.china import days_of
from cloud.forecasting.learned.clock import clock_of
from cloud.forecasting.learned.feasts import kinds_of, learned_feasts
from cloud.forecasting.learned.measuring import made_up
from cloud.forecasting.learned.panel import Panel
from cloud.forecasting.own_calendar import Own
from shared.forecasting.models import DAILY, MONTHLY

WEEK = np.array([0.8, 0.8, 0.9, 1.0, 1.2, 1.4, 1.1])


def shops(first: date, days: int, worth: dict[str, float], seed: int = 3) -> tuple[list[date], Numbers]:
    """Thirty series that sell what their weekday says, times what the day is worth."""
    draw = np.random.default_rng(seed)
    dates = [first + timedelta(days=day) for day in range(days)]
    kinds = kinds_of(days_of(dates))
    factor = np.array([np.prod([worth.get(kind, 1.0) for kind in own] or [1.0]) for own in kinds])
    weekday = WEEK[[day.weekday() for day in dates]]
    mean = draw.uniform(500, 4000, 30)[:, None] * weekday * factor
    return dates, draw.poisson(mean).astype(float)


def test_a_feast_seen_twice_is_priced_for_the_third_time_wherever_the_moon_puts_it() -> None:
    """Two days before Spring Festival twice as much is bought; in 2026 that is 15 February."""
    dates, sold = shops(date(2024, 1, 1), 800, {"spring_festival-2": 2.0, "spring_festival+1": 0.4})
    origin = dates.index(date(2026, 1, 20))
    feasts = learned_feasts(sold, days_of(dates), np.zeros(30, dtype=np.int64), origin)
    priced = dict(zip(dates, feasts.factors[0], strict=True))
    assert 1.6 < priced[date(2026, 2, 15)] < 2.1
    assert 0.38 < priced[date(2026, 2, 18)] < 0.6
    assert priced[date(2026, 3, 9)] == 1.0
    (effect,) = [effect for effect in feasts.effects if effect.kind == "spring_festival-2"]
    assert effect.times == 2


def test_an_effect_seen_once_is_believed_less() -> None:
    """Than one seen twice, and one never seen is none."""
    dates, sold = shops(date(2024, 1, 1), 1060, {"double_eleven+0": 2.0})
    days, one = days_of(dates), np.zeros(30, dtype=np.int64)
    at = dates.index(date(2026, 11, 11))
    never, once, twice = (
        learned_feasts(sold, days, one, dates.index(origin)).factors[0, at]
        for origin in (date(2024, 10, 1), date(2025, 3, 1), date(2026, 3, 1))
    )
    assert never == 1.0
    assert 1.3 < once < twice < 2.0


def test_nothing_after_an_origin_teaches() -> None:
    """Sales after it are made up anew: every factor stays the same to the last bit."""
    dates, sold = shops(date(2024, 1, 1), 300, {"holiday": 1.5})
    later = sold.copy()
    later[:, 201:] = 999.0
    category = np.arange(30) % 3
    before, after = (
        learned_feasts(values, days_of(dates), category, 200).factors for values in (sold, later)
    )
    assert np.array_equal(before, after)


def test_unknown_days_empty_shops_and_a_category_without_series_price_nothing() -> None:
    """No division by nothing, no infinite factor."""
    dates, sold = shops(date(2024, 1, 1), 120, {"holiday": 3.0})
    sold[:, 30:60] = np.nan
    sold[:10] = 0.0
    category = np.where(np.arange(30) < 10, 0, 2)
    factors = learned_feasts(sold, days_of(dates), category, 119).factors
    assert np.isfinite(factors).all()
    assert (factors > 0).all()
    nothing = learned_feasts(np.full_like(sold, np.nan), days_of(dates), category, 119)
    assert (nothing.factors == 1.0).all()
    assert nothing.effects == ()


def test_columns_come_with_the_past_that_can_teach_them() -> None:
    """Ten weeks without a holiday have no column of holidays; the moon's days need months."""
    quiet = [date(2024, 7, 1) + timedelta(days=day) for day in range(60)]
    short = clock_of(quiet, DAILY, 46, Own())
    assert {"weekday", "day_off"} <= short.keys()
    assert not {"holiday", "made_up", "lunar_day", "school"} & short.keys()
    assert set(clock_of(quiet, DAILY, 46, None)) == {"weekday"}
    years = [date(2023, 1, 1) + timedelta(days=day) for day in range(900)]
    assert {"holiday", "made_up", "lunar_day", "since_payday", "solar_term", "school"} <= clock_of(
        years, DAILY, 880, Own()
    ).keys()
    assert clock_of(years, DAILY, 880, Own())["made_up"][years.index(date(2024, 2, 4))] == 1.0


def test_a_month_knows_how_much_of_it_is_spring_festival() -> None:
    """January of 2025 nearly all, January of 2024 little: most of the season was in February."""
    months = [date(2023 + month // 12, month % 12 + 1, 1) for month in range(36)]
    share = clock_of(months, MONTHLY, 33, Own())["spring_festival"]
    assert share[months.index(date(2025, 1, 1))] > 0.7
    assert share[months.index(date(2024, 1, 1))] < 0.45
    assert share[months.index(date(2024, 6, 1))] == 0.0


def test_the_champion_foresees_a_spring_festival_it_saw_once() -> None:
    """The week of 17 February 2026, forecast on the 10th: without the calendar far less is said for its eve."""
    worth = {
        "spring_festival-3": 1.8,
        "spring_festival-2": 2.2,
        "spring_festival-1": 1.8,
        "spring_festival+0": 0.3,
    }
    dates, everywhere = shops(date(2024, 12, 1), 450, worth)
    sold = everywhere[:8]
    panel = structs.replace(
        made_up(8, days=len(dates) - 14),
        sold=sold,
        demand=sold,
        available=np.ones_like(sold),
        known={},
        clock=clock_of(dates, DAILY, len(dates) - 7, Own()),
        dates=tuple(dates),
        days=tuple(days_of(dates)),
    )
    blind = structs.replace(panel, days=(), clock={"weekday": panel.clock["weekday"]})
    origin = dates.index(date(2026, 2, 10))

    def off_by(followed: Panel) -> float:
        (said,) = walk(followed, 7, [(origin, True)])
        actual = sold[:, origin + 1 : origin + 8]
        return float(np.abs(said.mean - actual).sum() / actual.sum())

    assert off_by(panel) < 0.75 * off_by(blind)
