"""What goods brought in, cost and were worth, by store or SKU and whole months, from the sums that posting keeps.

Stock at the close of a month is what there is now less what changed since, so a question about last month costs one
month. The mean of daily closing values comes from the same rows: the closing value C of a month of n days less
sum(c * (k - 1)) / n, because a change c on day k was missing on the k - 1 days before it.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, and_, func, select

from cloud.books.ledger import Stores
from cloud.books.sums import SO_FAR
from cloud.store.book_tables import GOODS_MONTH
from cloud.store.tenant import Reading, mine
from shared.accounting.bridge import Earned
from shared.units import half_up

Cut = Literal["store", "sku"]


def earned_by_sku(reading: Reading, stores: Stores, first: date, last: date) -> dict[str, Earned]:
    """What each SKU brought in over the whole months from `first` to `last`, in all stores together."""
    return {
        row.sku: Earned(int(row.qty), int(row.net), int(row.cost))
        for row in _sums(reading, stores, _between(first, last), GOODS_MONTH.c.sku)
    }


class Held(msgspec.Struct, frozen=True):
    """Of one store or SKU over some months: earnings, closing worth, and mean of daily closings in fen."""

    earned: Earned
    closing: int
    mean: int


def held(reading: Reading, stores: Stores, first: date, last: date, cut: Cut) -> dict[str, Held]:
    """Every store, or every SKU, that was worth or earned something in the months from `first` to `last`.

    `last` is the last day of a month, or the day it is where that month still runs. All of it is a sum, so the database
    adds up what a line holds.
    """
    by = (GOODS_MONTH.c.node_id if cut == "store" else GOODS_MONTH.c.sku).label("cut")
    worth = {row.cut: int(row.worth) for row in _sums(reading, stores, GOODS_MONTH.c.month == SO_FAR, by)}
    for row in _sums(reading, stores, GOODS_MONTH.c.month > f"{last:%Y-%m}", by):
        worth[row.cut] -= int(row.worth)
    months: dict[str, dict[str, Any]] = {}
    for row in _sums(reading, stores, _between(first, last), by, GOODS_MONTH.c.month):
        months.setdefault(row.cut, {})[row.month] = row
    named = list(_months_back(first, last))
    return {
        key: _held(months.get(key, {}), closing, named)
        for key, closing in worth.items()
        if closing or key in months
    }


def _held(rows: dict[str, Any], closing: int, months: list[tuple[str, int]]) -> Held:
    qty = net = cost = weighed = days = 0
    close = closing
    for month, length in months:
        days += length
        row = rows.get(month)
        weighed += close * length
        if row is not None:
            weighed -= int(row.worth_days)
            close -= int(row.worth)
            qty, net, cost = qty + int(row.qty), net + int(row.net), cost + int(row.cost)
    return Held(Earned(qty, net, cost), closing, half_up(weighed, days))


def _months_back(first: date, last: date) -> Iterator[tuple[str, int]]:
    """The months of a period with their days, the last one first; of that the days until `last`."""
    year, month, days = last.year, last.month, last.day
    while (year, month) >= (first.year, first.month):
        yield f"{year:04d}-{month:02d}", days
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
        days = monthrange(year, month)[1]


def _between(first: date, last: date) -> ColumnElement[bool]:
    return GOODS_MONTH.c.month.between(f"{first:%Y-%m}", f"{last:%Y-%m}")


def _sums(reading: Reading, stores: Stores, inside: ColumnElement[bool], *by: Any) -> Any:
    table = GOODS_MONTH
    chosen = mine(table) if stores is None else and_(mine(table), table.c.node_id.in_(sorted(stores)))
    sums = [func.sum(table.c[name]).label(name) for name in ("qty", "net", "cost", "worth", "worth_days")]
    return reading.all(select(*by, *sums).where(chosen, inside).group_by(*by))
