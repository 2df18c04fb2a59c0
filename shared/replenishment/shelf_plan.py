"""What a store's node knows of the days ahead, and how it goes on by the minute with no line to head office.

Head office makes a plan for fourteen days: for each SKU the forecast of each day, how a day is spread over its hours,
the level to order up to and the level at which to order. During the day the node replaces the hours that are over by
what was sold:

    day = sold so far + rest * (1 + beta * (K - 1)),    rest = mean * share of the hours to come

K is what the whole store sold by now against what was expected by now; beta says how far a good morning means a good
afternoon. It is learnt for each store and hour and is 0 until it has proved a gain (`rolling`): item by item such an
update made forecasts worse on real bakeries, and for the whole store it helps in the morning only.

A plan that has run out is not thrown away: the node goes on with its means by weekday and marks what it says as
degraded (降级). Everything is whole millionths; 2,000 SKUs take some milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Literal

import msgspec

from shared.forecasting.forecast import ForecastDay
from shared.units import MICRO, half_up

DAYS = 14
HOURS = 24
DAY_MINUTES = 24 * 60
EVEN_PROFILE = tuple(MICRO // HOURS + (hour < MICRO % HOURS) for hour in range(HOURS))
"""Shares of a day whose hours nobody knows; they sum to one, as every profile does."""
NO_BETAS = (0,) * HOURS
K_LEAST, K_MOST = MICRO // 2, 2 * MICRO
"""A store that has sold one cake instead of none is not having the day of its life."""

Alarm = Literal["out", "runs_out_today", "reorder"]


class ShelfPlan(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One SKU. `profile` are the shares of the 24 hours in millionths; `reorder_at` is what must be there and on its
    way in the evening, or an order is due."""

    sku: str
    days: tuple[ForecastDay, ...]
    profile: tuple[int, ...] = EVEN_PROFILE
    order_up_to: int = 0
    reorder_at: int = 0

    def __post_init__(self) -> None:
        assert self.days, self.sku
        assert len(self.profile) == HOURS, self.sku
        assert min(self.profile) >= 0, self.sku
        assert sum(self.profile) == MICRO, self.sku


class StorePlan(msgspec.Struct, frozen=True, kw_only=True):
    """All SKUs of a store. `valid_until` is the last day it speaks of; `betas` by hour, in millionths."""

    store: str
    made_on: date
    valid_until: date
    betas: tuple[int, ...] = NO_BETAS
    shelves: tuple[ShelfPlan, ...]


class Position(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What the day-book says of one SKU: sold today net of returns, sellable on hand, on its way and ordered."""

    sold: int = 0
    on_hand: int = 0
    coming: int = 0


class Outlook(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One SKU for the rest of today. `out_at` is the minute of the day at which the shelf is expected to be empty."""

    sku: str
    day_total: int
    rest: int
    alarm: Alarm | None = None
    out_at: int | None = None
    suggested: int = 0
    """What would fill up to the order-up-to level; 0 where no order is due."""


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """What a minute gives: the day's pace of the store (millionths) and every SKU's outlook."""

    pace: int
    degraded: bool
    outlooks: tuple[Outlook, ...]


NOTHING = Position()


def share_before(profile: tuple[int, ...], minute: int) -> int:
    """The share of a day (millionths) that is over at a minute of it, hours filled evenly."""
    hour, within = divmod(minute, 60)
    return sum(profile[:hour]) + (profile[hour] * within // 60 if within else 0)


def mean_on(shelf: ShelfPlan, plan: StorePlan, day: date) -> int:
    """The plan's mean of a day, or after its end the mean of its days of that weekday (else of all its days)."""
    if day <= plan.valid_until:
        ahead = (day - shelf.days[0].day).days
        if 0 <= ahead < len(shelf.days):
            return shelf.days[ahead].mean
    alike = [one.mean for one in shelf.days if one.day.weekday() == day.weekday()]
    known = alike or [one.mean for one in shelf.days]
    return half_up(sum(known), len(known))


def tick(plan: StorePlan, day: date, minute: int, positions: Mapping[str, Position]) -> Tick:
    """How the day goes at `minute` (0 to 1439) of it, for every SKU of the plan, in the plan's order."""
    assert 0 <= minute < DAY_MINUTES
    means = [mean_on(shelf, plan, day) for shelf in plan.shelves]
    over: dict[tuple[int, ...], int] = {}
    expected = sold = 0
    for shelf, mean in zip(plan.shelves, means, strict=True):
        share = over.get(shelf.profile)
        if share is None:
            share = over[shelf.profile] = share_before(shelf.profile, minute)
        expected += mean * share // MICRO
        sold += positions.get(shelf.sku, NOTHING).sold
    pace = pace_of(sold, expected)
    stretch = stretched(plan.betas[minute // 60], pace)
    outlooks = tuple(
        _outlook(shelf, mean, over[shelf.profile], stretch, minute, positions.get(shelf.sku, NOTHING))
        for shelf, mean in zip(plan.shelves, means, strict=True)
    )
    return Tick(pace=pace, degraded=day > plan.valid_until, outlooks=outlooks)


def pace_of(sold: int, expected: int) -> int:
    """K: what was sold by now against what was expected by now, within bounds; 1 where nothing was expected."""
    return min(max(half_up(sold * MICRO, expected), K_LEAST), K_MOST) if expected else MICRO


def stretched(beta: int, pace: int) -> int:
    """What the rest of the day is multiplied by: 1 + beta * (K - 1)."""
    return MICRO + half_up(beta * (pace - MICRO), MICRO)


def _outlook(
    shelf: ShelfPlan, mean: int, share: int, stretch: int, minute: int, position: Position
) -> Outlook:
    rest = mean * (MICRO - share) // MICRO * stretch // MICRO
    in_the_evening = max(position.on_hand - rest, 0) + position.coming
    alarm: Alarm | None = None
    out_at, suggested = None, 0
    if in_the_evening < shelf.reorder_at:
        alarm, suggested = "reorder", max(0, shelf.order_up_to - in_the_evening)
    if position.on_hand <= 0 and (rest or alarm):
        alarm, out_at = "out", minute
    elif 0 < position.on_hand < rest:
        alarm, out_at = "runs_out_today", _empty_at(shelf.profile, minute, position.on_hand, rest)
    return Outlook(
        sku=shelf.sku,
        day_total=max(0, position.sold) + rest,
        rest=rest,
        alarm=alarm,
        out_at=out_at,
        suggested=suggested,
    )


def _empty_at(profile: tuple[int, ...], minute: int, on_hand: int, rest: int) -> int:
    """The minute at which `on_hand` of the `rest` to come is sold; the rest is spread as the profile says."""
    begun = share_before(profile, minute)
    until = begun + (MICRO - begun) * on_hand // rest
    passed = 0
    for hour, share in enumerate(profile):
        if share and passed + share > until:
            return max(minute, hour * 60 + (until - passed) * 60 // share)
        passed += share
    return DAY_MINUTES - 1


class NearExpiry(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A lot of which `left_over` is expected to be still there after its last day."""

    sku: str
    lot: str
    expiry: date
    qty: int
    left_over: int


def near_expiry(
    plan: StorePlan,
    today: date,
    rests: Mapping[str, int],
    lots: Mapping[str, tuple[tuple[str, date, int], ...]],
) -> Iterator[NearExpiry]:
    """Lots that will not be sold by their last day, if everybody takes what expires first.

    `rests` is what is still expected today by SKU, `lots` are (lot, last day, sellable quantity) by SKU. A lot is held
    against all demand until its last day, less what lots before it take.
    """
    for shelf in plan.shelves:
        taken, demand, until = 0, rests.get(shelf.sku, 0), today
        for lot, expiry, qty in sorted(lots.get(shelf.sku, ()), key=lambda one: (one[1], one[0])):
            if qty <= 0:
                continue
            while until < expiry and (until - today).days < DAYS:
                until = date.fromordinal(until.toordinal() + 1)
                demand += mean_on(shelf, plan, until)
            if (expiry - today).days > DAYS:
                break
            free = max(0, demand - taken) if expiry >= today else 0
            left_over = max(0, qty - free)
            taken += qty - left_over
            if left_over:
                yield NearExpiry(sku=shelf.sku, lot=lot, expiry=expiry, qty=qty, left_over=left_over)
