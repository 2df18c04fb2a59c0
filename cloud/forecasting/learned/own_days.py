"""A business's own days as a file: `date,what`, a line a day.

`what` is `off`, `work`, `school`, `no_school` or `payday`; any other word is the name of an event of the business's own
(an anniversary, a fair at the gate), and days near it are priced as those near a feast are.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path

from cloud.forecasting.learned.china import EVENTS
from cloud.forecasting.learned.table import day_of
from cloud.forecasting.own_calendar import Kind, Own, day_off, day_worked
from shared.errors import DomainError


def read_own_days(file: Path) -> Own:
    """Raises `forecast_days_unreadable` with the line that is not `date,what`."""
    kinds: dict[date, Kind] = {}
    schools: dict[date, bool] = {}
    paydays: set[date] = set()
    events: dict[str, set[date]] = defaultdict(set)
    for number, day, what in _lines(file):
        match what:
            case "off":
                kinds[day] = day_off(day)
            case "work":
                kinds[day] = day_worked(day)
            case "school" | "no_school":
                schools[day] = what == "school"
            case "payday":
                paydays.add(day)
            case _ if what in EVENTS:
                raise DomainError("forecast_days_unreadable", line=number, text=what)
            case _:
                events[what].add(day)
    return Own(
        kinds=kinds,
        schools=schools,
        paydays=frozenset(paydays),
        events={name: frozenset(days) for name, days in events.items()},
    )


def _lines(file: Path) -> list[tuple[int, date, str]]:
    lines = []
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        raise DomainError("forecast_days_unreadable", line=0, text=file.name) from None
    rows = [row for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)]
    for number, row in enumerate(rows, start=1):
        if number == 1 and [cell.strip().lower() for cell in row] == ["date", "what"]:
            continue
        day = day_of(row[0])
        if len(row) != 2 or day is None or not row[1].strip():
            raise DomainError("forecast_days_unreadable", line=number, text=",".join(row))
        lines.append((number, day, row[1].strip().lower()))
    return lines
