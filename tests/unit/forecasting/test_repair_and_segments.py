"""Demand that stock-outs hid, and the kinds of demand."""

import pytest

from shared.forecasting.repair import Known, availability, posterior, repaired
from shared.forecasting.segments import demand_class, past_of, segment_of


def test_the_worked_example() -> None:
    """Sold 3 in half a day where 4 are usual: the other half at a rate of 7 / 1.5."""
    assert posterior(3.0, 0.5, 4.0) == pytest.approx(3 + 0.5 * 7 / 1.5)


def test_a_day_in_stock_stays_what_it_sold() -> None:
    """Sales are demand where nothing hid any."""
    sold: list[Known] = [4.0, 0.0, 7.0, None]
    assert repaired(sold, [1.0] * 4) == sold
    half = repaired([*sold, 2.0], [1.0, 1.0, 1.0, 1.0, 0.5])
    assert half[:4] == sold
    assert half[4] is not None
    assert half[4] > 2.0


def test_demand_is_never_below_what_was_sold() -> None:
    """Whatever the prior says."""
    assert posterior(9.0, 0.9, 0.5) >= 9.0
    assert posterior(9.0, 0.9, 0.0) == 9.0


def test_a_day_never_in_stock_becomes_the_usual_day() -> None:
    """With nothing seen, only the prior speaks."""
    sold: list[Known] = [5.0] * 27
    last = repaired([*sold, 0.0], [1.0] * 27 + [0.0])[-1]
    assert last == pytest.approx(5.0, rel=0.02)


def test_a_product_never_in_stock_has_no_demand_to_repair() -> None:
    """No day ever says anything: the estimate stays small and finite."""
    estimates = repaired([0.0] * 10, [0.0] * 10)
    assert all(value is not None and 0 <= value <= 1 for value in estimates)


def test_a_back_test_does_not_look_ahead() -> None:
    """With `ahead` 0 a later day changes nothing about an earlier one."""
    sold: list[Known] = [5.0, 4.0, 6.0, 5.0] * 20
    shares = [1.0, 1.0, 0.4, 1.0] * 20
    for first in (3, 30, 70):
        later: list[Known] = [*sold[:first], *[50.0] * (80 - first)]
        assert repaired(later, shares, ahead=0)[:first] == repaired(sold, shares, ahead=0)[:first]


def test_availability_weighs_hours_by_what_is_bought_in_them() -> None:
    """Out of stock in a busy evening hour hides more than in a quiet one."""
    assert availability([True, True, False], [1.0, 1.0, 2.0]) == 0.5
    assert availability([True, True, False], [0.0, 0.0, 0.0]) == pytest.approx(2 / 3)
    assert availability([], []) == 0.0


@pytest.mark.parametrize(
    ("history", "kind"),
    [
        ([5.0, 6.0] * 10, "smooth"),
        ([1.0, 20.0, 1.0, 1.0] * 10, "erratic"),
        ([0.0, 0.0, 3.0] * 10, "intermittent"),
        ([0.0, 0.0, 1.0, 0.0, 30.0, 0.0, 1.0] * 10, "lumpy"),
        ([0.0] * 365, "never_sold"),
        ([], "never_sold"),
        ([None, -2.0], "never_sold"),
    ],
)
def test_the_kinds_of_demand(history: list[Known], kind: str) -> None:
    """By how often and how evenly it sells; a year of zeros is a kind of its own."""
    assert demand_class(history) == kind


def test_the_past_is_new_under_28_days_and_long_from_180() -> None:
    """Fifty months are a long past."""
    assert [past_of(days) for days in (2, 27, 28, 179, 180)] == ["new", "new", "season", "season", "long"]
    assert segment_of([5.0] * 50, days_a_period=30) == "smooth/long"
