"""Stock at the close of any business day, and what flowed in and out: from the day and month roll-ups alone.

Stock at a past close is what lies there now less every change since. So a question about last week reads a week of
roll-ups and one about three years ago 36 months of them, however old the ledger is.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, and_, func, select

from cloud.reports.asked import Question, in_period, of_stores
from cloud.store.projected import NODE_ID, present, table_of
from cloud.store.tenant import Reading
from shared.stock.projection import LYING, STOCK_DAY, STOCK_MONTH

Key = tuple[str, ...]
BY_SKU = ("sku",)
BY_LOT = ("sku", "lot")


class Balance(msgspec.Struct, frozen=True):
    """Millionths; `sellable` leaves out what is held."""

    on_hand: int
    sellable: int


def balances_at(
    reading: Reading, asked: Question, close_of: date, by: tuple[str, ...] = BY_SKU
) -> dict[Key, Balance]:
    """What lay in each store at the close of a business day, by (store, *by); balances of nothing are left out."""
    found: dict[Key, list[int]] = {}
    lying = table_of(LYING)
    keys = [lying.c[NODE_ID], *(lying.c[name] for name in by)]
    sums = [func.sum(lying.c[name]).label(name) for name in ("on_hand", "sellable")]
    current = select(*keys, *sums).where(of_stores(asked, lying), present(lying, LYING))
    for row in reading.all(current.group_by(*keys)):
        found[tuple(row[: len(keys)])] = [int(row.on_hand), int(row.sellable)]
    for row in _changes_since(reading, asked, close_of, by):
        cells = found.setdefault(tuple(row[: len(keys)]), [0, 0])
        cells[0] -= int(row.on_hand)
        cells[1] -= int(row.sellable)
    return {key: Balance(*cells) for key, cells in found.items() if any(cells)}


def _changes_since(reading: Reading, asked: Question, close_of: date, by: tuple[str, ...]) -> list[Any]:
    """Days to the end of the month, then whole months."""
    days, months = table_of(STOCK_DAY), table_of(STOCK_MONTH)
    month_end = close_of.replace(day=monthrange(close_of.year, close_of.month)[1])
    rows: list[Any] = []
    spans: list[tuple[Any, ColumnElement[bool]]] = [
        (
            days,
            and_(days.c.business_date > close_of.isoformat(), days.c.business_date <= month_end.isoformat()),
        ),
        (months, months.c.month > close_of.isoformat()[:7]),
    ]
    for table, since in spans:
        keys = [table.c[NODE_ID], *(table.c[name] for name in by)]
        sums = [func.sum(table.c[name]).label(name) for name in ("on_hand", "sellable")]
        rows += reading.all(select(*keys, *sums).where(of_stores(asked, table), since).group_by(*keys))
    return rows


def flows(
    reading: Reading,
    asked: Question,
    by: tuple[str, ...],
    sums: Callable[[Any], list[ColumnElement[int]]],
) -> dict[Key, Any]:
    """Sums over the period's days by these columns of the roll-up; `sums` is given its table."""
    table = table_of(STOCK_DAY)
    keys = [table.c[name] for name in by]
    statement = select(*keys, *sums(table)).where(of_stores(asked, table), in_period(asked, table))
    return {tuple(row[: len(keys)]): row for row in reading.all(statement.group_by(*keys))}
