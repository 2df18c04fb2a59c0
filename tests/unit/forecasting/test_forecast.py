"""A forecast leaves its model as whole millionths that form a distribution."""

from datetime import date

import msgspec
import pytest

from shared.forecasting.forecast import LEVELS, Forecast, ForecastDay, of_estimates

LEAP_EVE = date(2028, 2, 28)


def test_days_follow_the_origin_over_29_february() -> None:
    """The first day is the day after the origin, and a leap day is a day."""
    days = of_estimates(LEAP_EVE, [1.0, 2.0], {level: [3.0, 4.0] for level in LEVELS})
    assert [day.day for day in days] == [date(2028, 2, 29), date(2028, 3, 1)]


def test_estimates_become_millionths_rounded_half_up() -> None:
    """3.4 a day is 3_400_000; half a millionth counts as one."""
    (day,) = of_estimates(LEAP_EVE, [3.4], {level: [0.0000005] for level in LEVELS})
    assert day.mean == 3_400_000
    assert day.quantiles == (1, 1, 1, 1, 1)


def test_crossing_and_negative_quantiles_are_put_right() -> None:
    """A quantile is never below its predecessor and never negative."""
    estimates = dict(zip(LEVELS, [[-1.0], [4.0], [3.0], [5.0], [4.5]], strict=True))
    (day,) = of_estimates(LEAP_EVE, [-0.2], estimates)
    assert day.mean == 0
    assert day.quantiles == (0, 4_000_000, 4_000_000, 5_000_000, 5_000_000)


def test_what_is_no_number_is_our_mistake() -> None:
    """A model that answers NaN fails loudly instead of ordering nothing."""
    with pytest.raises(AssertionError, match="numbers"):
        of_estimates(LEAP_EVE, [float("nan")], {level: [1.0] for level in LEVELS})


def test_a_forecast_survives_its_way_over_the_wire() -> None:
    """Head office encodes it, the store's node reads the same value."""
    day = ForecastDay(day=LEAP_EVE, mean=1, q50=1, q80=2, q90=3, q95=4, q98=5)
    sent = Forecast(
        store="s1", sku="a", origin=LEAP_EVE, model="ses", segment="smooth", days=(day,), degraded=("gaps",)
    )
    assert msgspec.json.decode(msgspec.json.encode(sent), type=Forecast) == sent
