"""Periods of whole months, for reports whose figures are kept by month; a month that still runs, until today."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from cloud.reports.asked import Question
from cloud.reports.comparing import month_end
from cloud.reports.registry import Compare


def whole_months(asked: Question, today: date) -> Question:
    """The months a period touches; the running one until today."""
    first, end = asked.first.replace(day=1), month_end(asked.last)
    return msgspec.structs.replace(asked, first=first, last=min(end, today) if first <= today else end)


def month_before(asked: Question, compare: Compare) -> Question:
    """The whole month before that of the period's last day, or the same one a year ago."""
    first = asked.last.replace(day=1)
    eve = first.replace(year=first.year - 1) if compare == "year" else first - timedelta(days=1)
    return msgspec.structs.replace(asked, first=eve.replace(day=1), last=month_end(eve))
