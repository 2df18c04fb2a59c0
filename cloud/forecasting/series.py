"""A chain's days as forecasts read them: what each product sold in each store, and on which days nobody knows.

Roll-ups only. A day on which the store sold nothing at all was closed, or its node has not told yet; a day that began
and ended with an empty shelf and sold nothing says nothing about demand. Both are unknown, not zero. A product that
has lain nowhere for four weeks is no longer kept: from then on its days are zeros, or it would be ordered for ever.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from math import isnan, nan
from typing import Final

import msgspec
from sqlalchemy import func, select

from cloud.store.projected import NODE_ID, table_of
from cloud.store.tenant import Reading, mine
from shared.catalogue.projection import SKU
from shared.forecasting.repair import Known
from shared.sales.projection import SALES_DAY, SALES_TOTAL
from shared.stock.projection import LYING, STOCK_DAY
from shared.units import MICRO

HISTORY_MOST: Final = 240
"""Days of history a nightly run reads: origins of four months, each with a quarter behind it."""
HORIZON: Final = 14
"""Days ahead that a store's table reaches: as long as a node may be without head office."""
KEPT_DAYS: Final = 28
"""So long after its last movement an empty shelf still waits for goods."""


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """Units sold by day, the last entry being the last known day; NaN where nobody knows. The first is a figure."""

    store: str
    sku: str
    category: str
    sold: array[float]
    faults: tuple[str, ...] = ()

    @property
    def history(self) -> list[Known]:
        return [None if isnan(one) else one for one in self.sold]


def read_series(reading: Reading, last: date, days: int = HISTORY_MOST) -> Iterator[Series]:
    """Every product that sold in a store within `days` up to `last`, store by store."""
    first = last - timedelta(days=days - 1)
    categories = _categories(reading)
    for store, opened in sorted(_open_days(reading, first, last).items()):
        empty = _empty_days(reading, store, first, last)
        for sku, sold in _sold(reading, store, first, last).items():
            yield _series(store, sku, categories.get(sku, ""), sold, opened, empty.get(sku, set()), days)


def _series(
    store: str, sku: str, category: str, sold: dict[int, int], opened: set[int], empty: set[int], days: int
) -> Series:
    begins = min(sold)
    values = array("d", [nan]) * (days - begins)
    for day in range(begins, days):
        if day in sold:
            values[day - begins] = max(0, sold[day]) / MICRO
        elif day in opened and day not in empty:
            values[day - begins] = 0.0
    faults = []
    if min(sold.values()) < 0:
        faults.append("negative_sales")
    if days - begins < 14:
        faults.append("short_history")
    return Series(store=store, sku=sku, category=category, sold=values, faults=tuple(faults))


def _categories(reading: Reading) -> dict[str, str]:
    table = table_of(SKU)
    return {
        row.sku: row.category or ""
        for row in reading.all(select(table.c.sku, table.c.category).where(mine(table)))
    }


def _open_days(reading: Reading, first: date, last: date) -> dict[str, set[int]]:
    """By store, the days counted from `first` on which it sold something."""
    table = table_of(SALES_TOTAL)
    found: defaultdict[str, set[int]] = defaultdict(set)
    for row in reading.all(
        select(table.c[NODE_ID], table.c.business_date).where(
            mine(table),
            table.c.business_date.between(first.isoformat(), last.isoformat()),
            table.c.sales > 0,
        )
    ):
        found[row.node_id].add((date.fromisoformat(row.business_date) - first).days)
    return dict(found)


def _sold(reading: Reading, store: str, first: date, last: date) -> dict[str, dict[int, int]]:
    """Net of returns, by SKU and day counted from `first`; only products of which something was sold."""
    table = table_of(SALES_DAY)
    found: dict[str, dict[int, int]] = {}
    rows = reading.all(
        select(table.c.sku, table.c.business_date, table.c.qty, table.c.returned_qty)
        .where(
            mine(table),
            table.c[NODE_ID] == store,
            table.c.business_date.between(first.isoformat(), last.isoformat()),
        )
        .order_by(table.c.sku)
    )
    for row in rows:
        day = (date.fromisoformat(row.business_date) - first).days
        found.setdefault(row.sku, {})[day] = int(row.qty) - int(row.returned_qty)
    return {sku: sold for sku, sold in found.items() if any(qty > 0 for qty in sold.values())}


def _empty_days(reading: Reading, store: str, first: date, last: date) -> dict[str, set[int]]:
    """By SKU, the days on which nothing lay on the shelf from morning to night and the product was still kept."""
    lying, moved = table_of(LYING), table_of(STOCK_DAY)
    days = (last - first).days + 1
    balances = {
        row.sku: int(row.sellable)
        for row in reading.all(
            select(lying.c.sku, func.sum(lying.c.sellable).label("sellable"))
            .where(mine(lying), lying.c[NODE_ID] == store)
            .group_by(lying.c.sku)
        )
    }
    changes: dict[str, list[tuple[int, int]]] = {}
    for row in reading.all(
        select(moved.c.sku, moved.c.business_date, func.sum(moved.c.sellable).label("change"))
        .where(mine(moved), moved.c[NODE_ID] == store, moved.c.business_date >= first.isoformat())
        .group_by(moved.c.sku, moved.c.business_date)
        .order_by(moved.c.sku, moved.c.business_date.desc())
    ):
        day = (date.fromisoformat(row.business_date) - first).days
        changes.setdefault(row.sku, []).append((day, int(row.change)))
    return {sku: set(_empty(balances.get(sku, 0), moves, days)) for sku, moves in changes.items()}


def _empty(balance: int, changes: list[tuple[int, int]], days: int) -> Iterator[int]:
    """Days without movement at a balance of exactly nothing; below nothing the book is wrong and goods were there."""
    until = days
    for day, change in changes:
        if balance == 0:
            yield from range(day + 1, min(until, day + 1 + KEPT_DAYS))
        balance -= change
        until = day
