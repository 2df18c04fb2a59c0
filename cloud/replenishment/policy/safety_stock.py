"""What must be there to last, as one figure with its parts, and why it is not what it was yesterday.

The order-up-to level is the quantile of demand over the protection period, its distance from the mean stretched by the
factor that past cycles proved right (conformal calibration): S = mean + factor * (quantile - mean). The safety stock is
S - mean. It is split by the four variances, to the last millionth, so that a person sees which cause it is for. Where a
person has said for how many days goods should last at least and at most, the level is kept within what these days are
expected to ask for.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from cloud.replenishment.policy.demand import demand_of
from cloud.replenishment.policy.protection import Moments
from shared.units import MICRO, half_up, up_to_step

SERVICE = {"A": 980_000, "B": 950_000, "C": 900_000}
"""What goods that keep are there for: 98 days of 100 for those that matter most."""

Cause = Literal[
    "demand", "noise", "forecast_error", "lead_time", "review", "service_level", "calibration", "cover"
]


class Aim(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that the order-up-to level follows from."""

    moments: Moments
    level: int
    """The chance that it is enough, in millionths."""
    factor: int = MICRO
    step: int = MICRO
    cover_least: int = 0
    cover_most: int | None = None
    """What a person wants there to be at least and at most; the most wins."""


class SafetyStock(msgspec.Struct, frozen=True, kw_only=True):
    """`order_up_to` = mean + `total`; the four parts sum to `total`."""

    quantile: int
    order_up_to: int
    total: int
    noise: int
    review: int
    forecast_error: int
    lead_time: int


class Shift(msgspec.Struct, frozen=True, kw_only=True):
    """How far one cause moved the order-up-to level."""

    cause: Cause
    by: int


def critical_ratio(*, price: int, cost: int, goodwill: int = 0, salvage: int = 0, holding: int = 0) -> int:
    """The level at which one more is worth as much as it risks (newsvendor), for goods that do not keep.

    Short by one costs the margin and `goodwill`, one too many costs what it cost less `salvage`, and its `holding`.
    Price 10, cost 6, salvage 1: 4 / (4 + 5) = 0.444444. All in one unit of money; the answer in millionths, within
    1 % and 99.9 %, because a shop neither sells without any stock nor keeps all that could ever be asked for.
    """
    under = max(0, price - cost + goodwill)
    over = max(0, cost - salvage + holding)
    ratio = half_up(under * MICRO, under + over) if under + over else MICRO
    return min(max(ratio, 10_000), 999_000)


def order_up_to(aim: Aim) -> tuple[int, int]:
    """The quantile and the order-up-to level, the level in whole steps."""
    mean = aim.moments.mean
    quantile = demand_of(mean, aim.moments.variance, aim.step).quantile(aim.level)
    level = max(0, up_to_step(mean + half_up(aim.factor * (quantile - mean), MICRO), aim.step))
    level = max(level, aim.cover_least)
    return quantile, level if aim.cover_most is None else min(level, aim.cover_most)


def safety_stock(aim: Aim) -> SafetyStock:
    """The level with its parts."""
    quantile, level = order_up_to(aim)
    total = level - aim.moments.mean
    moments = aim.moments
    noise, review, forecast_error, lead_time = split(
        total, (moments.noise, moments.review, moments.forecast_error, moments.lead_time)
    )
    return SafetyStock(
        quantile=quantile,
        order_up_to=level,
        total=total,
        noise=noise,
        review=review,
        forecast_error=forecast_error,
        lead_time=lead_time,
    )


def split(total: int, weights: tuple[int, ...]) -> list[int]:
    """`total` in whole parts as the weights are; without any weight the first takes all. The rest of the division goes
    to the largest weight."""
    whole = sum(weights)
    if not whole:
        return [total, *(0 for _ in weights[1:])]
    parts = [total * weight // whole for weight in weights]
    parts[weights.index(max(weights))] += total - sum(parts)
    return parts


def why_changed(before: Aim, after: Aim) -> list[Shift]:
    """What moved the level from `before` to `after`: the causes exchanged one after the other, so that the shifts sum
    to the whole difference. Causes that moved nothing are left out."""
    exchanged: dict[Cause, tuple[str, ...]] = {
        "demand": ("mean_lead",),
        "review": ("days", "mean_review", "review"),
        "noise": ("noise",),
        "forecast_error": ("forecast_error",),
        "lead_time": ("lead_time",),
    }
    at, level = before, order_up_to(before)[1]
    shifts: list[Shift] = []
    for cause, fields in exchanged.items():
        told = {field: getattr(after.moments, field) for field in fields}
        at = msgspec.structs.replace(at, moments=msgspec.structs.replace(at.moments, **told))
        level = _shift(shifts, cause, at, level)
    at = msgspec.structs.replace(at, level=after.level)
    level = _shift(shifts, "service_level", at, level)
    at = msgspec.structs.replace(at, factor=after.factor, step=after.step)
    level = _shift(shifts, "calibration", at, level)
    _shift(shifts, "cover", after, level)
    return shifts


def _shift(shifts: list[Shift], cause: Cause, at: Aim, level: int) -> int:
    now = order_up_to(at)[1]
    if now != level:
        shifts.append(Shift(cause=cause, by=now - level))
    return now
