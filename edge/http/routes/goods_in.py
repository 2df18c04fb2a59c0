"""What has come, what is coming, and what was sent: receipts, transfers, orders."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from litestar import Router, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, Parameter

from edge.http.access import needs
from edge.http.goods import lines_of, names_of
from edge.http.node import StoreNode
from edge.http.times import rfc3339
from edge.ledger import dbapi
from shared.units import decimal_text

_SHOWN = 100


class ReceiptLine(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    lot: str
    qty: str
    expiry: str | None


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    receipt: str
    at: str
    supplier: str | None
    lines: list[ReceiptLine]
    inspected: bool


class Receipts(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Receipt]


class TransferLine(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    lot: str
    sent: str
    received: str
    expiry: str | None


class Transfer(msgspec.Struct, frozen=True, kw_only=True):
    transfer: str
    from_store: str
    to_store: str
    at: str
    state: str
    lines: list[TransferLine]


class Transfers(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Transfer]


class OrderedGoods(msgspec.Struct, frozen=True, kw_only=True):
    sku: str
    name: str
    ordered: str
    received: str


class Order(msgspec.Struct, frozen=True, kw_only=True):
    order: str
    supplier: str
    due: str | None
    lines: list[OrderedGoods]


class Orders(msgspec.Struct, frozen=True, kw_only=True):
    items: list[Order]


@get("/receipts", opt=needs("stock.read"), sync_to_thread=True)
def receipts(
    node: NamedDependency[StoreNode],
    pending_inspection: FromQuery[bool] = False,
    limit: Annotated[int, Parameter(ge=1, le=_SHOWN)] = 50,
) -> Receipts:
    """Receipts of goods, latest first; with `pending_inspection` those nobody has inspected."""
    with node.readers.lend() as connection:
        rows = connection.execute(
            "SELECT receipt, happened_ms, supplier, lines, inspections FROM receipt "
            "WHERE ? = 0 OR inspections = 0 ORDER BY business_date DESC, happened_ms DESC LIMIT ?",
            (int(pending_inspection), limit),
        ).fetchall()
        return Receipts(items=[_receipt(connection, *row) for row in rows])


def _receipt(
    connection: dbapi.Connection, receipt: str, at_ms: int, supplier: str, lines_json: str, inspections: int
) -> Receipt:
    lines, names = lines_of(connection, lines_json)
    return Receipt(
        receipt=receipt,
        at=rfc3339(at_ms),
        supplier=supplier or None,
        lines=[
            ReceiptLine(
                sku=line["sku"],
                name=names[line["sku"]],
                lot=line["lot"],
                qty=decimal_text(line["qty"]),
                expiry=line["expiry"],
            )
            for line in lines
        ],
        inspected=inspections > 0,
    )


_COMING = (
    "SELECT i.transfer, i.from_store, i.to_store, i.sent_ms, i.sku, i.lot, i.sent, "
    "max(i.received, coalesce(t.received, 0)), i.expiry FROM inbound_transfer i "
    "LEFT JOIN transfer t ON t.transfer = i.transfer AND t.sku = i.sku AND t.lot = i.lot WHERE i.to_store = ? "
)
_CAME_UNTOLD = (
    "SELECT t.transfer, t.from_store, t.to_store, t.sent_ms, t.sku, t.lot, t.sent, t.received, t.expiry "
    "FROM transfer t WHERE t.to_store = ? "
    "AND NOT EXISTS (SELECT 1 FROM inbound_transfer i WHERE i.transfer = t.transfer) "
)
_SENT = (
    "SELECT transfer, from_store, to_store, sent_ms, sku, lot, sent, received, expiry FROM transfer "
    "WHERE from_store = ? ORDER BY sent_ms DESC LIMIT 2000"
)


@get("/transfers", opt=needs("stock.read"), sync_to_thread=True)
def transfers(
    node: NamedDependency[StoreNode], direction: FromQuery[Literal["in", "out"]] = "in"
) -> Transfers:
    """Transfers to this store (as head office tells of them, or as they arrived) or from it."""
    with node.readers.lend() as connection:
        if direction == "in":
            rows = connection.execute(
                _COMING + "UNION ALL " + _CAME_UNTOLD, (node.store, node.store)
            ).fetchall()
        else:
            rows = connection.execute(_SENT, (node.store,)).fetchall()
        names = names_of(connection, (row[4] for row in rows))
    by_transfer: dict[str, list[tuple[str, str, str, int, str, str, int, int, str | None]]] = {}
    for row in rows:
        by_transfer.setdefault(row[0], []).append(row)
    found = [
        Transfer(
            transfer=transfer,
            from_store=lines[0][1] or "",
            to_store=lines[0][2] or "",
            at=rfc3339(lines[0][3] or 0),
            state=_transfer_state([(line[6], line[7]) for line in lines]),
            lines=[
                TransferLine(
                    sku=sku,
                    name=names[sku],
                    lot=lot,
                    sent=decimal_text(sent),
                    received=decimal_text(received),
                    expiry=expiry,
                )
                for _, _, _, _, sku, lot, sent, received, expiry in lines
            ],
        )
        for transfer, lines in by_transfer.items()
    ]
    return Transfers(items=sorted(found, key=lambda item: item.at, reverse=True)[:_SHOWN])


def _transfer_state(lines: list[tuple[int, int]]) -> str:
    """`sent`: nothing has arrived; `part`: something is still on the way; `received`: all of it."""
    if all(received >= sent for sent, received in lines):
        return "received"
    return "part" if any(received for _, received in lines) else "sent"


@get("/orders", opt=needs("stock.receive"), sync_to_thread=True)
def orders(node: NamedDependency[StoreNode]) -> Orders:
    """Orders for this store of which something is still to come."""
    with node.readers.lend() as connection:
        rows = connection.execute(
            "SELECT o.order_id, o.supplier, o.due, l.sku, l.ordered, l.received FROM purchase_order o "
            "JOIN purchase_order_line l ON l.order_id = o.order_id "
            "WHERE o.store = ? AND o.state = 'open' ORDER BY o.due, o.order_id, l.sku",
            (node.store,),
        ).fetchall()
        names = names_of(connection, (row[3] for row in rows))
    by_order: dict[str, list[tuple[str, str, str | None, str, int, int]]] = {}
    for row in rows:
        by_order.setdefault(row[0], []).append(row)
    return Orders(
        items=[
            Order(
                order=order,
                supplier=lines[0][1] or "",
                due=lines[0][2],
                lines=[
                    OrderedGoods(
                        sku=sku,
                        name=names[sku],
                        ordered=decimal_text(ordered),
                        received=decimal_text(received),
                    )
                    for _, _, _, sku, ordered, received in lines
                ],
            )
            for order, lines in by_order.items()
            if any(ordered > received for *_, ordered, received in lines)
        ]
    )


router = Router("/v1", route_handlers=[receipts, transfers, orders])
