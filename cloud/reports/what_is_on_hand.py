"""What is on hand: stock by store, SKU or lot, with what is held and what is on its way."""

from __future__ import annotations

from typing import Any, Literal, TypeGuard, get_args

import msgspec
from sqlalchemy import ColumnElement, Select, and_, case, func, or_, select

from cloud.reports.asked import Page, Question, facts_url, of_stores, qty_text, store_names
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from shared.catalogue.projection import SKU
from shared.errors import DomainError
from shared.stock.projection import INBOUND, LOT, STOCK

By = Literal["store", "sku", "lot"]
BYS: tuple[By, ...] = get_args(By)


class StockRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`on_hand` counts held goods too, because they lie there; `held` is the part that may not be sold."""

    store: str
    store_name: str
    sku: str | None = None
    name: str | None = None
    lot: str | None = None
    expiry: str | None = None
    unit: str | None = None
    skus: int | None = None
    on_hand: str
    held: str
    in_transit: str
    facts: str


class StockTotal(msgspec.Struct, frozen=True, kw_only=True):
    on_hand: str
    held: str
    rows: int


class OnHand(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    by: By
    rows: list[StockRow]
    total: StockTotal
    next: str | None = None


def is_by(by: str) -> TypeGuard[By]:
    return by in BYS


def on_hand_sums(stock: Any) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """(on hand, held) as sums of balances by the type of their location."""
    qty, location = stock.c.qty, stock.c.location
    held = func.sum(case((location.like("hold/%"), qty), else_=0)).label("held")
    sellable = func.sum(case((location.like("store/%"), qty), else_=0))
    return (sellable + func.sum(case((location.like("hold/%"), qty), else_=0))).label("on_hand"), held


def in_store(stock: Any) -> ColumnElement[bool]:
    """The balances that lie in a store."""
    return or_(stock.c.location.like("store/%"), stock.c.location.like("hold/%"))


def what_is_on_hand(reading: Reading, asked: Question, by: str, search: str, page: Page) -> OnHand:
    """Balances that are not zero, by store and SKU (or lot); `search` finds SKUs by code or part of the name."""
    if not is_by(by):
        raise DomainError("report_by_unknown", by=by[:40], known=", ".join(BYS))
    grouped = _grouped(asked, by, search[:100])
    found = reading.all(grouped.limit(page.limit + 1).offset(page.after))
    rows = found[: page.limit]
    counted = grouped.order_by(None).subquery()
    sums = reading.connection.execute(
        select(func.count(), func.sum(counted.c.on_hand), func.sum(counted.c.held)),
        {"tenant_scope": reading.tenant},
    ).one()
    return OnHand(
        by=by,
        rows=_named(reading, asked, rows),
        total=StockTotal(rows=int(sums[0]), on_hand=qty_text(sums[1]), held=qty_text(sums[2])),
        next=str(page.after + page.limit) if len(found) > page.limit else None,
    )


def _grouped(asked: Question, by: By, search: str) -> Select[Any]:
    stock, product, lots = table_of(STOCK), table_of(SKU), table_of(LOT)
    on_hand, held = on_hand_sums(stock)
    joined = stock.outerjoin(
        product, and_(product.c.tenant_id == stock.c.tenant_id, product.c.sku == stock.c.sku)
    )
    keys: list[ColumnElement[Any]] = [stock.c.node_id]
    if by != "store":
        keys += [stock.c.sku, product.c.name, product.c.base_unit]
    if by == "lot":
        keys += [stock.c.lot, lots.c.expiry]
        joined = joined.outerjoin(
            lots,
            and_(
                lots.c.tenant_id == stock.c.tenant_id,
                lots.c.node_id == stock.c.node_id,
                lots.c.sku == stock.c.sku,
                lots.c.lot == stock.c.lot,
            ),
        )
    skus = func.count(func.distinct(stock.c.sku)).label("skus")
    chosen = (
        select(*keys, on_hand, held, skus).select_from(joined).where(of_stores(asked, stock), in_store(stock))
    )
    if search:
        wanted = f"%{_literal(search)}%"
        chosen = chosen.where(
            or_(product.c.name.ilike(wanted, escape="\\"), stock.c.sku.ilike(wanted, escape="\\"))
        )
    empty = or_(func.sum(stock.c.qty) != 0, held != 0)
    chosen = chosen.group_by(*keys).having(empty)
    return chosen.order_by(
        *(keys[:2] if by != "lot" else [stock.c.sku, stock.c.node_id, lots.c.expiry, stock.c.lot])
    )


def _literal(search: str) -> str:
    return search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _named(reading: Reading, asked: Question, found: Any) -> list[StockRow]:
    names = store_names(reading)
    coming = in_transit(reading, asked)
    rows = []
    for row in found:
        seen = row._mapping
        store, sku, lot = row.node_id, seen.get("sku"), seen.get("lot")
        on_the_way = sum(
            qty
            for (to_store, coming_sku, coming_lot), qty in coming.items()
            if to_store == store and sku in (None, coming_sku) and lot in (None, coming_lot)
        )
        rows.append(
            StockRow(
                store=store,
                store_name=names.get(store, store),
                sku=sku,
                name=None if sku is None else seen.get("name") or sku,
                lot=lot,
                expiry=seen.get("expiry"),
                unit=seen.get("base_unit"),
                skus=row.skus if sku is None else None,
                on_hand=qty_text(row.on_hand),
                held=qty_text(row.held),
                in_transit=qty_text(on_the_way),
                facts=facts_url(node=store, kind=None if sku else "stock.", sku=sku, lot=lot),
            )
        )
    return rows


def in_transit(reading: Reading, asked: Question) -> dict[tuple[str, str, str], int]:
    """Millionths on their way by (receiving store, SKU, lot): sent and not yet received."""
    table = table_of(INBOUND)
    open_qty = func.sum(table.c.sent - table.c.received)
    found = reading.all(
        select(table.c.to_store, table.c.sku, table.c.lot, open_qty.label("open"))
        .where(of_stores(asked, table, "to_store"), mine(table), table.c.sent > table.c.received)
        .group_by(table.c.to_store, table.c.sku, table.c.lot)
    )
    return {(row.to_store, row.sku, row.lot): int(row.open) for row in found}
