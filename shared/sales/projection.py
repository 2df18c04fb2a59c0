"""Sales as rows: each sale with its lines, and the roll-ups that reports read."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from shared.business_day import day_text
from shared.ledger.projection import BOTH, Change, Recorded, Shape, Table, Where, changed, number, raw, text
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

SALES_CUT = Table(
    "sales_cut",
    (text("cut"), text("business_date"), text("value")),
    (
        number("sales"),
        number("qty"),
        number("amount"),
        number("discount"),
        number("returns"),
        number("returned_qty"),
        number("returned"),
    ),
    group=2,
)
"""The day by what only the receipt knows. `cut` is half_hour, tender or staff; over its values the amounts of a day
add up to `sales_total`'s. Half hours are of the UTC day ("00" to "47"): the store's time zone is not in its facts."""
SALES_WEEK = Table(
    "sales_week",
    (text("monday"), text("sku")),
    (number("qty"), number("amount"), number("returned_qty"), number("returned")),
    group=2,
)
"""Half a year of demand is 26 rows an SKU and store, not 182."""
SALES_MONTH = Table(
    "sales_month",
    (text("month"), text("sku")),
    (
        number("qty"),
        number("amount"),
        number("discount"),
        number("lines"),
        number("returned_qty"),
        number("returned"),
    ),
    group=2,
)
"""`sales_day` by month ("2026-11"): a year of a product in a store is 12 rows, and not as many as days it sold."""

HALF_HOUR, TENDER, STAFF = "half_hour", "tender", "staff"
HALF_HOUR_MS = 1_800_000

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
        fact = recorded.fact
        if isinstance(fact, SaleRecorded):
            return _sale(recorded, fact)
        assert isinstance(fact, GoodsReturned)
        return _return(recorded, fact)


_CUT_SOLD = Shape(SALES_CUT, ("sales", "qty", "amount", "discount"))
_CUT_RETURNED = Shape(SALES_CUT, ("returns", "returned_qty", "returned"))
_WEEK_SOLD = Shape(SALES_WEEK, ("qty", "amount"))
_WEEK_RETURNED = Shape(SALES_WEEK, ("returned_qty", "returned"))
_MONTH_SOLD = Shape(SALES_MONTH, ("qty", "amount", "discount", "lines"))
_MONTH_RETURNED = Shape(SALES_MONTH, ("returned_qty", "returned"))


class SalesCuts:
    """Sales by the half hour, by tender and by who sold, and each SKU's weeks and months: what reports alone ask for.

    A receipt paid 30.00 in cash and 20.00 by card is one sale under each; what no tender was said for, and money given
    back, stand under the empty one.
    """

    name = "sales_cuts"
    version = 2
    tables = (SALES_CUT, SALES_WEEK, SALES_MONTH)
    facts = (SaleRecorded, GoodsReturned)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, envelope = recorded.fact, recorded.envelope
        day = envelope.business_date.isoformat()
        month = day[:7]
        monday = (envelope.business_date - timedelta(days=envelope.business_date.weekday())).isoformat()
        slot = f"{envelope.happened_ms // HALF_HOUR_MS % 48:02d}"
        if isinstance(fact, SaleRecorded):
            amount = sum(line.amount for line in fact.lines)
            sums = (
                1,
                sum(line.qty for line in fact.lines),
                amount,
                sum(line.discount for line in fact.lines),
            )
            changes = [
                Change(_CUT_SOLD, (HALF_HOUR, day, slot), sums),
                Change(_CUT_SOLD, (STAFF, day, envelope.actor), sums),
            ]
            if not fact.tenders:
                changes.append(Change(_CUT_SOLD, (TENDER, day, ""), sums))
            changes += [
                Change(_CUT_SOLD, (TENDER, day, tender.kind), (1, 0, tender.amount, 0))
                for tender in fact.tenders
            ]
            for line in fact.lines:
                sku, qty, amount = line.sku, line.qty, line.amount
                changes.append(Change(_WEEK_SOLD, (monday, sku), (qty, amount)))
                changes.append(Change(_MONTH_SOLD, (month, sku), (qty, amount, line.discount, 1)))
            return changes
        assert isinstance(fact, GoodsReturned)
        back = (1, sum(line.qty for line in fact.lines), sum(line.amount for line in fact.lines))
        values = ((HALF_HOUR, slot), (STAFF, envelope.actor), (TENDER, ""))
        changes = [Change(_CUT_RETURNED, (cut, day, value), back) for cut, value in values]
        for line_ in fact.lines:
            changes.append(Change(_WEEK_RETURNED, (monday, line_.sku), (line_.qty, line_.amount)))
            changes.append(Change(_MONTH_RETURNED, (month, line_.sku), (line_.qty, line_.amount)))
        return changes


def _sale(recorded: Recorded, fact: SaleRecorded) -> list[Change]:
    sale, envelope = fact.sale, recorded.envelope
    day = day_text(envelope.business_date)
    changes: list[Change] = []
    sum_qty = sum_amount = sum_discount = 0
    for number_, line in enumerate(fact.lines):
        sku, qty, amount, discount, first = line.sku, line.qty, line.amount, line.discount, line.takes[0]
        changes.append(Change(_LINE, (sale, number_), (qty, amount, sku, first.lot, first.place)))
        changes.append(Change(_OF_DAY, (day, sku), (qty, amount, discount, 1, line.short)))
        sum_qty += qty
        sum_amount += amount
        sum_discount += discount
    about = (recorded.log, recorded.seq, day, envelope.happened_ms, envelope.actor, fact.reference)
    changes.append(Change(_RECEIPT, (sale,), (sum_amount, *about)))
    changes.append(Change(_TOTAL, (day,), (1, sum_qty, sum_amount, sum_discount)))
    return changes


def _return(recorded: Recorded, fact: GoodsReturned) -> Iterable[Change]:
    day = day_text(recorded.envelope.business_date)
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


PROJECTIONS = (Sales(), SalesCuts())
