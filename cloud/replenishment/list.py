"""The replenishment list of now: positions read from roll-ups and balances, planned by `plan`, named for people."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import msgspec
from sqlalchemy import and_, func, select

from cloud.replenishment.plan import Line, LineKind, Position, Sourcing, plan
from cloud.reports.asked import Question, of_stores, sku_names, store_names
from cloud.reports.what_is_expiring import expiring_lots
from cloud.reports.what_is_on_hand import in_store, in_transit, on_hand_sums
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.catalogue.projection import SKU, UNIT
from shared.purchasing.projection import ORDER, ORDER_LINE
from shared.sales.projection import SALES_DAY
from shared.stock.projection import STOCK
from shared.units import MICRO, decimal_text, half_up

WINDOW_DAYS = 28
"""Four weeks, so that every weekday counts equally often."""


class TermsTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`Terms` as decimal strings, plus the mean a person looks for first."""

    mean_daily: str
    window_days: int
    sold: str
    days_cover_min: int
    days_cover_max: int
    min: str
    max: str
    on_hand: str
    held: str
    near_expiry: str
    in_transit: str
    on_order: str
    position: str
    need: str
    surplus: str | None = None
    pack: str
    rounded: str


class LineTold(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    kind: LineKind
    sku: str
    name: str
    unit: str
    to_store: str
    to_store_name: str
    from_store: str | None = None
    from_store_name: str | None = None
    supplier: str | None = None
    qty: str
    reason: str
    terms: TermsTold


class Replenishment(msgspec.Struct, frozen=True, kw_only=True):
    as_of: str
    window_days: int
    lines: list[LineTold]


def what_to_move_and_buy(reading: Reading, asked: Question, today: date) -> Replenishment:
    """Plans over the whole chain, because a sister store may be out of the caller's sight; then tells the lines
    that go to the stores asked about."""
    chain = Question(first=today - timedelta(days=WINDOW_DAYS), last=today - timedelta(days=1))
    products = {row.sku: row for row in reading.all(select(table_of(SKU)).where(mine(table_of(SKU))))}
    sourcing = _sourcing(reading, products)
    lines = [
        line
        for line in plan(_positions(reading, chain, today, sourcing), sourcing, WINDOW_DAYS)
        if asked.stores is None or line.to_store in asked.stores
    ]
    names = store_names(reading)
    skus = sku_names(reading, {line.sku for line in lines})
    return Replenishment(
        as_of=today.isoformat(),
        window_days=WINDOW_DAYS,
        lines=[_told(line, skus[line.sku], products[line.sku].base_unit, names) for line in lines],
    )


def _sourcing(reading: Reading, products: dict[str, Any]) -> dict[str, Sourcing]:
    """The largest pack is what a supplier delivers; an SKU with no pack is bought by its base unit."""
    packs = largest_packs(reading)
    return {
        sku: Sourcing(
            supplier=row.supplier or "",
            min_cover_days=row.min_cover_days,
            max_cover_days=row.max_cover_days,
            shelf_life_days=row.shelf_life_days or 0,
            pack=packs.get(sku, MICRO),
            step=10 ** (6 - row.decimals),
        )
        for sku, row in products.items()
    }


def largest_packs(reading: Reading) -> dict[str, int]:
    """The factor of each SKU's largest pack, millionths of its base unit."""
    unit = table_of(UNIT)
    rows = reading.all(
        select(unit.c.sku, func.max(unit.c.factor).label("factor")).where(mine(unit)).group_by(unit.c.sku)
    )
    return {row.sku: int(row.factor) for row in rows}


def _positions(
    reading: Reading, chain: Question, today: date, sourcing: dict[str, Sourcing]
) -> list[Position]:
    sold = table_of(SALES_DAY)
    net = func.sum(sold.c.qty - sold.c.returned_qty).label("net")
    sales = {
        (row.node_id, row.sku): int(row.net)
        for row in reading.all(
            select(sold.c.node_id, sold.c.sku, net)
            .where(
                of_stores(chain, sold),
                sold.c.business_date.between(chain.first.isoformat(), chain.last.isoformat()),
            )
            .group_by(sold.c.node_id, sold.c.sku)
        )
    }
    balances = lying(reading, chain)
    nearly = _near_expiry(reading, chain, today, sourcing)
    coming = on_the_way(reading, chain)
    ordered = on_order(reading)
    return [
        Position(
            sku=sku,
            store=store,
            sold=sales.get((store, sku), 0),
            on_hand=balances.get((store, sku), (0, 0))[0],
            held=balances.get((store, sku), (0, 0))[1],
            near_expiry=nearly.get((store, sku), 0),
            in_transit=coming.get((store, sku), 0),
            on_order=ordered.get((store, sku), 0),
        )
        for store, sku in sorted(sales.keys() | balances.keys())
    ]


def _near_expiry(
    reading: Reading, chain: Question, today: date, sourcing: dict[str, Sourcing]
) -> dict[tuple[str, str], int]:
    """Sellable goods that will not last as long as the SKU's minimum cover."""
    longest = max((one.min_cover_days for one in sourcing.values()), default=0)
    found: dict[tuple[str, str], int] = {}
    for row in reading.all(expiring_lots(chain, today + timedelta(days=longest))):
        cover = sourcing[row.sku].min_cover_days if row.sku in sourcing else 0
        if date.fromisoformat(row.expiry) < today + timedelta(days=cover):
            key = (row.node_id, row.sku)
            found[key] = found.get(key, 0) + int(row.on_hand) - int(row.held)
    return found


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


def _told(line: Line, name: str, unit: str, stores: dict[str, str]) -> LineTold:
    terms = line.terms
    texts = {
        field: decimal_text(value)
        for field, value in msgspec.structs.asdict(terms).items()
        if value is not None and field not in ("window_days", "days_cover_min", "days_cover_max")
    }
    return LineTold(
        kind=line.kind,
        sku=line.sku,
        name=name,
        unit=unit,
        to_store=line.to_store,
        to_store_name=stores.get(line.to_store, line.to_store),
        from_store=line.from_store or None,
        from_store_name=stores.get(line.from_store, line.from_store) if line.from_store else None,
        supplier=line.supplier or None,
        qty=decimal_text(line.qty),
        reason="below_minimum",
        terms=TermsTold(
            mean_daily=decimal_text(half_up(terms.sold, terms.window_days)),
            window_days=terms.window_days,
            days_cover_min=terms.days_cover_min,
            days_cover_max=terms.days_cover_max,
            **texts,
        ),
    )
