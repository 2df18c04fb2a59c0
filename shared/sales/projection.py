"""Sales as rows: each sale with its lines, and the roll-ups that reports read."""

from __future__ import annotations

from collections.abc import Iterable

from shared.ledger.projection import BOTH, Change, Recorded, Shape, Table, changed, number, raw, text
from shared.sales.events import GoodsReturned, SaleRecorded

SALE = Table(
    "sale",
    (text("sale"),),
    (
        raw("log"),
        number("seq"),
        text("business_date"),
        number("happened_ms"),
        number("amount"),
        number("returned"),
        text("actor"),
        text("reference"),
    ),
    indexes=(("business_date",),),
)
SALE_LINE = Table(
    "sale_line",
    (text("sale"), number("line")),
    (
        text("sku"),
        number("qty"),
        number("amount"),
        number("returned_qty"),
        number("returned"),
        text("lot"),
        text("place"),
    ),
)
SALES_DAY = Table(
    "sales_day",
    (text("business_date"), text("sku")),
    (
        number("qty"),
        number("amount"),
        number("discount"),
        number("lines"),
        number("returned_qty"),
        number("returned"),
        number("short"),
    ),
    group=2,
)
SALES_TOTAL = Table(
    "sales_total",
    (text("business_date"),),
    (
        number("sales"),
        number("qty"),
        number("amount"),
        number("discount"),
        number("returns"),
        number("returned_qty"),
        number("returned"),
    ),
)
"""The day as a whole. `qty` adds pieces and kilograms: a measure of busyness, as the trade's day sheets have it."""


_RECEIPT = Shape(SALE, ("amount",), ("log", "seq", "business_date", "happened_ms", "actor", "reference"))
_LINE = Shape(SALE_LINE, ("qty", "amount"), ("sku", "lot", "place"))
_OF_DAY = Shape(SALES_DAY, ("qty", "amount", "discount", "lines", "short"))
_TOTAL = Shape(SALES_TOTAL, ("sales", "qty", "amount", "discount"))


class Sales:
    """Receipts and the day's totals. `amount` is before returns; what was earned is amount - returned."""

    name = "sales"
    version = 1
    tables = (SALE, SALE_LINE, SALES_DAY, SALES_TOTAL)
    facts = (SaleRecorded, GoodsReturned)
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        if isinstance(recorded.fact, SaleRecorded):
            yield from _sale(recorded, recorded.fact)
        elif isinstance(recorded.fact, GoodsReturned):
            yield from _return(recorded, recorded.fact)


def _sale(recorded: Recorded, fact: SaleRecorded) -> Iterable[Change]:
    day = recorded.envelope.business_date.isoformat()
    amount = sum([line.amount for line in fact.lines])
    discount = sum([line.discount for line in fact.lines])
    envelope = recorded.envelope
    cells = (amount, recorded.log, recorded.seq, day, envelope.happened_ms, envelope.actor, fact.reference)
    yield Change(_RECEIPT, (fact.sale,), cells)
    for number_, line in enumerate(fact.lines):
        first = line.takes[0]
        sold = (line.qty, line.amount, line.sku, first.lot, first.place)
        yield Change(_LINE, (fact.sale, number_), sold)
        yield Change(_OF_DAY, (day, line.sku), (line.qty, line.amount, line.discount, 1, line.short))
    qty = sum([line.qty for line in fact.lines])
    yield Change(_TOTAL, (day,), (1, qty, amount, discount))


def _return(recorded: Recorded, fact: GoodsReturned) -> Iterable[Change]:
    day = recorded.envelope.business_date.isoformat()
    amount = sum(line.amount for line in fact.lines)
    for line in fact.lines:
        if fact.sale and line.line is not None:
            yield changed(
                SALE_LINE, (fact.sale, line.line), add={"returned_qty": line.qty, "returned": line.amount}
            )
        yield changed(SALES_DAY, (day, line.sku), add={"returned_qty": line.qty, "returned": line.amount})
    if fact.sale:
        yield changed(SALE, (fact.sale,), add={"returned": amount})
    qty = sum(line.qty for line in fact.lines)
    yield changed(SALES_TOTAL, (day,), add={"returns": 1, "returned_qty": qty, "returned": amount})


PROJECTIONS = (Sales(),)
