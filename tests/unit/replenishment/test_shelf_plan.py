"""The store's own plan: the day goes on by the minute, alarms come without a line, and a plan that is over says so."""

from datetime import date, timedelta
from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.replenishment.rolling import DAYS_LEAST, PastHour, learn_betas
from shared.replenishment.shelf_plan import (
    EVEN_PROFILE,
    HOURS,
    NO_BETAS,
    Position,
    ShelfPlan,
    StorePlan,
    near_expiry,
    share_before,
    tick,
)
from shared.units import MICRO
from tests.support.policy_shelf import ORIGIN, days

TOMORROW = ORIGIN + timedelta(days=1)
SHOP_HOURS = tuple(MICRO // 10 if 8 <= hour < 18 else 0 for hour in range(HOURS))
"""Ten even hours from eight to six."""


def plan(mean: float = 20, beta: int = 0, **shelf: object) -> StorePlan:
    """One SKU that sells `mean` a day."""
    told = {"sku": "cake", "days": days(mean, 3), "profile": SHOP_HOURS, **shelf}
    return StorePlan(
        store="S1",
        made_on=ORIGIN,
        valid_until=ORIGIN + timedelta(days=14),
        betas=(beta,) * HOURS,
        shelves=(msgspec.convert(told, ShelfPlan, from_attributes=True),),
    )


def at(hour: int, minute: int = 0) -> int:
    return hour * 60 + minute


def one(plan_: StorePlan, clock: int, day: date = TOMORROW, **position: int):  # type: ignore[no-untyped-def]
    """The only SKU's outlook; quantities in whole pieces."""
    told = {name: qty * MICRO for name, qty in position.items()}
    return tick(plan_, day, clock, {"cake": Position(**told)}).outlooks[0]


def test_what_is_sold_replaces_what_was_expected_of_the_hours_that_are_over() -> None:
    """At 13:00 half of 20 should be sold; 4 are: the day becomes 4 + 10, and no morning changes the afternoon."""
    outlook = one(plan(), at(13), sold=4, on_hand=50)
    assert (outlook.day_total, outlook.rest) == (14 * MICRO, 10 * MICRO)
    assert outlook.alarm is None


def test_a_proven_beta_carries_part_of_the_morning_over() -> None:
    """12 instead of 10 by 13:00 is a pace of 1.2; with beta 0.5 the rest is 10 * 1.1."""
    outlook = one(plan(beta=500_000), at(13), sold=12, on_hand=50)
    assert (outlook.rest, outlook.day_total) == (11 * MICRO, 23 * MICRO)


def test_before_opening_nothing_is_known_and_after_closing_nothing_comes() -> None:
    """The whole day lies ahead at seven, none of it at nine in the evening, at whatever pace."""
    assert one(plan(beta=MICRO), at(7), on_hand=50).rest == 20 * MICRO
    evening = one(plan(beta=MICRO), at(21), sold=33, on_hand=50)
    assert (evening.rest, evening.day_total) == (0, 33 * MICRO)


def test_one_odd_sale_is_no_trend() -> None:
    """Forty in the first minutes is a pace of at most two."""
    told = tick(plan(beta=MICRO), TOMORROW, at(8, 6), {"cake": Position(sold=40 * MICRO)})
    assert told.pace == 2 * MICRO


def test_the_minute_of_the_empty_shelf() -> None:
    """Five left at 13:00 with two an hour to come are gone at 15:30; nothing left is out now."""
    outlook = one(plan(), at(13), sold=10, on_hand=5)
    assert (outlook.alarm, outlook.out_at) == ("runs_out_today", at(15, 30))
    out = one(plan(), at(13), sold=10, on_hand=0)
    assert (out.alarm, out.out_at) == ("out", at(13))


def test_an_order_is_due_when_the_evening_lies_below_its_level() -> None:
    """30 on hand, 10 still to be sold: 20 in the evening, level 25, so 40 fill up to 60; goods on their way count."""
    levels = {"order_up_to": 60 * MICRO, "reorder_at": 25 * MICRO}
    outlook = one(plan(**levels), at(13), sold=10, on_hand=30)
    assert (outlook.alarm, outlook.suggested) == ("reorder", 40 * MICRO)
    assert one(plan(**levels), at(13), sold=10, on_hand=30, coming=5).alarm is None


def test_a_hole_in_the_book_is_no_sale_of_yesterday() -> None:
    """On hand below zero is out, and more returns than sales today do not make the day negative."""
    outlook = one(plan(), at(13), sold=-3, on_hand=-2)
    assert (outlook.alarm, outlook.day_total) == ("out", 10 * MICRO)


def test_after_its_end_the_plan_goes_on_by_weekday_and_says_so() -> None:
    """Mondays are 30, other days 20: a Monday after three weeks is 30, marked degraded."""
    mondays = tuple(
        msgspec.structs.replace(day, mean=30 * MICRO) if day.day.weekday() == 0 else day
        for day in days(20, 3)
    )
    old = msgspec.structs.replace(plan(), shelves=(ShelfPlan(sku="cake", days=mondays, profile=SHOP_HOURS),))
    monday = TOMORROW + timedelta(days=21)
    assert monday.weekday() == 0
    late = tick(old, monday, at(0), {})
    assert (late.degraded, late.outlooks[0].rest) == (True, 30 * MICRO)
    assert not tick(old, TOMORROW, at(0), {}).degraded
    short = msgspec.structs.replace(old, shelves=(ShelfPlan(sku="cake", days=mondays[:2]),))
    assert tick(short, TOMORROW + timedelta(days=4), at(0), {}).outlooks[0].rest == 25 * MICRO


def test_a_profile_that_is_none_is_our_mistake() -> None:
    """Shares that do not sum to one, or too few of them, never reach a store."""
    for profile in (EVEN_PROFILE[:-1], (0,) * HOURS, (MICRO + 1, -1, *(0,) * 22)):
        with pytest.raises(AssertionError):
            ShelfPlan(sku="cake", days=days(1, 1), profile=profile)


def profile_of(weights: list[int]) -> tuple[int, ...]:
    """Shares as the weights are; what the division leaves over goes to noon."""
    shares = [MICRO * weight // (sum(weights) + 1) for weight in weights]
    shares[12] += MICRO - sum(shares)
    return tuple(shares)


profiles = st.lists(st.integers(0, 9), min_size=HOURS, max_size=HOURS).map(profile_of)


@settings(deadline=None)
@given(profile=profiles, sold=st.integers(0, 60), on_hand=st.integers(-5, 60), beta=st.integers(0, MICRO))
def test_a_day_never_grows_back(profile: tuple[int, ...], sold: int, on_hand: int, beta: int) -> None:
    """At one position the rest only shrinks with the minutes at beta 0, and the empty shelf is never in the past."""
    last = None
    for minute in range(0, 1440, 45):
        outlook = one(plan(profile=profile), minute, sold=sold, on_hand=on_hand)
        assert last is None or outlook.rest <= last
        last = outlook.rest
        again = one(plan(profile=profile, beta=beta), minute, sold=sold, on_hand=on_hand)
        assert again.rest >= 0
        if again.out_at is not None:
            assert minute <= again.out_at < 1440
    assert share_before(profile, 1439) <= MICRO


def test_below_zero_by_the_book_with_nothing_to_come_is_no_alarm() -> None:
    """A count that is behind with no sale expected any more asks for nothing and names no minute."""
    profile = profile_of([0] * 12 + [1] + [0] * (HOURS - 13))
    outlook = one(plan(profile=profile), 810, sold=0, on_hand=-1)
    assert (outlook.rest, outlook.alarm, outlook.out_at) == (0, None, None)


def test_lots_are_held_against_the_days_they_have() -> None:
    """20 a day, 10 left today: of 12 until today 2 stay; of 50 until tomorrow 20 sell; a lot for weeks is no alarm."""
    lots = {
        "cake": (
            ("L2", TOMORROW + timedelta(days=1), 50 * MICRO),
            ("L1", TOMORROW, 12 * MICRO),
            ("L0", TOMORROW - timedelta(days=1), 3 * MICRO),
            ("L9", TOMORROW + timedelta(days=60), 900 * MICRO),
            ("LX", TOMORROW, 0),
        )
    }
    told = list(near_expiry(plan(), TOMORROW, {"cake": 10 * MICRO}, lots))
    assert [(one.lot, one.left_over // MICRO) for one in told] == [("L0", 3), ("L1", 2), ("L2", 30)]


def past(hours: int, carry: float, seed: int = 1) -> list[list[PastHour]]:
    """Days on which `carry` of a good morning goes over into the afternoon; every day expects 10 and 10."""
    draw = Random(seed)
    found = []
    for _ in range(hours):
        pace = draw.choice([0.6, 0.8, 1.0, 1.2, 1.4])
        rest = 10 * (1 + carry * (pace - 1)) + draw.gauss(0, 0.2)
        day = PastHour(
            sold=round(10 * pace * MICRO),
            expected=10 * MICRO,
            rest_expected=10 * MICRO,
            rest_sold=round(rest * MICRO),
        )
        found.append([day] * HOURS)
    return found


def test_a_beta_is_learnt_where_it_proves_itself() -> None:
    """Four tenths carried over are found; none, the opposite, and too few days give 0."""
    assert learn_betas(past(60, 0.4)) == (400_000,) * HOURS
    assert learn_betas(past(60, 0.0)) == NO_BETAS
    assert learn_betas(past(60, -0.5)) == NO_BETAS
    assert learn_betas(past(DAYS_LEAST - 1, 0.4)) == NO_BETAS


def test_luck_on_one_half_of_the_days_is_no_proof() -> None:
    """What holds on every second day only is not used."""
    mixed = [day for pair in zip(past(30, 0.8), past(30, -0.4, seed=2), strict=True) for day in pair]
    assert learn_betas(mixed) == NO_BETAS
