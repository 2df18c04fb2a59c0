"""Stock on hand: a searchable list, and one product with its lots and its last moves."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import Parameter

from edge.http.access import needs
from edge.http.goods import NEAR_DAYS, Lying, like, lying_by_lot, price_text, today, whole
from edge.http.node import StoreNode
from edge.http.times import rfc3339
from edge.ledger import dbapi
from edge.ledger.reader import ReadView
from shared.catalogue.lookup import product
from shared.units import decimal_text

_MOVES_SHOWN = 50


class StockLine(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    category: str
    base_unit: str
    on_hand: str
    available: str
    held: str
    price: str | None
    lots: int
    next_expiry: str | None


class StockPage(msgspec.Struct, frozen=True, kw_only=True):
    items: list[StockLine]
    next: str | None = None


class Lot(msgspec.Struct, frozen=True, kw_only=True):
    lot: str
    expiry: str | None
    received: str | None
    supplier: str | None
    on_hand: str
    held: str
    place: str | None
    state: str


class MoveOfGoods(msgspec.Struct, frozen=True, kw_only=True, rename={"source": "from", "target": "to"}):
    log: str
    seq: int
    at: str
    kind: str
    source: str
    target: str
    qty: str
    lot: str
    actor: str


class StockOfOne(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    category: str
    base_unit: str
    on_hand: str
    available: str
    held: str
    price: str | None
    next_expiry: str | None
    lots: list[Lot]
    moves: list[MoveOfGoods]


_LIST = (
    "SELECT s.sku, s.name, s.category, s.base_unit FROM sku s WHERE s.sku > ? AND (? = '' OR s.category = ?) AND "
    "(? = '' OR s.sku LIKE ? ESCAPE '\\' OR s.name LIKE ? ESCAPE '\\' "
    "OR s.sku IN (SELECT sku FROM barcode WHERE code IN (?, ?))) ORDER BY s.sku LIMIT ?"
)


@get("/stock", opt=needs("stock.read"), sync_to_thread=True)
def stock(
    node: NamedDependency[StoreNode],
    q: Annotated[str, Parameter(max_length=100, pattern=r"^[^\x00-\x1f\x7f]*$")] = "",
    category: Annotated[str, Parameter(max_length=64)] = "",
    after: Annotated[str, Parameter(max_length=64)] = "",
    limit: Annotated[int, Parameter(ge=1, le=200)] = 50,
) -> StockPage:
    """Products in the order of their codes; `q` looks in code, name and barcodes."""
    pattern = like(q)
    cells = (after, category, category, q, pattern, pattern, q, q.zfill(14), limit + 1)
    with node.readers.lend() as connection:
        found = connection.execute(_LIST, cells).fetchall()
        items = [_line(connection, node.store, *cells) for cells in found[:limit]]
    return StockPage(items=items, next=items[-1].sku if len(found) > limit else None)


def _line(
    connection: dbapi.Connection, store: str, sku: str, name: str, category: str, base_unit: str
) -> StockLine:
    lots = lying_by_lot(connection, sku)
    total = whole(lots.values())
    return StockLine(
        sku=sku,
        name=name or sku,
        category=category or "",
        base_unit=base_unit or "",
        on_hand=decimal_text(total.on_hand),
        available=decimal_text(total.free),
        held=decimal_text(total.held),
        price=price_text(connection, sku, store),
        lots=sum(1 for lying in lots.values() if lying.on_hand > 0),
        next_expiry=_next_expiry(connection, sku, lots),
    )


def _next_expiry(connection: dbapi.Connection, sku: str, lots: dict[str, Lying]) -> str | None:
    """The earliest last day among what can be sold."""
    days = [
        expiry
        for lot, expiry in connection.execute("SELECT lot, expiry FROM lot WHERE sku = ?", (sku,))
        if expiry and lot in lots and lots[lot].free > 0
    ]
    return min(days, default=None)


@get("/stock/{sku:str}", opt=needs("stock.read"), sync_to_thread=True)
def stock_of(node: NamedDependency[StoreNode], sku: Annotated[str, Parameter(max_length=64)]) -> StockOfOne:
    """One product: its lots and what moved last."""
    with node.readers.lend() as connection:
        known = product(ReadView(connection), sku)
        day = today(connection, node.store, node.now_ms())
        lots = lying_by_lot(connection, sku)
        total = whole(lots.values())
        return StockOfOne(
            sku=sku,
            name=str(known["name"] or sku),
            category=str(known["category"] or ""),
            base_unit=str(known["base_unit"] or ""),
            on_hand=decimal_text(total.on_hand),
            available=decimal_text(total.free),
            held=decimal_text(total.held),
            price=price_text(connection, sku, node.store),
            next_expiry=_next_expiry(connection, sku, lots),
            lots=_lots(connection, sku, lots, day),
            moves=_moves(connection, sku),
        )


def _lots(connection: dbapi.Connection, sku: str, lots: dict[str, Lying], day: date) -> list[Lot]:
    about = {
        lot: (expiry, received, supplier)
        for lot, expiry, received, supplier in connection.execute(
            "SELECT lot, expiry, received, supplier FROM lot WHERE sku = ?", (sku,)
        )
    }
    places: dict[str, str] = {}
    for lot, location in connection.execute(
        "SELECT lot, location FROM stock WHERE sku = ? AND qty > 0 "
        "AND (location LIKE 'store/%' OR location LIKE 'hold/%') ORDER BY qty",
        (sku,),
    ):
        places[lot] = location.partition("/")[2]
    found = []
    for lot, lying in lots.items():
        expiry, received, supplier = about.get(lot, (None, None, None))
        found.append(
            Lot(
                lot=lot,
                expiry=expiry,
                received=received,
                supplier=supplier,
                on_hand=decimal_text(lying.on_hand),
                held=decimal_text(lying.held),
                place=places.get(lot),
                state=lot_state(lying, expiry, day),
            )
        )
    return sorted(found, key=lambda lot: (lot.expiry or "9999", lot.lot))


def lot_state(lying: Lying, expiry: str | None, day: date) -> str:
    """What a person should know of a lot at a glance."""
    if lying.held > 0 and lying.free <= 0:
        return "held"
    if expiry is None:
        return "ok"
    if expiry < day.isoformat():
        return "expired"
    return "near" if expiry <= (day + timedelta(days=NEAR_DAYS)).isoformat() else "ok"


def _moves(connection: dbapi.Connection, sku: str) -> list[MoveOfGoods]:
    rows = connection.execute(
        "SELECT log, seq, happened_ms, kind, source, target, qty, lot, actor FROM movement "
        "WHERE sku = ? ORDER BY happened_ms DESC, seq DESC LIMIT ?",
        (sku, _MOVES_SHOWN),
    )
    return [
        MoveOfGoods(
            log=log.hex(),
            seq=seq,
            at=rfc3339(at),
            kind=kind,
            source=source,
            target=target,
            qty=decimal_text(qty),
            lot=lot,
            actor=actor,
        )
        for log, seq, at, kind, source, target, qty, lot, actor in rows
    ]


router = Router("/v1", route_handlers=[stock, stock_of])
