"""Comparing periods, 同比 and 环比: equal elapsed days against equal elapsed days, and no percentage of nothing.

On 22 November the month so far is 1-22 November; against the month before it is 1-22 October, not the whole of it.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import msgspec

from cloud.reports.asked import Question
from cloud.reports.registry import Compare
from shared.units import half_up


def elapsed(asked: Question, today: date) -> Question:
    """The period without the days that are still to come; a period wholly ahead stays as it is."""
    if asked.first <= today < asked.last:
        return msgspec.structs.replace(asked, last=today)
    return asked


def base_of(asked: Question, today: date, compare: Compare) -> Question:
    """The period to compare with, as many days long as have passed of the one asked about.

    A whole calendar month is compared with the whole month before or a year before, as everybody in the trade does.
    """
    now = elapsed(asked, today)
    whole_month = now.first.day == 1 and now.last == month_end(now.first)
    if compare == "year":
        first = a_year_before(now.first)
        last = month_end(first) if whole_month else first + timedelta(days=now.days - 1)
    elif now.first.day == 1 and now.last <= month_end(now.first) and asked.days > 1:
        first = (now.first - timedelta(days=1)).replace(day=1)
        last = first + timedelta(days=now.days - 1)
        last = month_end(first) if whole_month else min(last, month_end(first))
    else:
        return now.before()
    return Question(first=first, last=last, stores=asked.stores)


def month_end(day: date) -> date:
    """The last day of its month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def a_year_before(day: date) -> date:
    """The same date last year; 29 February becomes the 28th."""
    last = monthrange(day.year - 1, day.month)[1]
    return day.replace(year=day.year - 1, day=min(day.day, last))


def change(now: int, base: int) -> int | None:
    """(now - base) / |base| in hundredths of a percent; None where there is nothing to compare with.

    120 against 100 is 2000 (+20.00 %); 50 against -100 is 15000, which a report flags because the base is negative.
    """
    return None if base == 0 else half_up((now - base) * 10_000, abs(base))


def share(part: int, whole: int) -> int | None:
    """Part of a whole in hundredths of a percent; None of nothing."""
    return None if whole == 0 else half_up(part * 10_000, whole)
