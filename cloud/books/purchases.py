"""Purchases as the books wait for them: receipts without an invoice, invoices held against order and receipt, freight.

The three papers of a match (三单匹配) stand side by side, line by line: what was ordered, what came, what is billed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from sqlalchemy import func, select, tuple_

from cloud.books.told import PartnerNames
from cloud.books.waiting import still_waits
from cloud.store.projected import table_of
from cloud.store.tenant import Reading, mine
from cloud.store.view import CloudView
from shared.access.labels import SUPPLIER_PRICE
from shared.catalogue.projection import SKU, SUPPLIER_TERMS
from shared.catalogue.terms import contract_price, vat_bp
from shared.errors import DomainError
from shared.money import fen_text
from shared.purchasing.events import Difference, Mismatch
from shared.purchasing.projection import INVOICE, INVOICE_LINE, LANDED_COST, ORDER_LINE, RECEIVED
from shared.units import MICRO, decimal_text

Price = Annotated[str, Meta(extra={"label": SUPPLIER_PRICE})]
MaybePrice = Annotated[str | None, Meta(extra={"label": SUPPLIER_PRICE})]
State = Literal["held", "unpaid", "accepted", "rejected", ""]
_BP = MICRO // 10_000


class OrderedAndCame(msgspec.Struct, frozen=True, kw_only=True):
    """An SKU of a receipt: ordered (None: without an order), came, went back, billed so far; what is `left` to bill.

    `agreed` is the price the invoice is held against: the order's, else the contract's, else the delivery note's.
    """

    receipt: str
    sku: str
    name: str
    unit: str
    ordered: str | None
    received: str
    sent_back: str
    invoiced: str
    left: str
    agreed: MaybePrice
    agreed_by: str
    tolerance: str
    rate: str | None


class OpenReceipt(msgspec.Struct, frozen=True, kw_only=True):
    receipt: str
    supplier: str
    supplier_name: str
    store: str
    order: str
    business_date: str
    lines: list[OrderedAndCame]


class OpenReceipts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: list[OpenReceipt]
    next: str | None = None


class MismatchTold(msgspec.Struct, frozen=True, kw_only=True):
    """Why a line is held; `known` and `given` are quantities or prices, as `difference` says."""

    line: int
    difference: Difference
    known: Price
    given: Price


class BilledLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an invoice beside what was ordered and what came; None: nobody has told of it yet."""

    receipt: str
    store: str
    sku: str
    name: str
    unit: str
    qty: str
    unit_price: Price
    net: Price
    rate: str
    tax: Price
    ordered: str | None
    order_price: MaybePrice
    kept: str | None


class InvoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """`left` is what is still to be paid of it, `due` when, by the supplier's terms."""

    invoice: str
    number: str
    supplier: str
    supplier_name: str
    dated: str
    due: str
    state: str
    deductible: bool
    net: Price
    tax: Price
    paid: Price
    left: Price
    reason: str
    mismatches: list[MismatchTold]
    lines: list[BilledLine]


class InvoicePage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: list[InvoiceRow]
    next: str | None = None


class LandedRow(msgspec.Struct, frozen=True, kw_only=True):
    cost: str
    supplier: str
    supplier_name: str
    dated: str
    shared_by: str
    net: Price
    tax: Price
    note: str


class LandedPage(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    rows: list[LandedRow]
    next: str | None = None


def receipts(
    reading: Reading, supplier: str, store: str, every: bool, after: str, limit: int
) -> OpenReceipts:
    """Receipts with something left to bill, newest first; `every`: also those that are billed, for freight."""
    table = table_of(RECEIVED)
    day = func.max(table.c.business_date)
    asked = (
        select(
            table.c.receipt,
            func.max(table.c.supplier).label("supplier"),
            func.max(table.c.store).label("store"),
            func.max(table.c.order_id).label("order_id"),
            day.label("business_date"),
        )
        .where(mine(table), table.c.received > 0)
        .group_by(table.c.receipt)
        .order_by(day.desc(), table.c.receipt.desc())
        .limit(limit + 1)
    )
    if not every:
        asked = asked.where(still_waits(RECEIVED))
    if supplier:
        # A delivery without a name may be anybody's.
        asked = asked.where(table.c.supplier.in_((supplier, "")))
    if store:
        asked = asked.where(table.c.store == store)
    if after:
        asked = asked.having(tuple_(day, table.c.receipt) < tuple_(*_parts(after)))
    rows = reading.all(asked)
    shown = rows[:limit]
    lines = _came(reading, [row.receipt for row in shown])
    names = PartnerNames(reading, {row.supplier or "" for row in shown})
    return OpenReceipts(
        rows=[
            OpenReceipt(
                receipt=row.receipt,
                supplier=row.supplier or "",
                supplier_name=names.of(row.supplier or ""),
                store=row.store or "",
                order=row.order_id or "",
                business_date=row.business_date or "",
                lines=lines[row.receipt],
            )
            for row in shown
        ],
        next=f"{shown[-1].business_date}~{shown[-1].receipt}" if len(rows) > limit else None,
    )


def invoices(
    reading: Reading, state: State, supplier: str, number: str, after: str, limit: int
) -> InvoicePage:
    """Suppliers' invoices, newest first. `unpaid`: accepted and not paid in full."""
    table = table_of(INVOICE)
    asked = (
        select(table)
        .where(mine(table))
        .order_by(table.c.dated.desc(), table.c.invoice.desc())
        .limit(limit + 1)
    )
    if state == "unpaid":
        asked = asked.where(still_waits(INVOICE))
    elif state:
        asked = asked.where(table.c.state == state)
    if supplier:
        asked = asked.where(table.c.supplier == supplier)
    if number:
        asked = asked.where(table.c.number.contains(number, autoescape=True))
    if after:
        asked = asked.where(tuple_(table.c.dated, table.c.invoice) < tuple_(*_parts(after)))
    rows = reading.all(asked)
    shown = rows[:limit]
    names = PartnerNames(reading, {row.supplier for row in shown})
    terms = _terms_days(reading, {row.supplier for row in shown})
    lines = _billed(reading, [row.invoice for row in shown])
    return InvoicePage(
        rows=[_invoice(row, names, terms, lines[row.invoice]) for row in shown],
        next=f"{shown[-1].dated}~{shown[-1].invoice}" if len(rows) > limit else None,
    )


def landed_costs(reading: Reading, after: str, limit: int) -> LandedPage:
    """What freight and the like was shared out, newest first."""
    table = table_of(LANDED_COST)
    asked = (
        select(table).where(mine(table)).order_by(table.c.dated.desc(), table.c.cost.desc()).limit(limit + 1)
    )
    if after:
        asked = asked.where(tuple_(table.c.dated, table.c.cost) < tuple_(*_parts(after)))
    rows = reading.all(asked)
    shown = rows[:limit]
    names = PartnerNames(reading, {row.supplier for row in shown})
    return LandedPage(
        rows=[
            LandedRow(
                cost=row.cost,
                supplier=row.supplier,
                supplier_name=names.of(row.supplier),
                dated=row.dated,
                shared_by=row.shared_by,
                net=fen_text(int(row.net)),
                tax=fen_text(int(row.tax)),
                note=row.note or "",
            )
            for row in shown
        ],
        next=f"{shown[-1].dated}~{shown[-1].cost}" if len(rows) > limit else None,
    )


def _parts(after: str) -> tuple[str, str]:
    day, found, key = after.partition("~")
    if not found:
        raise DomainError("query_malformed", why="after")
    return day, key


def _came(reading: Reading, wanted: list[str]) -> dict[str, list[OrderedAndCame]]:
    table = table_of(RECEIVED)
    rows = reading.all(
        select(table)
        .where(mine(table), table.c.receipt.in_(wanted), table.c.received > 0)
        .order_by(table.c.receipt, table.c.sku)
    )
    goods = _goods(reading, {row.sku for row in rows})
    ordered = _ordered(reading, {row.order_id or "" for row in rows})
    view = CloudView(reading)
    found: dict[str, list[OrderedAndCame]] = {receipt: [] for receipt in wanted}
    for row in rows:
        order = ordered.get((row.order_id or "", row.sku))
        found[row.receipt].append(_came_line(view, row, order, *goods[row.sku]))
    return found


def _came_line(view: CloudView, row: Any, order: Any, name: str, unit: str) -> OrderedAndCame:
    day = date.fromisoformat(row.business_date)
    qty = max(int(row.received), 0 if order is None else int(order.ordered))
    contract = contract_price(view, row.supplier or "", row.sku, qty, day)
    known: tuple[tuple[str, int], ...] = (
        ("order", 0 if order is None else int(order.unit_cost)),
        ("contract", 0 if contract is None else contract.price),
        ("receipt", int(row.unit_cost)),
    )
    agreed_by, agreed = next(((by, price) for by, price in known if price), ("", 0))
    rate = vat_bp(view, row.sku, day) if name != row.sku or unit else None
    return OrderedAndCame(
        receipt=row.receipt,
        sku=row.sku,
        name=name,
        unit=unit,
        ordered=None if order is None else decimal_text(int(order.ordered)),
        received=decimal_text(int(row.received)),
        sent_back=decimal_text(int(row.sent_back)),
        invoiced=decimal_text(int(row.invoiced)),
        left=decimal_text(int(row.received) - int(row.sent_back) - int(row.invoiced)),
        agreed=decimal_text(agreed) if agreed_by else None,
        agreed_by=agreed_by,
        tolerance=decimal_text(0 if contract is None else contract.tolerance_bp * _BP),
        rate=None if rate is None else decimal_text(rate * _BP),
    )


def _invoice(row: Any, names: PartnerNames, terms: dict[str, int], lines: list[BilledLine]) -> InvoiceRow:
    dated = date.fromisoformat(row.dated)
    mismatches = msgspec.json.decode(row.mismatches or "[]", type=list[Mismatch])
    return InvoiceRow(
        invoice=row.invoice,
        number=row.number,
        supplier=row.supplier,
        supplier_name=names.of(row.supplier),
        dated=row.dated,
        due=(dated + timedelta(days=terms.get(row.supplier, 0))).isoformat(),
        state=row.state,
        deductible=bool(row.deductible),
        net=fen_text(int(row.net)),
        tax=fen_text(int(row.tax)),
        paid=fen_text(int(row.paid)),
        left=fen_text(int(row.net) + int(row.tax) - int(row.paid)),
        reason=row.reason or "",
        mismatches=[
            MismatchTold(
                line=one.line,
                difference=one.difference,
                known=decimal_text(one.known),
                given=decimal_text(one.given),
            )
            for one in mismatches
        ],
        lines=lines,
    )


def _billed(reading: Reading, wanted: list[str]) -> dict[str, list[BilledLine]]:
    """The lines of invoices, each beside its order and its receipt."""
    table, came = table_of(INVOICE_LINE), table_of(RECEIVED)
    rows = reading.all(
        select(table).where(mine(table), table.c.invoice.in_(wanted)).order_by(table.c.invoice, table.c.line)
    )
    received = {
        (row.receipt, row.sku): row
        for row in reading.all(
            select(came).where(
                mine(came), came.c.receipt.in_(sorted({row.receipt for row in rows})), came.c.received > 0
            )
        )
    }
    ordered = _ordered(reading, {row.order_id or "" for row in received.values()})
    goods = _goods(reading, {row.sku for row in rows})
    found: dict[str, list[BilledLine]] = {invoice: [] for invoice in wanted}
    for row in rows:
        kept = received.get((row.receipt, row.sku))
        order = None if kept is None else ordered.get((kept.order_id or "", row.sku))
        name, unit = goods[row.sku]
        found[row.invoice].append(
            BilledLine(
                receipt=row.receipt,
                store=row.store or "",
                sku=row.sku,
                name=name,
                unit=unit,
                qty=decimal_text(int(row.qty)),
                unit_price=decimal_text(int(row.unit_price)),
                net=fen_text(int(row.net)),
                rate=decimal_text(int(row.vat_bp) * _BP),
                tax=fen_text(int(row.tax)),
                ordered=None if order is None else decimal_text(int(order.ordered)),
                order_price=decimal_text(int(order.unit_cost))
                if order is not None and order.unit_cost
                else None,
                kept=None if kept is None else decimal_text(int(kept.received) - int(kept.sent_back)),
            )
        )
    return found


def _ordered(reading: Reading, orders: Collection[str]) -> dict[tuple[str, str], Any]:
    table = table_of(ORDER_LINE)
    rows = reading.all(select(table).where(mine(table), table.c.order_id.in_(sorted(set(orders) - {""}))))
    return {(row.order_id, row.sku): row for row in rows}


def _goods(reading: Reading, skus: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Name and unit; an SKU without master data goes by its code."""
    table, wanted = table_of(SKU), sorted(set(skus))
    rows = reading.all(
        select(table.c.sku, table.c.name, table.c.base_unit).where(mine(table), table.c.sku.in_(wanted))
    )
    return {sku: (sku, "") for sku in wanted} | {
        row.sku: (row.name or row.sku, row.base_unit) for row in rows
    }


def _terms_days(reading: Reading, suppliers: Collection[str]) -> dict[str, int]:
    table = table_of(SUPPLIER_TERMS)
    rows = reading.all(
        select(table.c.supplier, table.c.terms_days).where(
            mine(table), table.c.supplier.in_(sorted(suppliers))
        )
    )
    return {row.supplier: int(row.terms_days) for row in rows}
