"""Stock at the close of any business day, and what flowed in and out: from the day and month roll-ups alone.

Stock at a past close is what lies there now less every change since. So a question about last week reads a week of
roll-ups and one about three years ago 36 months of them, however old the ledger is.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from datetime import date
from typing import Any

import msgspec
from sqlalchemy import Select, Subquery, and_, func, or_, select, union_all
from sqlalchemy import cast as sql_cast

from cloud.reports.asked import Question, of_stores
from cloud.reports.kept_sums import SumsOf, sums_over
from cloud.store.columns import INT
from cloud.store.projected import NODE_ID, present, table_of
from cloud.store.tenant import Reading
from shared.stock.projection import LYING, STOCK_DAY, STOCK_MONTH

Key = tuple[str, ...]
BY_SKU = ("sku",)
BY_LOT = ("sku", "lot")


class Balance(msgspec.Struct, frozen=True, gc=False):
    """Millionths; `sellable` leaves out what is held."""

    on_hand: int
    sellable: int


def balances_at(
    reading: Reading, asked: Question, close_of: date, by: tuple[str, ...] = BY_SKU
) -> dict[Key, Balance]:
    """What lay in each store at the close of a business day, by (store, *by); balances of nothing are left out."""
    rows = reading.all(select(lay_at(asked, close_of, by)))
    return {tuple(row[:-2]): Balance(row.on_hand, row.sellable) for row in rows}


def added_up_at(reading: Reading, asked: Question, close_of: date, cut: str) -> dict[str, Balance]:
    """What lay in all stores together at the close of a day, by SKU, or by store (`node_id`)."""
    lay = lay_at(asked, close_of, BY_SKU)
    sums = [sql_cast(func.sum(lay.c[name]), INT).label(name) for name in ("on_hand", "sellable")]
    rows = reading.all(select(lay.c[cut], *sums).group_by(lay.c[cut]))
    return {row[0]: Balance(row.on_hand, row.sellable) for row in rows}


def lay_at(asked: Question, close_of: date, by: tuple[str, ...]) -> Subquery:
    """Rows (store, *by, on_hand, sellable): what lies there now less what changed since, where that is anything."""
    there = union_all(*_now_and_since(asked, close_of, by)).subquery()
    keys = [there.c[name] for name in (NODE_ID, *by)]
    sums = [sql_cast(func.sum(there.c[name]), INT).label(name) for name in ("on_hand", "sellable")]
    return select(*keys, *sums).group_by(*keys).having(or_(*(one != 0 for one in sums))).subquery()


def _now_and_since(asked: Question, close_of: date, by: tuple[str, ...]) -> Iterator[Select[Any]]:
    """What lies there; then, taken off, days to the end of the month and whole months."""
    lying, days, months = table_of(LYING), table_of(STOCK_DAY), table_of(STOCK_MONTH)
    yield _terms(lying, by, 1).where(of_stores(asked, lying), present(lying, LYING))
    month_end = close_of.replace(day=monthrange(close_of.year, close_of.month)[1])
    to_its_end = and_(
        days.c.business_date > close_of.isoformat(), days.c.business_date <= month_end.isoformat()
    )
    yield _terms(days, by, -1).where(of_stores(asked, days), to_its_end)
    yield _terms(months, by, -1).where(of_stores(asked, months), months.c.month > close_of.isoformat()[:7])


def _terms(table: Any, by: tuple[str, ...], sign: int) -> Select[Any]:
    sums = [(table.c[name] * sign).label(name) for name in ("on_hand", "sellable")]
    return select(*(table.c[name] for name in (NODE_ID, *by)), *sums)


def flows(reading: Reading, asked: Question, by: tuple[str, ...], sums: SumsOf) -> dict[Key, Any]:
    """Sums over the period by these columns of the roll-ups."""
    rows = sums_over(reading, asked, (STOCK_DAY, STOCK_MONTH), by, sums)
    return {tuple(row[: len(by)]): row for row in rows}
