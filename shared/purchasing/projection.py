"""Orders, receipts and invoices as rows, each with what the others say of it; stores get their orders by the feed."""

from __future__ import annotations

import json
from collections.abc import Iterable

import msgspec

from shared.accounting.events import SupplierPaid, VoucherReversed
from shared.ledger.projection import Cell, Change, Recorded, Table, Where, changed, number, text
from shared.money import line_amount_fen
from shared.purchasing.events import (
    GoodsSentBack,
    InvoiceAccepted,
    InvoicedLine,
    InvoiceRecorded,
    InvoiceRejected,
    LandedCostAllocated,
    OrderCancelled,
    OrderPlaced,
    OrderRevised,
    PriceQuestioned,
)
from shared.stock.events import GoodsReceived

ORDER = Table(
    "purchase_order",
    (text("order_id"),),
    (
        text("supplier"),
        text("store"),
        text("due"),
        text("state"),
        number("placed_ms"),
        number("revision"),
        number("changed_ms"),
        text("reason"),
    ),
    keeper="cloud",
    scope="store",
    indexes=(("due",), ("changed_ms",)),
)
"""`revision` counts what the supplier must hear: 1 as placed, one more for every change and for the cancellation;
`reason` is that of the last."""
ORDER_LINE = Table(
    "purchase_order_line",
    (text("order_id"), text("sku")),
    (text("store"), number("ordered"), number("received"), number("unit_cost")),
    keeper="cloud",
    scope="store",
)
QUESTIONED_PRICE = Table(
    "questioned_price",
    (text("receipt"), text("sku")),
    (
        text("store"),
        text("supplier"),
        number("qty"),
        number("price"),
        number("contract_price"),
        text("business_date"),
    ),
    keeper="cloud",
    fed=False,
)
RECEIPT_LINE = Table(
    "receipt_line",
    (text("receipt"), text("sku"), text("lot")),
    (text("supplier"), number("received"), number("sent_back")),
)
"""A store's own: what came with a receipt and what of it went back, lot by lot."""
RECEIVED = Table(
    "received_goods",
    (text("receipt"), text("sku")),
    (
        text("store"),
        text("supplier"),
        text("order_id"),
        text("business_date"),
        number("received"),
        number("sent_back"),
        number("invoiced"),
        number("unit_cost"),
        number("value"),
    ),
    keeper="cloud",
    fed=False,
    waits_where="invoiced < received - sent_back",
)
"""Every receipt of the chain, for matching; `unit_cost` is the delivery note's highest, `value` (fen) all of it.
`invoiced` counts held invoices too: two invoices for the same goods must not both wait to match."""
INVOICE = Table(
    "purchase_invoice",
    (text("invoice"),),
    (
        text("number"),
        text("supplier"),
        text("dated"),
        number("deductible"),
        text("state"),
        number("net"),
        number("tax"),
        text("mismatches"),
        text("reason"),
        number("paid"),
    ),
    keeper="cloud",
    fed=False,
    indexes=(("state",),),
    waits_where="state = 'accepted' AND paid < net + tax",
)
"""`state` is held, accepted or rejected; what waits is what is owed."""
INVOICE_NUMBER = Table(
    "purchase_invoice_number",
    (text("supplier"), text("number")),
    (text("invoice"),),
    keeper="cloud",
    fed=False,
    group=2,
)
INVOICE_LINE = Table(
    "purchase_invoice_line",
    (text("invoice"), number("line")),
    (
        text("receipt"),
        text("store"),
        text("sku"),
        number("qty"),
        number("unit_price"),
        number("net"),
        number("vat_bp"),
        number("tax"),
    ),
    keeper="cloud",
    fed=False,
)
LANDED_COST = Table(
    "landed_cost",
    (text("cost"),),
    (text("supplier"), text("dated"), text("shared_by"), number("net"), number("tax"), text("note")),
    keeper="cloud",
    fed=False,
)


class Orders:
    """A line's `received` counts every receipt that names the order, wherever it was booked."""

    name = "orders"
    version = 2
    tables = (ORDER, ORDER_LINE)
    facts = (OrderPlaced, OrderRevised, OrderCancelled, GoodsReceived)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, OrderPlaced):
            yield changed(
                ORDER,
                (fact.order,),
                add={"revision": 1},
                put={
                    "supplier": fact.supplier,
                    "store": fact.store,
                    "due": fact.due.isoformat() if fact.due else None,
                    "state": "open",
                    "placed_ms": recorded.envelope.happened_ms,
                    "changed_ms": recorded.envelope.wall_ms,
                },
            )
            for line in fact.lines:
                yield changed(
                    ORDER_LINE,
                    (fact.order, line.sku),
                    add={"ordered": line.qty},
                    put={"store": fact.store, "unit_cost": line.unit_cost or 0},
                )
        elif isinstance(fact, OrderRevised):
            put: dict[str, Cell] = {"changed_ms": recorded.envelope.wall_ms, "reason": fact.reason}
            if fact.due:
                put["due"] = fact.due.isoformat()
            yield changed(ORDER, (fact.order,), {"revision": 1}, put)
            for revised in fact.lines:
                yield changed(
                    ORDER_LINE,
                    (fact.order, revised.sku),
                    add={"ordered": revised.qty - revised.was},
                    put={"store": fact.store, "unit_cost": revised.unit_cost or 0},
                )
        elif isinstance(fact, OrderCancelled):
            yield changed(
                ORDER,
                (fact.order,),
                add={"revision": 1},
                put={
                    "state": "cancelled",
                    "changed_ms": recorded.envelope.wall_ms,
                    "reason": fact.reason,
                },
            )
        elif isinstance(fact, GoodsReceived) and fact.order:
            for received in fact.lines:
                yield changed(
                    ORDER_LINE,
                    (fact.order, received.sku),
                    add={"received": received.qty},
                    put={"store": recorded.node},
                )


class QuestionedPrices:
    """What came in above contract, for whoever talks to the supplier."""

    name = "questioned_prices"
    version = 1
    tables = (QUESTIONED_PRICE,)
    facts = (PriceQuestioned,)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        assert isinstance(fact, PriceQuestioned)
        put: dict[str, Cell] = {
            "store": recorded.node,
            "supplier": fact.supplier,
            "qty": fact.qty,
            "price": fact.price,
            "contract_price": fact.contract_price,
            "business_date": recorded.envelope.business_date.isoformat(),
        }
        yield changed(QUESTIONED_PRICE, (fact.receipt, fact.sku), put=put)


class ReceiptLines:
    """At the store: what may still go back of each receipt."""

    name = "receipt_lines"
    version = 1
    tables = (RECEIPT_LINE,)
    facts = (GoodsReceived, GoodsSentBack)
    runs_on: frozenset[Where] = frozenset(("edge",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, GoodsReceived):
            for line in fact.lines:
                key = (fact.receipt, line.sku, line.lot)
                yield changed(RECEIPT_LINE, key, {"received": line.qty}, {"supplier": fact.supplier})
            return
        assert isinstance(fact, GoodsSentBack)
        for sent in fact.lines:
            for take in (*sent.takes, *sent.held):
                yield changed(RECEIPT_LINE, (fact.receipt, sent.sku, take.lot), add={"sent_back": take.qty})


class Received:
    """At head office: every receipt with what went back and what was invoiced, wherever each was booked."""

    name = "received_goods"
    version = 1
    tables = (RECEIVED,)
    facts = (GoodsReceived, GoodsSentBack, InvoiceRecorded, InvoiceRejected)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, GoodsReceived):
            dearest: dict[str, int] = {}
            for line in fact.lines:
                cost = line.unit_cost or 0
                dearest[line.sku] = max(cost, dearest.get(line.sku, 0))
                put: dict[str, Cell] = {
                    "store": recorded.node,
                    "supplier": fact.supplier,
                    "order_id": fact.order,
                    "business_date": recorded.envelope.business_date.isoformat(),
                    "unit_cost": dearest[line.sku],
                }
                value = line_amount_fen(line.qty, cost)
                yield changed(RECEIVED, (fact.receipt, line.sku), {"received": line.qty, "value": value}, put)
        elif isinstance(fact, GoodsSentBack):
            for sent in fact.lines:
                yield changed(RECEIVED, (fact.receipt, sent.sku), add={"sent_back": sent.qty})
        else:
            assert isinstance(fact, InvoiceRecorded | InvoiceRejected)
            sign = 1 if isinstance(fact, InvoiceRecorded) else -1
            for billed in fact.lines:
                yield changed(RECEIVED, (billed.receipt, billed.sku), add={"invoiced": sign * billed.qty})


class Invoices:
    """Suppliers' invoices and what became of each; landed costs beside them."""

    name = "purchase_invoices"
    version = 1
    tables = (INVOICE, INVOICE_NUMBER, INVOICE_LINE, LANDED_COST)
    facts = (
        *(InvoiceRecorded, InvoiceAccepted, InvoiceRejected),
        *(SupplierPaid, VoucherReversed, LandedCostAllocated),
    )
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        put: dict[str, Cell]
        if isinstance(fact, InvoiceRecorded):
            put = {
                "number": fact.number,
                "supplier": fact.supplier,
                "dated": fact.dated.isoformat(),
                "deductible": int(fact.deductible),
                "state": "held",
                "mismatches": json.dumps([msgspec.to_builtins(one) for one in fact.mismatches]),
            }
            sums = {"net": sum(line.net for line in fact.lines), "tax": sum(line.tax for line in fact.lines)}
            yield changed(INVOICE, (fact.invoice,), sums, put)
            yield changed(INVOICE_NUMBER, (fact.supplier, fact.number), put={"invoice": fact.invoice})
            yield from _lines(fact.invoice, fact.lines)
        elif isinstance(fact, InvoiceAccepted):
            yield changed(INVOICE, (fact.invoice,), put={"state": "accepted", "reason": fact.reason})
            yield from _lines(fact.invoice, fact.lines)
        elif isinstance(fact, InvoiceRejected):
            yield changed(INVOICE, (fact.invoice,), put={"state": "rejected", "reason": fact.reason})
        elif isinstance(fact, SupplierPaid):
            for part in fact.invoices:
                yield changed(INVOICE, (part.invoice,), add={"paid": part.amount})
        elif isinstance(fact, VoucherReversed):
            for part in fact.payment.invoices if fact.payment else ():
                yield changed(INVOICE, (part.invoice,), add={"paid": -part.amount})
        else:
            assert isinstance(fact, LandedCostAllocated)
            put = {
                "supplier": fact.supplier,
                "dated": fact.dated.isoformat(),
                "shared_by": fact.shared_by,
                "net": fact.net,
                "tax": fact.tax,
                "note": fact.note,
            }
            yield changed(LANDED_COST, (fact.cost,), put=put)


def _lines(invoice: str, lines: tuple[InvoicedLine, ...]) -> Iterable[Change]:
    for line_number, line in enumerate(lines):
        put = {column.name: getattr(line, column.name) for column in INVOICE_LINE.columns}
        yield changed(INVOICE_LINE, (invoice, line_number), put=put)


ORDER_ARRIVAL = Table(
    "order_arrival", (text("order_id"), text("sku"), text("business_date")), (number("qty"),), group=1
)
"""What came of an order on which business day, in the store that booked it: whether it was in time."""
RECEIVED_DAY = Table(
    "received_day",
    (text("business_date"), text("supplier"), text("sku")),
    (number("qty"), number("lines"), number("costed_qty"), number("cost")),
    group=2,
)
"""Deliveries by day; `cost` (fen) is of `costed_qty`, the part whose price stood on the receipt."""


class Arrivals:
    """Deliveries by order, supplier and day."""

    name = "arrivals"
    version = 1
    tables = (ORDER_ARRIVAL, RECEIVED_DAY)
    facts = (GoodsReceived,)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, day = recorded.fact, recorded.envelope.business_date.isoformat()
        assert isinstance(fact, GoodsReceived)
        for line in fact.lines:
            priced = line.unit_cost is not None
            yield changed(
                RECEIVED_DAY,
                (day, fact.supplier, line.sku),
                add={
                    "qty": line.qty,
                    "lines": 1,
                    "costed_qty": line.qty if priced else 0,
                    "cost": line_amount_fen(line.qty, line.unit_cost or 0),
                },
            )
            if fact.order:
                yield changed(ORDER_ARRIVAL, (fact.order, line.sku, day), add={"qty": line.qty})


PROJECTIONS = (Orders(), QuestionedPrices(), ReceiptLines(), Received(), Invoices(), Arrivals())
