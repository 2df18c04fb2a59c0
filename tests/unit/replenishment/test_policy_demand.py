"""Demand and what must be there for it: moments, quantiles, the four parts, and what moved them."""

from datetime import date, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cloud.replenishment.policy.demand import demand_of
from cloud.replenishment.policy.protection import LeadTime, Moments, deviation, moments
from cloud.replenishment.policy.safety_stock import (
    Aim,
    critical_ratio,
    order_up_to,
    safety_stock,
    split,
    why_changed,
)
from cloud.replenishment.policy.supplier_calendar import SupplierCalendar, next_slot
from shared.errors import DomainError
from shared.units import MICRO
from tests.support.policy_shelf import ORIGIN, days, negative_binomial


@pytest.mark.parametrize(
    ("mean", "variance"), [(0.2, 0.9), (1.0, 1.0), (3.4, 9.1), (12.0, 12.0), (40.0, 400.0), (80.0, 688.0)]
)
@pytest.mark.parametrize("level", [0.1, 0.5, 0.9, 0.95, 0.98])
def test_a_quantile_is_the_least_that_is_enough(mean: float, variance: float, level: float) -> None:
    """Against sums of the textbook's chances."""
    demand = demand_of(round(mean * MICRO), round(variance * MICRO), MICRO)
    enough = demand.quantile(round(level * MICRO)) // MICRO
    chances = negative_binomial(mean, variance, enough)
    assert sum(chances) >= level - 1e-6
    assert sum(chances[:-1]) < level + 1e-6


def test_left_over_and_short_are_the_expected_ones() -> None:
    """Of 5 with demand Poisson 3: both by the sum over all outcomes."""
    demand = demand_of(3 * MICRO, 3 * MICRO, MICRO)
    chances = negative_binomial(3, 3, 80)
    left = sum(max(0, 5 - k) * chance for k, chance in enumerate(chances))
    short = sum(max(0, k - 5) * chance for k, chance in enumerate(chances))
    assert demand.left_over(5 * MICRO) == pytest.approx(left * MICRO, abs=3)
    assert demand.short(5 * MICRO) == pytest.approx(short * MICRO, abs=3)


def test_flour_by_the_gram_is_no_longer_sum_than_loaves() -> None:
    """50 kg with a deviation of 9 kg, counted in grams: near the normal's 50 + 1.645 * 9 = 64.8."""
    demand = demand_of(50 * MICRO, 81 * MICRO, 1000)
    assert demand.grain > 1000
    assert 64.5 * MICRO < demand.quantile(950_000) < 66 * MICRO


@settings(deadline=None)
@given(
    mean=st.integers(0, 300 * MICRO),
    variance=st.integers(0, 40_000 * MICRO),
    step=st.sampled_from([MICRO, MICRO // 4, 1000]),
)
def test_more_chance_never_needs_less(mean: int, variance: int, step: int) -> None:
    """Quantiles rise with their level, whatever the moments, and nothing is negative."""
    demand = demand_of(mean, variance, step)
    told = [demand.quantile(level) for level in (0, 100_000, 500_000, 900_000, 980_000, 999_000)]
    assert told == sorted(told)
    assert told[0] >= 0
    assert demand.left_over(told[-1]) >= 0
    assert demand.short(0) == mean


def test_the_variance_is_the_textbook_s() -> None:
    """R13: 40 a day with deviation 12 over a lead time of 2 with deviation 0.5 are 288 + 400 = 688; the textbook's
    safety stock of it at 95 % is 1.644854 * sqrt(688) = 43.14."""
    told = moments(days(40, 12), LeadTime(days=2 * MICRO, variance=MICRO // 4), 0, 0)
    assert told.mean == 80 * MICRO
    assert (told.review, told.forecast_error) == (0, 0)
    assert told.noise == pytest.approx(288 * MICRO, rel=1e-5)
    assert told.lead_time == 400 * MICRO
    assert 1.644854 * (told.variance / MICRO) ** 0.5 == pytest.approx(43.14, abs=0.01)


def test_errors_that_come_together_add_up() -> None:
    """Three days of deviation 2, wholly together: (3 * 2)^2 = 36 instead of 12."""
    time = LeadTime(days=2 * MICRO)
    apart, together = (moments(days(4, 2), time, 1, rho) for rho in (0, MICRO))
    assert apart.variance == pytest.approx(12 * MICRO, rel=1e-5)
    assert together.variance == pytest.approx(36 * MICRO, rel=1e-5)
    assert apart.noise == pytest.approx(8 * MICRO, rel=1e-5)
    assert apart.review == pytest.approx(4 * MICRO, rel=1e-5)


def test_half_a_day_counts_half_and_beyond_the_horizon_the_week_repeats() -> None:
    """2.5 days of 4 are 10; twenty days of a week of 1..7 twice are two weeks of 28 and 1 + ... + 6."""
    assert moments(days(4, 2), LeadTime(days=2_500_000), 0, 0).mean == 10 * MICRO
    week = [
        msgspec.structs.replace(day, mean=(number % 7 + 1) * MICRO)
        for number, day in enumerate(days(1, 0, 14))
    ]
    assert moments(week, LeadTime(days=20 * MICRO), 0, 0).mean == (28 + 28 + 21) * MICRO


def test_a_day_without_spread_has_none() -> None:
    """Quantiles below the mean give no negative deviation."""
    (day,) = days(4, 0, 1)
    assert deviation(day) == 0
    assert deviation(msgspec.structs.replace(day, q80=0, q90=0, q95=0, q98=0)) == 0


def test_the_newsvendor_of_the_rules() -> None:
    """R13: price 10, cost 6, salvage 1 is 4 / 9; below one half the order lies below the mean."""
    ratio = critical_ratio(price=10, cost=6, salvage=1)
    assert ratio == 444_444
    told = order_up_to(Aim(moments=moments(days(80, 15), LeadTime(days=MICRO), 0, 0), level=ratio))
    assert told[1] == pytest.approx(77.9 * MICRO, abs=1.2 * MICRO)
    assert told[1] < 80 * MICRO


@pytest.mark.parametrize(
    ("money", "ratio"),
    [
        ({"price": 5, "cost": 5}, 10_000),
        ({"price": 4, "cost": 5}, 10_000),
        ({"price": 9, "cost": 3, "salvage": 3}, 999_000),
        ({"price": 0, "cost": 0}, 999_000),
        ({"price": 10, "cost": 6, "salvage": 1, "goodwill": 5}, 642_857),
    ],
)
def test_odd_prices_stay_within_reason(money: dict[str, int], ratio: int) -> None:
    """No margin, or no loss, is no reason for nothing or for everything."""
    assert critical_ratio(**money) == ratio


def aims() -> st.SearchStrategy[Aim]:
    parts = st.integers(0, 60 * MICRO)
    return st.builds(
        Aim,
        moments=st.builds(
            Moments,
            days=st.just(3 * MICRO),
            mean_lead=parts,
            mean_review=parts,
            noise=parts,
            review=parts,
            forecast_error=parts,
            lead_time=parts,
        ),
        level=st.sampled_from([444_444, 900_000, 980_000]),
        factor=st.sampled_from([900_000, MICRO, 1_300_000]),
        step=st.sampled_from([MICRO, 1000]),
    )


@settings(deadline=None)
@given(aim=aims())
def test_the_four_parts_are_the_whole(aim: Aim) -> None:
    """To the last millionth, whichever way it is rounded."""
    stock = safety_stock(aim)
    assert stock.noise + stock.review + stock.forecast_error + stock.lead_time == stock.total
    assert stock.order_up_to == aim.moments.mean + stock.total
    assert stock.order_up_to % aim.step == 0


@settings(deadline=None)
@given(before=aims(), after=aims())
def test_the_reasons_of_a_change_sum_to_it(before: Aim, after: Aim) -> None:
    """Nothing is left unexplained, and no cause is named that moved nothing."""
    after = msgspec.structs.replace(after, step=before.step)
    shifts = why_changed(before, after)
    assert sum(shift.by for shift in shifts) == order_up_to(after)[1] - order_up_to(before)[1]
    assert all(shift.by for shift in shifts)


def test_a_later_lorry_is_named_as_the_reason() -> None:
    """Only the lead time has become uncertain, so nothing else is blamed."""
    sure, unsure = (
        Aim(moments=moments(days(40, 12), LeadTime(days=2 * MICRO, variance=variance), 1, 0), level=950_000)
        for variance in (0, MICRO)
    )
    assert [shift.cause for shift in why_changed(sure, unsure)] == ["lead_time"]


def test_without_any_variance_the_rounding_is_the_first_part_s() -> None:
    """A split by nothing but zeros loses nothing."""
    assert split(7, (0, 0, 0, 0)) == [7, 0, 0, 0]
    assert split(10, (1, 1, 1, 0)) == [4, 3, 3, 0]
    assert split(-10, (2, 1)) == [-6, -4]


MONDAY = date(2026, 11, 30)


def calendar(**more: object) -> SupplierCalendar:
    told = {"supplier": "V1", "lead": LeadTime(days=2 * MICRO), **more}
    return msgspec.convert(told, SupplierCalendar)


def test_after_the_cut_off_the_next_slot_counts() -> None:
    """Mondays and Thursdays until 10:00: at 10:00 on Monday it is Thursday, three days more to wait."""
    twice = calendar(weekdays=[0, 3], cut_off_minute=600)
    before, after = next_slot(twice, MONDAY, 599), next_slot(twice, MONDAY, 600)
    assert (before.order_day, before.review_days, before.lead.days) == (MONDAY, 3, 2 * MICRO)
    assert (after.order_day, after.review_days) == (MONDAY + timedelta(days=3), 4)
    assert after.lead.days == 5 * MICRO


def test_closed_days_lengthen_the_time_to_cover() -> None:
    """A closed Thursday makes it a week until the next order."""
    closed = calendar(weekdays=[0, 3], closed=[(MONDAY + timedelta(days=3)).isoformat()])
    assert next_slot(closed, MONDAY, 0).review_days == 7


@pytest.mark.parametrize("weekdays", [[], [0]])
def test_a_supplier_who_takes_no_orders_is_named(weekdays: list[int]) -> None:
    """No weekday, or all of them closed: an error that says whose calendar is wrong."""
    closed = [(MONDAY + timedelta(days=ahead)).isoformat() for ahead in range(0, 400, 7)]
    with pytest.raises(DomainError, match="supplier_takes_no_orders"):
        next_slot(calendar(weekdays=weekdays, closed=closed), MONDAY, 0)


def test_a_leap_day_is_a_day_to_order() -> None:
    """29 February 2028 is a Tuesday like another."""
    eve = date(2028, 2, 28)
    slot = next_slot(calendar(weekdays=[1]), eve, 0)
    assert slot.order_day == date(2028, 2, 29)
    assert slot.next_day == date(2028, 3, 7)
    assert eve > ORIGIN
