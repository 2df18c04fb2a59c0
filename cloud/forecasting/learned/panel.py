"""Many series side by side, as arrays: what features are made of.

Days without a row are days nobody knows about (NaN), not days without sales: a shop that was closed or a node that
was offline must not teach a model that nothing is bought on Mondays. Who sold nothing writes 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec
import numpy as np

from cloud.forecasting.learned.arrays import Numbers, Whole, known_of
from cloud.forecasting.learned.china import Day, days_of, unannounced_years
from cloud.forecasting.learned.clock import clock_of
from cloud.forecasting.learned.repairing import demand_of_chain
from cloud.forecasting.learned.table import Table
from cloud.forecasting.own_calendar import Own
from cloud.forecasting.series import Series
from shared.forecasting.models import DAILY, MONTHLY, WEEKLY, Cadence
from shared.forecasting.repair import Known


class Panel(msgspec.Struct, frozen=True, kw_only=True):
    """Many series side by side: row a series, column a period. NaN where a series has no figure.

    `demand` is what would have sold (repaired), `sold` what did. `groups` numbers each series within store, SKU and
    category; `known` holds covariates of every period including those ahead, `past` those known up to the origin only.
    `clock` are columns every series shares (weekday, day of month …), including the periods ahead.
    """

    demand: Numbers
    sold: Numbers
    available: Numbers
    groups: dict[str, Whole]
    known: dict[str, Numbers]
    past: dict[str, Numbers]
    clock: dict[str, Numbers]
    names: tuple[str, ...]
    stores: tuple[str, ...]
    skus: tuple[str, ...]
    dates: tuple[date, ...]
    cadence: Cadence
    days: tuple[Day, ...] = ()
    """The calendar's word on each date (the first of a week or month); empty where no calendar is followed."""

    @property
    def season(self) -> int:
        """How many periods repeat: 7 days, 12 months."""
        return self.cadence.season

    @property
    def span(self) -> int:
        """How many periods the scale is the mean of: 28 days, 12 months."""
        return self.cadence.span

    def history(self, series: int, origin: int) -> list[Known]:
        """Demand of one series up to and including `origin`, from its first figure on."""
        return known_of(self.demand[series, self.first_of(series) : origin + 1])

    def first_of(self, series: int) -> int:
        """The first period of a series that has a figure; the number of periods where none has."""
        there = np.isfinite(self.demand[series])
        return int(there.argmax()) if there.any() else len(there)


def panel_of(table: Table, horizon: int, target: str = "sold", own: Own | None = None) -> Panel:
    """Lay a table out by series and period, `horizon` empty periods after the last; `target` is "sold" or "demand".

    `own` is the Chinese calendar with what the business added to it; None follows no calendar.
    """
    cadence = cadence_of(table.dates)
    dates = calendar(min(table.dates), max(table.dates), cadence, horizon)
    place = {day: column for column, day in enumerate(dates)}
    names = sorted(set(table.series))
    row_of = {name: row for row, name in enumerate(names)}
    rows = np.array([row_of[name] for name in table.series], dtype=np.int64)
    columns = np.array([place[_period(day, cadence, dates[0])] for day in table.dates], dtype=np.int64)

    def laid_out(values: Sequence[float]) -> Numbers:
        grid = np.full((len(names), len(dates)), np.nan)
        grid[rows, columns] = values
        return grid

    sold = laid_out(table.qty)
    available = laid_out(table.available)
    labels = {name: _label(values, rows, len(names)) for name, values in table.groups.items()}
    skus = labels["sku"] if any(labels["sku"]) else names
    groups = {
        "store": _numbered(labels["store"]),
        "sku": _numbered(skus),
        "category": _numbered(labels["category"]),
    }
    # A back-test must not know at an origin what came after it.
    demand = demand_of_chain(sold, available, groups, cadence.season, ahead=0) if target == "demand" else sold
    return Panel(
        demand=demand,
        sold=sold,
        available=available,
        groups=groups,
        known={name: laid_out(values) for name, values in table.known.items()},
        past={name: laid_out(values) for name, values in table.past.items()},
        clock=clock_of(dates, cadence, len(dates) - horizon, own),
        names=tuple(names),
        stores=tuple(labels["store"]),
        skus=tuple(labels["sku"]),
        dates=tuple(dates),
        cadence=cadence,
        days=tuple(days_of(dates, own)) if own else (),
    )


def panel_of_series(series: Sequence[Series], last: date, horizon: int, own: Own) -> Panel:
    """A chain's own days side by side by the Chinese calendar and what the business added to it, all ending on `last`,
    `horizon` empty ones behind it."""
    past = max(len(one.sold) for one in series)
    dates = [last - timedelta(days=past - 1 - day) for day in range(past + horizon)]
    sold = np.full((len(series), past + horizon), np.nan)
    for row, one in enumerate(series):
        sold[row, past - len(one.sold) : past] = one.sold
    stores, skus = [one.store for one in series], [one.sku for one in series]
    return Panel(
        demand=sold,
        sold=sold,
        available=np.ones_like(sold),
        groups={
            "store": _numbered(stores),
            "sku": _numbered(skus),
            "category": _numbered([one.category for one in series]),
        },
        known={},
        past={},
        clock=clock_of(dates, DAILY, past, own),
        names=tuple(f"{one.store}/{one.sku}" for one in series),
        stores=tuple(stores),
        skus=tuple(skus),
        dates=tuple(dates),
        cadence=DAILY,
        days=tuple(days_of(dates, own)),
    )


def add_faults(faults: dict[str, set[str]], panel: Panel, horizon: int, origins: int) -> None:
    """Add what only shows in a whole series: `gaps`, `never_sold` (zeros for all its days, or for a year),
    `short_history` (less than two seasons before the first origin that is asked for), `no_figures`, `ended`,
    `calendar_unannounced` (nobody has said of all years which weekends are worked)."""
    first_origin = len(panel.dates) - horizon - 1 - horizon * origins
    for row, name in enumerate(panel.names):
        there = np.flatnonzero(np.isfinite(panel.sold[row]))
        wrong = faults.setdefault(name, set())
        if not len(there):
            wrong.add("no_figures")
            continue
        if there[-1] - there[0] + 1 > len(there):
            wrong.add("gaps")
        year = max(1, round(365 / panel.cadence.days))
        if not (panel.sold[row, there[-year:]] > 0).any():
            wrong.add("never_sold")
        if first_origin + 1 - there[0] < 2 * panel.season:
            wrong.add("short_history")
        if there[-1] < first_origin:
            wrong.add("ended")
        if unannounced_years(panel.days):
            wrong.add("calendar_unannounced")


def cadence_of(dates: Sequence[date]) -> Cadence:
    """Monthly where every date is the first of a month, weekly where all lie whole weeks apart, else daily."""
    days = sorted(set(dates))
    if len(days) > 2 and all(day.day == 1 for day in days):
        return MONTHLY
    if len(days) > 2 and all((day - days[0]).days % 7 == 0 for day in days):
        return WEEKLY
    return DAILY


def calendar(first: date, last: date, cadence: Cadence, horizon: int) -> list[date]:
    """Every period from `first` to `last` and `horizon` more."""
    if cadence is MONTHLY:
        months = (last.year - first.year) * 12 + last.month - first.month + 1 + horizon
        return [month_after(first, ahead) for ahead in range(months)]
    periods = (last - first).days // cadence.days + 1 + horizon
    return [first + timedelta(days=cadence.days * ahead) for ahead in range(periods)]


def month_after(first: date, months: int) -> date:
    """The first of the month `months` later."""
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _period(day: date, cadence: Cadence, first: date) -> date:
    if cadence.days == 1 or cadence is MONTHLY:
        return day
    return first + timedelta(days=(day - first).days // cadence.days * cadence.days)


def _label(values: Sequence[str], rows: Whole, count: int) -> list[str]:
    """The last label of each series: a product that changed its category is in its new one."""
    labels = [""] * count
    for row, value in zip(rows.tolist(), values, strict=True):
        labels[row] = value
    return labels


def _numbered(labels: Sequence[str]) -> Whole:
    numbers = {label: number for number, label in enumerate(sorted(set(labels)))}
    return np.array([numbers[label] for label in labels], dtype=np.int64)
