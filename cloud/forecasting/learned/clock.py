"""What the date alone says about a period: columns that every series shares.

A column comes in when there is past enough to have seen it more than once. The day of the month needs five months
behind it and the month a year: with less they only number the days, and early May is then thought to be like early
June (0.4 points of WAPE). What the moon brings once a year is not left to columns but priced (`feasts`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final

import numpy as np

from cloud.forecasting.learned.arrays import Numbers
from cloud.forecasting.learned.china import Day, days_of
from cloud.forecasting.own_calendar import Own
from shared.forecasting.models import DAILY, MONTHLY, Cadence

MONTHS_SEEN: Final = 150
YEAR_SEEN: Final = 400
_FAR: Final = 7
"""Days off further away are all alike."""


def clock_of(dates: Sequence[date], cadence: Cadence, past: int, own: Own | None) -> dict[str, Numbers]:
    """Columns by name for every date; the first `past` of them lie behind. `own` None follows no calendar."""
    clock = {}
    if cadence is DAILY:
        clock["weekday"] = np.array([float(day.weekday()) for day in dates])
        if past >= MONTHS_SEEN:
            clock["day_of_month"] = np.array([float(day.day) for day in dates])
    if past * cadence.days > YEAR_SEEN:
        clock["month"] = np.array([float(day.month) for day in dates])
    if own is not None:
        clock |= _of_days(dates, past, own) if cadence is DAILY else _of_periods(dates, cadence, past, own)
    return clock


def _of_days(dates: Sequence[date], past: int, own: Own) -> dict[str, Numbers]:
    days = days_of(_with_week_around(dates), own)
    here = days[_FAR:-_FAR]
    columns = {
        "day_off": [float(day.off) for day in here],
        "made_up": [float(day.kind == "makeup") for day in here],
        "holiday": [float(day.kind == "holiday") for day in here],
        "until_off": [_steps_to(days, _FAR + place, 1, off=True) for place in range(len(here))],
        "since_off": [_steps_to(days, _FAR + place, -1, off=True) for place in range(len(here))],
        "until_work": [_steps_to(days, _FAR + place, 1, off=False) for place in range(len(here))],
        "school": [float(day.school) for day in here],
    }
    if past >= MONTHS_SEEN:
        columns["lunar_day"] = [float(day.lunar_day) for day in here]
        columns["since_payday"] = [float(day.since_payday) for day in here]
    if past > YEAR_SEEN:
        columns["solar_term"] = [float(day.solar_term) for day in here]
    return _that_differ(columns, past)


def _of_periods(dates: Sequence[date], cadence: Cadence, past: int, own: Own) -> dict[str, Numbers]:
    """Of weeks and months: which share of their days is off, is a public holiday, and lies around Spring Festival."""
    periods = [days_of(_days_in(day, cadence), own) for day in dates]
    columns = {
        "day_off": [_share(day.off for day in days) for days in periods],
        "holiday": [_share(day.kind == "holiday" for day in days) for days in periods],
        "school": [_share(day.school for day in days) for days in periods],
    }
    if past * cadence.days > YEAR_SEEN:
        columns["spring_festival"] = [
            _share("spring_festival" in dict(day.near) for day in days) for days in periods
        ]
    return _that_differ(columns, past)


def _that_differ(columns: dict[str, list[float]], past: int) -> dict[str, Numbers]:
    """A column that was the same all the time teaches nothing, and what comes may lie outside of it."""
    return {name: np.array(values) for name, values in columns.items() if len(set(values[:past])) > 1}


def _steps_to(days: Sequence[Day], place: int, step: int, off: bool) -> float:
    """Days to the next (or last) day off or worked, the day itself counting 0, `_FAR` at most."""
    return float(next((k for k in range(_FAR) if days[place + step * k].off is off), _FAR))


def _with_week_around(dates: Sequence[date]) -> list[date]:
    before = [dates[0] - timedelta(days=back) for back in range(_FAR, 0, -1)]
    return [*before, *dates, *(dates[-1] + timedelta(days=ahead) for ahead in range(1, _FAR + 1))]


def _days_in(first: date, cadence: Cadence) -> list[date]:
    days = cadence.days
    if cadence is MONTHLY:
        days = ((first + timedelta(days=31)).replace(day=1) - first).days
    return [first + timedelta(days=day) for day in range(days)]


def _share(said: Iterable[bool]) -> float:
    listed = list(said)
    return sum(listed) / len(listed)
