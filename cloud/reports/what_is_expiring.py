"""What is expiring: lots on hand whose last day is near or past, soonest first."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import Select, and_, func, select

from cloud.reports.asked import Question, facts_url, of_stores, qty_text, sku_names, store_names
from cloud.reports.what_is_on_hand import in_store, on_hand_sums
from cloud.store.projected import table_of
from cloud.store.tenant import Reading
from shared.stock.projection import LOT, STOCK


class ExpiringRow(msgspec.Struct, frozen=True, kw_only=True):
    """`days_left` 0 is the last day it may be sold, negative is past it."""

    store: str
    store_name: str
    sku: str
    name: str
    lot: str
    expiry: str
    days_left: int
    on_hand: str
    held: str
    facts: str


class Expiring(msgspec.Struct, frozen=True, kw_only=True):
    as_of: str
    days: int
    rows: list[ExpiringRow]


def what_is_expiring(reading: Reading, asked: Question, today: date, days: int, limit: int = 500) -> Expiring:
    """Lots with goods on hand that expire within `days` of `today`, or already have."""
    found = reading.all(expiring_lots(asked, today + timedelta(days=days)).limit(limit))
    names, skus = store_names(reading), sku_names(reading, {row.sku for row in found})
    return Expiring(
        as_of=today.isoformat(),
        days=days,
        rows=[
            ExpiringRow(
                store=row.node_id,
                store_name=names.get(row.node_id, row.node_id),
                sku=row.sku,
                name=skus[row.sku],
                lot=row.lot,
                expiry=row.expiry,
                days_left=(date.fromisoformat(row.expiry) - today).days,
                on_hand=qty_text(row.on_hand),
                held=qty_text(row.held),
                facts=facts_url(node=row.node_id, sku=row.sku, lot=row.lot),
            )
            for row in found
        ],
    )


def expiring_lots(asked: Question, until: date) -> Select[Any]:
    """One row per store and lot with (on_hand, held), soonest first."""
    lots, stock = table_of(LOT), table_of(STOCK)
    on_hand, held = on_hand_sums(stock)
    joined = lots.join(
        stock,
        and_(
            stock.c.tenant_id == lots.c.tenant_id,
            stock.c.node_id == lots.c.node_id,
            stock.c.sku == lots.c.sku,
            stock.c.lot == lots.c.lot,
        ),
    )
    keys = [lots.c.node_id, lots.c.sku, lots.c.lot, lots.c.expiry]
    return (
        select(*keys, on_hand, held)
        .select_from(joined)
        .where(of_stores(asked, lots), lots.c.expiry <= until.isoformat(), in_store(stock))
        .group_by(*keys)
        .having(func.sum(stock.c.qty) > 0)
        .order_by(lots.c.expiry, lots.c.node_id, lots.c.sku, lots.c.lot)
    )
