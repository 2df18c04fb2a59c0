"""The time an order must last, and how demand in it varies.

What is ordered today arrives after the lead time L; the next order can be placed after the review time R and arrives
R + L from now. Until then there is only this order, so it must cover L + R days. With their means m and deviations s,

    mean           = sum of m
    noise          = sum of s^2 over L                    days differ
    review         = sum of s^2 over R                    and so do the days until the next order
    forecast error = rho * ((sum of s)^2 - sum of s^2)    a forecast that is too low today is too low tomorrow
    lead time      = (mean / days)^2 * Var(L)             the lorry comes when it comes

and the variance is the sum of the four. 40 a day, deviation 12, L = 2 with deviation 0.5, no review: 288 + 400 = 688.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from shared.forecasting.forecast import ForecastDay
from shared.units import MICRO, half_up

_Z = ((841_621, "q80"), (1_281_552, "q90"), (1_644_854, "q95"), (2_053_749, "q98"))
"""Deviations of the normal at the quantiles of a day, in millionths."""
LONGEST_DAYS = 366
"""A lead time beyond a year is a typing mistake; no loop runs longer."""


class LeadTime(msgspec.Struct, frozen=True, kw_only=True):
    """Days from order to goods on the shelf, and their variance, both in millionths."""

    days: int
    variance: int = 0


class Moments(msgspec.Struct, frozen=True, kw_only=True):
    """Demand over the protection period: means of its two spans and the four parts of its variance."""

    days: int
    """Of the whole period, in millionths."""
    mean_lead: int
    mean_review: int
    noise: int
    review: int
    forecast_error: int
    lead_time: int

    @property
    def mean(self) -> int:
        return self.mean_lead + self.mean_review

    @property
    def variance(self) -> int:
        return self.noise + self.review + self.forecast_error + self.lead_time


def deviation(day: ForecastDay) -> int:
    """The spread of a day, read off its upper quantiles: the mean of (q - mean) / z, never below zero."""
    told = sum(half_up((getattr(day, name) - day.mean) * MICRO, z) for z, name in _Z)
    return max(0, told // len(_Z))


def moments(days: Sequence[ForecastDay], lead: LeadTime, review_days: int, rho: int) -> Moments:
    """Moments from the first day of `days` on; `rho` is the correlation of neighbouring errors in millionths.

    Beyond the last day its week repeats. A part of a day counts as that part of its mean and variance.
    """
    assert days
    assert 0 <= lead.days <= LONGEST_DAYS * MICRO
    assert 0 <= review_days <= LONGEST_DAYS
    until_lead, until_end = lead.days, lead.days + review_days * MICRO
    mean_lead, noise, spread, squares = _span(days, 0, until_lead)
    mean_review, review, spread_review, squares_review = _span(days, until_lead, until_end)
    together = (spread + spread_review) ** 2 // MICRO - squares - squares_review
    mean_daily = (mean_lead + mean_review) * MICRO // until_end if until_end else 0
    return Moments(
        days=until_end,
        mean_lead=mean_lead,
        mean_review=mean_review,
        noise=noise,
        review=review,
        forecast_error=max(0, half_up(rho * together, MICRO)),
        lead_time=half_up(mean_daily * mean_daily * lead.variance, MICRO * MICRO),
    )


def mean_of(days: Sequence[ForecastDay], count: int) -> int:
    """What `count` days from the first on are expected to ask for."""
    assert 0 <= count <= 10 * LONGEST_DAYS
    return sum(_day(days, number).mean for number in range(count))


def _span(days: Sequence[ForecastDay], begin: int, end: int) -> tuple[int, int, int, int]:
    """Mean, variance, sum of deviations and sum of their squares from `begin` to `end` (millionths of a day)."""
    mean = variance = spread = squares = 0
    at = begin
    while at < end:
        number = at // MICRO
        part = min(end, (number + 1) * MICRO) - at
        day = _day(days, number)
        one = deviation(day)
        mean += day.mean * part
        variance += one * one * part // MICRO
        spread += one * part // MICRO
        squares += (one * part // MICRO) ** 2 // MICRO
        at += part
    return mean // MICRO, variance // MICRO, spread, squares


def _day(days: Sequence[ForecastDay], number: int) -> ForecastDay:
    if number < len(days):
        return days[number]
    week = min(7, len(days))
    return days[len(days) - week + (number - len(days)) % week]
