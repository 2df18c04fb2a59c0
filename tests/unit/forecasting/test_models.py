"""The models without a library, on histories one can reckon by hand."""

import pytest

from shared.forecasting.models import DAILY, MONTHLY, Cadence, models
from shared.forecasting.models.croston_sba import rate as croston
from shared.forecasting.models.imapa import rate as imapa
from shared.forecasting.models.ses import smoothed
from shared.forecasting.repair import Known

WEEK: list[Known] = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]
BAD: dict[str, list[Known]] = {
    "nothing": [],
    "one day": [2.0],
    "two days": [3.0, 1.0],
    "only gaps": [None] * 40,
    "a year of zeros": [0.0] * 365,
    "gaps": [None, 2.0, None, None, 3.0] * 9,
    "returns": [-3.0, -1.0] * 20,
}


def means(name: str, history: list[Known], horizon: int = 7, cadence: Cadence = DAILY) -> list[float]:
    """What a model says."""
    return models()[name].means(history, horizon, cadence)


def test_the_registry_finds_every_file() -> None:
    """A model is found because its file is there."""
    assert list(models()) == [
        "croston_sba",
        "imapa",
        "moving_average",
        "seasonal_naive",
        "ses",
        "weekday_mean",
    ]


@pytest.mark.parametrize("name", list(models()))
@pytest.mark.parametrize("history", BAD.values(), ids=BAD)
def test_no_history_stops_a_model(name: str, history: list[Known]) -> None:
    """Whatever the past is, there is one figure a day ahead, and none below zero."""
    said = means(name, history, 15)
    assert len(said) == 15
    assert all(figure >= 0 for figure in said)


@pytest.mark.parametrize("name", list(models()))
def test_what_always_sells_the_same_goes_on_so(name: str) -> None:
    """Five a day stays five; Croston's correction takes its twentieth off."""
    expected = 4.75 if name == "croston_sba" else 5.0
    assert means(name, [5.0] * 60, 9) == pytest.approx([expected] * 9)


def test_the_moving_average_looks_back_28_days_and_over_gaps() -> None:
    """The 29th day back is forgotten; unknown days are not zeros."""
    assert means("moving_average", [1000.0, *[2.0] * 27, None], 1) == [2.0]


def test_the_moving_average_of_months_looks_back_twelve() -> None:
    """For monthly figures the level is a year."""
    assert means("moving_average", [1000.0, *[2.0] * 12], 1, MONTHLY) == [2.0]


def test_seasonal_naive_repeats_the_week_twice() -> None:
    """The eighth day ahead is the first again."""
    assert means("seasonal_naive", WEEK, 9) == [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 1.0, 2.0]


def test_seasonal_naive_asks_the_week_before_where_a_day_is_unknown() -> None:
    """A gap is filled from the same weekday a week earlier."""
    assert means("seasonal_naive", [*WEEK, None, *WEEK[1:]], 2) == [1.0, 2.0]


def test_the_weekday_mean_is_that_of_the_last_four() -> None:
    """Of five Mondays 100, 1, 2, 3, 4 the first is forgotten."""
    history: list[Known] = [day for monday in (100.0, 1.0, 2.0, 3.0, 4.0) for day in (monday, *WEEK[1:])]
    assert means("weekday_mean", history, 8) == pytest.approx([2.5, 2, 3, 4, 5, 6, 7, 2.5])


def test_croston_divides_size_by_interval() -> None:
    """4 every second day is 4 / 2 x 0.95."""
    assert croston([0.0, 4.0, 0.0, 4.0]) == pytest.approx(1.9)


def test_croston_smooths_sizes_and_intervals_apart() -> None:
    """Size 2 + 0.1 x (4 - 2) = 2.2, interval 1 + 0.1 x (3 - 1) = 1.2."""
    assert croston([2.0, 0.0, 0.0, 4.0]) == pytest.approx(0.95 * 2.2 / 1.2)


def test_smoothing_takes_the_weight_with_the_least_error() -> None:
    """A step from 0 to 10 is followed fastest by the largest weight: 10 - 10 x 0.5^4."""
    assert smoothed([0.0, 10.0, 10.0, 10.0, 10.0]) == pytest.approx(9.375)


def test_imapa_means_over_the_sums() -> None:
    """6 every second day: single days smoothed, and pairs that are always 6."""
    values = [0.0, 6.0] * 4
    assert imapa(values) == pytest.approx((smoothed(values) + 6.0 / 2) / 2)
