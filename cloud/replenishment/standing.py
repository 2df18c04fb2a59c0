"""How a chain's goods stand now, read from balances: what lies there, what is on its way, what is ordered."""

from __future__ import annotations

from sqlalchemy import and_, func, select

from cloud.reports.asked import Question, of_stores
from cloud.reports.what_is_on_hand import in_store, in_transit, on_hand_sums
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.catalogue.projection import UNIT
from shared.purchasing.projection import ORDER, ORDER_LINE
from shared.stock.projection import STOCK


def largest_packs(reading: Reading) -> dict[str, int]:
    """The factor of each SKU's largest pack, millionths of its base unit."""
    unit = table_of(UNIT)
    rows = reading.all(
        select(unit.c.sku, func.max(unit.c.factor).label("factor")).where(mine(unit)).group_by(unit.c.sku)
    )
    return {row.sku: int(row.factor) for row in rows}


def lying(reading: Reading, chain: Question) -> dict[tuple[str, str], tuple[int, int]]:
    """(on hand, held) by store and SKU."""
    stock = table_of(STOCK)
    on_hand, held = on_hand_sums(stock)
    rows = reading.all(
        select(stock.c.node_id, stock.c.sku, on_hand, held)
        .where(of_stores(chain, stock), in_store(stock))
        .group_by(stock.c.node_id, stock.c.sku)
    )
    return {(row.node_id, row.sku): (int(row.on_hand), int(row.held)) for row in rows}


def on_the_way(reading: Reading, chain: Question) -> dict[tuple[str, str], int]:
    """In transit from sister stores, by receiving store and SKU."""
    coming: dict[tuple[str, str], int] = {}
    for (store, sku, _lot), qty in in_transit(reading, chain).items():
        coming[store, sku] = coming.get((store, sku), 0) + qty
    return coming


def on_order(reading: Reading) -> dict[tuple[str, str], int]:
    """Ordered from suppliers and still to come, by store and SKU."""
    order, line = table_of(ORDER), table_of(ORDER_LINE)
    still_to_come = func.sum(line.c.ordered - line.c.received).label("open")
    joined = line.join(
        order, and_(order.c.tenant_id == line.c.tenant_id, order.c.order_id == line.c.order_id)
    )
    found = reading.all(
        select(order.c.store, line.c.sku, still_to_come)
        .select_from(joined)
        .where(mine(line), order.c.state == "open", line.c.ordered > line.c.received)
        .group_by(order.c.store, line.c.sku)
    )
    return {(row.store, row.sku): int(row.open) for row in found}
