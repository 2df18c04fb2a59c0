"""A period as whole months and the days around them, for sums that are kept by day and by month.

A year from 21 November on is ten days, eleven months and twenty days: thirty days of rows are read and not 365.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from sqlalchemy import ColumnElement, FromClause, and_

Span = tuple[FromClause, ColumnElement[bool]]
"""A table and the clause for its part of the period."""


def spans_of(
    first: date, last: date, days: FromClause, months: FromClause, day_column: str = "business_date"
) -> Iterator[Span]:
    """The parts of a period, both days included: days up to the first whole month, whole months, days after them."""
    whole_from = first if first.day == 1 else next_month(first)
    whole_until = next_month(last) if (last + timedelta(days=1)).day == 1 else last.replace(day=1)
    day, month = days.c[day_column], months.c.month
    if whole_from >= whole_until:
        yield days, day.between(first.isoformat(), last.isoformat())
        return
    if first < whole_from:
        yield days, day.between(first.isoformat(), (whole_from - timedelta(days=1)).isoformat())
    yield months, and_(month >= f"{whole_from:%Y-%m}", month < f"{whole_until:%Y-%m}")
    if whole_until <= last:
        yield days, day.between(whole_until.isoformat(), last.isoformat())


def next_month(day: date) -> date:
    """The first day of the month after the day's."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def months_of(first: date, last: date) -> Iterator[date]:
    """The first day of every month that a period touches."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = next_month(month)


def is_monthly(table: FromClause) -> bool:
    """Whether a span is of whole months."""
    return "month" in table.c
