"""How forecasts fared, as they were said: each day that has become known against what the fortnight before it said.

A store's day is scored once it is known, and again where later facts changed it. Beside every forecast stand the two
pencils, reckoned from the days known on the same night: the mean of four weeks, and last week's same day. Days nobody
knows (shut, not heard of, the shelf empty from morning to night) say nothing about a forecast and are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from math import isnan
from typing import Final, Literal

from sqlalchemy import delete, select

from cloud.forecasting.issued import THOUSANDTH, Issued, issued_in
from cloud.forecasting.series import HORIZON, Series
from cloud.store.forecast_tables import FORECAST_SCORE, FORECAST_SCORED_DAY, SUMS
from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, TenantStore, mine
from shared.forecasting.models import DAILY, same_places
from shared.sales.projection import SALES_TOTAL
from shared.units import MICRO, half_up

Cycle = Literal["day", "week"]
SCORES_KEPT: Final = 56
WEEK: Final = 7
KNOWN_LEAST: Final = 5
"""A week of which fewer days are known says too little about a week."""
WEEKS_AHEAD: Final = (1, 8)
"""The first day of a week that a night speaks of: the next seven days, and the seven after them."""


class Sums:
    """What is added up over the products of a store, in the order of `SUMS`; quantities in millionths."""

    def __init__(self) -> None:
        self.cells = [0] * len(SUMS)

    def add(self, sold: int, said: int, mean: int, naive: int, quantiles: Iterable[int] = ()) -> None:
        cells = self.cells
        cells[0] += 1
        cells[1] += sold
        cells[2] += said
        cells[3] += abs(said - sold)
        cells[4] += mean
        cells[5] += abs(mean - sold)
        cells[6] += naive
        cells[7] += abs(naive - sold)
        for place, quantile in enumerate(quantiles, 8):
            cells[place] += sold <= quantile


Key = tuple[Cycle, int, str]
"""Cycle, days ahead, segment."""


class _Past:
    """One series in millionths with what the two pencils would have said after any of its days."""

    def __init__(self, series: Series, last: date) -> None:
        self.values = [None if isnan(one) else round(one * MICRO) for one in series.sold]
        self._end = last.toordinal() - len(self.values) + 1
        self._sums, self._counts = [0], [0]
        for value in self.values:
            self._sums.append(self._sums[-1] + (value or 0))
            self._counts.append(self._counts[-1] + (value is not None))

    def place(self, day: date) -> int:
        """Where a day stands among the values; outside of them there is no figure."""
        return day.toordinal() - self._end

    def at(self, place: int) -> int | None:
        return self.values[place] if 0 <= place < len(self.values) else None

    def mean(self, known: int) -> int | None:
        """Of the last four weeks of the first `known` days; None where none of them is known."""
        since = max(0, known - DAILY.span)
        count = self._counts[known] - self._counts[since]
        return half_up(self._sums[known] - self._sums[since], count) if count else None

    def naive(self, known: int, ahead: int, otherwise: int) -> int:
        """The last same weekday with a figure among the first `known` days, for the day `ahead` (1 is the next)."""
        for place in same_places(known, ahead - 1, DAILY.season):
            if (value := self.values[place]) is not None:
                return value
        return otherwise


def scores_of(
    day: date, last: date, series: Iterable[Series], issued: Mapping[date, Mapping[str, Issued]]
) -> dict[Key, Sums]:
    """The sums of one store's day and of the weeks that end on it; `last` is the last day of every series."""
    found: defaultdict[Key, Sums] = defaultdict(Sums)
    for one in series:
        past = _Past(one, last)
        _score_day(found, past, past.place(day), day, one.sku, issued)
        _score_weeks(found, past, past.place(day), day, one.sku, issued)
    return dict(found)


def _score_day(
    found: defaultdict[Key, Sums],
    past: _Past,
    place: int,
    day: date,
    sku: str,
    issued: Mapping[date, Mapping[str, Issued]],
) -> None:
    sold = past.at(place)
    if sold is None:
        return
    for ahead in range(1, min(HORIZON, place) + 1):
        said = issued.get(day - timedelta(days=ahead), {}).get(sku)
        known = place - ahead + 1
        mean = past.mean(known)
        if said is None or mean is None or ahead > said.horizon:
            continue
        expected, *quantiles = (number * THOUSANDTH for number in said.numbers[ahead - 1 :: said.horizon])
        found["day", ahead, said.segment].add(sold, expected, mean, past.naive(known, ahead, mean), quantiles)


def _score_weeks(
    found: defaultdict[Key, Sums],
    past: _Past,
    place: int,
    day: date,
    sku: str,
    issued: Mapping[date, Mapping[str, Issued]],
) -> None:
    known_days = [(back, value) for back in range(WEEK) if (value := past.at(place - back)) is not None]
    if len(known_days) < KNOWN_LEAST:
        return
    for first in WEEKS_AHEAD:
        to_last = first + WEEK - 1
        said = issued.get(day - timedelta(days=to_last), {}).get(sku)
        known = place - to_last + 1
        mean = past.mean(known) if known > 0 else None
        if said is None or mean is None or to_last > said.horizon:
            continue
        found["week", first, said.segment].add(
            sum(value for _, value in known_days),
            sum(said.numbers[to_last - back - 1] * THOUSANDTH for back, _ in known_days),
            mean * len(known_days),
            sum(past.naive(known, to_last - back, mean) for back, _ in known_days),
        )


def score(store: TenantStore, series: Sequence[Series], last: date) -> int:
    """Score what has become known since the night before, or otherwise known; returns how many days of stores.

    `series` stand store by store, as `read_series` gives them.
    """
    scored = 0
    for name, own in groupby(series, key=lambda one: one.store):
        with store.reading() as reading:
            days, totals = _to_score(reading, name, last)
            if not days:
                continue
            since = days[0] - timedelta(days=HORIZON)
            nights = [since + timedelta(days=ahead) for ahead in range((days[-1] - since).days)]
            issued = issued_in(reading, name, nights)
        listed = list(own) if issued else []
        found = {day: scores_of(day, last, listed, issued) for day in days} if issued else {}
        if any(found.values()):
            _keep(store, name, found, totals)
            scored += sum(bool(sums) for sums in found.values())
    oldest = (last - timedelta(days=SCORES_KEPT - 1)).isoformat()
    with store.writing() as writing:
        for kept in (FORECAST_SCORE, FORECAST_SCORED_DAY):
            writing.change(delete(kept).where(mine(kept), kept.c.day < oldest))
    return scored


def _to_score(
    reading: Reading, store: str, last: date
) -> tuple[list[date], dict[date, tuple[int, int, int]]]:
    """Days of the last fortnight that the day-book tells otherwise than when they were scored, and those whose weeks
    they are in; with the day-book's totals."""
    first = last - timedelta(days=HORIZON - 1)
    total, scored = table_of(SALES_TOTAL), FORECAST_SCORED_DAY
    span = (first.isoformat(), last.isoformat())
    now = {
        date.fromisoformat(row.business_date): (int(row.sales), int(row.qty), int(row.returned_qty))
        for row in reading.all(
            select(total.c.business_date, total.c.sales, total.c.qty, total.c.returned_qty).where(
                mine(total), total.c[NODE_ID] == store, total.c.business_date.between(*span)
            )
        )
    }
    before = {
        date.fromisoformat(row.day): (int(row.sales), int(row.qty), int(row.returned_qty))
        for row in reading.all(
            select(scored).where(mine(scored), scored.c.store == store, scored.c.day.between(*span))
        )
    }
    changed = [day for day, told in now.items() if before.get(day) != told]
    days = {day + timedelta(days=ahead) for day in changed for ahead in range(WEEK)}
    return sorted(day for day in days if day <= last), now


def _keep(
    store: TenantStore,
    name: str,
    found: Mapping[date, Mapping[Key, Sums]],
    totals: Mapping[date, tuple[int, int, int]],
) -> None:
    table, scored = FORECAST_SCORE, FORECAST_SCORED_DAY
    again = [day.isoformat() for day in found]
    with store.writing() as writing:
        for kept in (table, scored):
            writing.change(delete(kept).where(mine(kept), kept.c.store == name, kept.c.day.in_(again)))
        writing.many(
            table,
            ("cycle", "day", "store", "ahead", "segment", *SUMS),
            (
                (cycle, day.isoformat(), name, ahead, segment, *sums.cells)
                for day, of_day in found.items()
                for (cycle, ahead, segment), sums in of_day.items()
            ),
        )
        writing.many(
            scored,
            ("day", "store", "sales", "qty", "returned_qty"),
            ((day.isoformat(), name, *totals[day]) for day in found if day in totals),
        )
