"""Forecasts as they were said: packed and read again, and scored by hand-made sums beside the two pencils."""

from __future__ import annotations

from array import array
from datetime import date, timedelta
from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloud.forecasting.issued import Issued, packed, unpacked
from cloud.forecasting.scoring import scores_of
from cloud.forecasting.series import HORIZON, Series
from cloud.store.forecast_tables import SUMS
from shared.forecasting.forecast import LEVELS, ForecastDay, of_estimates
from shared.forecasting.models import DAILY, models
from shared.units import LARGEST, MICRO

LAST = date(2026, 11, 17)


def issued(back: int, means: list[float], *, spread: float = 0.0, horizon: int = HORIZON) -> Issued:
    """Said `back` days before `LAST`; each quantile lies `spread` above the one below."""
    origin = LAST - timedelta(days=back)
    quantiles = {level: [mean + place * spread for mean in means] for place, level in enumerate(LEVELS)}
    days = of_estimates(origin, means, quantiles)[:horizon]
    return Issued(
        origin=origin,
        store="s1",
        sku="milk",
        model="x",
        segment="smooth/new",
        degraded=(),
        numbers=unpacked(packed(days)),
    )


def series_of(*sold: float) -> Series:
    return Series(store="s1", sku="milk", category="", sold=array("d", sold))


def sums(day: date, series: Series, *said: Issued) -> dict[tuple[str, int], dict[str, int]]:
    """The scores of a day by cycle and days ahead, by name."""
    by_origin = {one.origin: {one.sku: one} for one in said}
    found = scores_of(day, LAST, [series], by_origin)
    return {
        (cycle, ahead): dict(zip(SUMS, told.cells, strict=True)) for (cycle, ahead, _), told in found.items()
    }


@given(st.lists(st.integers(0, LARGEST), min_size=1, max_size=14), st.integers(0, LARGEST))
def test_what_is_packed_is_read_again_to_the_thousandth(means: list[int], spread: int) -> None:
    """Whatever the size of the numbers, every one comes back rounded to a thousandth."""
    days = [
        ForecastDay(
            day=LAST + timedelta(days=ahead + 1),
            mean=mean,
            q50=mean,
            q80=mean,
            q90=mean,
            q95=mean,
            q98=mean + spread,
        )
        for ahead, mean in enumerate(means)
    ]
    told = Issued(
        origin=LAST,
        store="s1",
        sku="milk",
        model="x",
        segment="",
        degraded=(),
        numbers=unpacked(packed(days)),
    ).forecast()
    assert [day.day for day in told.days] == [day.day for day in days]
    for back, day in zip(told.days, days, strict=True):
        for name in ("mean", "q50", "q98"):
            assert abs(getattr(back, name) - getattr(day, name)) <= 500


def test_goods_of_a_shop_take_two_bytes_a_number() -> None:
    """Up to 65 a day a fortnight is 169 bytes; goods sold by the thousand take twice as many."""
    assert len(packed(of_estimates(LAST, [60.0] * 14, dict.fromkeys(LEVELS, [65.0] * 14)))) == 169
    assert len(packed(of_estimates(LAST, [60.0] * 14, dict.fromkeys(LEVELS, [66.0] * 14)))) == 337


def test_a_day_is_held_against_what_was_said_of_it() -> None:
    """Sold 5: said 7 the day before misses 2, the mean of four weeks (4) misses 1, last week's day (3) misses 2."""
    sold = [4.0] * 28 + [5.0]
    sold[-8] = 3.0
    sold[-9] = 5.0
    told = sums(LAST, series_of(*sold), issued(1, [7.0] * 14, spread=-1.0), issued(3, [5.5] * 14))
    assert told["day", 1] == {
        "series": 1,
        "sold": 5 * MICRO,
        "said": 7 * MICRO,
        "missed": 2 * MICRO,
        "mean_said": 4 * MICRO,
        "mean_missed": MICRO,
        "naive_said": 3 * MICRO,
        "naive_missed": 2 * MICRO,
        **{f"within_q{level}": 1 for level in (50, 80, 90, 95, 98)},
    }
    assert told["day", 3]["missed"] == MICRO // 2
    assert set(told) == {("day", 1), ("day", 3)}


def test_a_quantile_is_kept_where_no_more_was_sold() -> None:
    """Quantiles at 3, 4, 5, 6, 7 and 5 sold: two were too low, three were enough, one of them exactly."""
    told = sums(LAST, series_of(*[4.0] * 20, 5.0), issued(1, [3.0] * 14, spread=1.0))["day", 1]
    assert [told[f"within_q{level}"] for level in (50, 80, 90, 95, 98)] == [0, 0, 1, 1, 1]


def test_the_pencils_say_what_the_models_of_that_name_say() -> None:
    """At every day ahead the two lines are what `moving_average` and `seasonal_naive` would have said that night."""
    sold = [float((day * 7) % 11) if day % 9 else nan for day in range(60)]
    series = series_of(*sold)
    told = sums(LAST, series, *(issued(back, [5.0] * 14) for back in range(1, 15)))
    for ahead in range(1, 15):
        history = series.history[: len(sold) - ahead]
        for name, key in (("moving_average", "mean_said"), ("seasonal_naive", "naive_said")):
            expected = models()[name].means(history, ahead, DAILY)[ahead - 1]
            assert told["day", ahead][key] == pytest.approx(expected * MICRO, abs=1)


def test_a_week_is_held_against_the_sum_of_its_days() -> None:
    """Seven days of 5 said, 4 sold on each of six known days and one unknown: 30 against 24, and no quantiles."""
    sold = [4.0] * 28 + [4.0, 4.0, nan, 4.0, 4.0, 4.0, 4.0]
    told = sums(LAST, series_of(*sold), issued(7, [5.0] * 7 + [9.0] * 7), issued(14, [9.0] * 7 + [3.0] * 7))
    assert (told["week", 1]["sold"], told["week", 1]["said"]) == (24 * MICRO, 30 * MICRO)
    assert told["week", 1]["missed"] == 6 * MICRO
    assert (told["week", 8]["said"], told["week", 8]["missed"]) == (18 * MICRO, 6 * MICRO)
    assert told["week", 1]["mean_missed"] == told["week", 1]["naive_missed"] == 0
    assert told["week", 1]["within_q90"] == 0


def test_what_nobody_knows_is_not_scored() -> None:
    """An unknown day, a week of three unknown days, a series without any past, and a day beyond what was said."""
    unknown = series_of(*[4.0] * 20, nan)
    assert not sums(LAST, unknown, issued(1, [4.0] * 14))
    broken = series_of(*[4.0] * 28, nan, nan, nan, 4.0, 4.0, 4.0, 4.0)
    assert ("week", 1) not in sums(LAST, broken, issued(7, [4.0] * 14))
    assert not sums(LAST, series_of(4.0), issued(1, [4.0] * 14))
    assert not sums(LAST, series_of(*[4.0] * 20), issued(5, [4.0] * 14, horizon=3))
