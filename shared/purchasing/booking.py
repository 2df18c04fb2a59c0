"""What invoices, goods sent back and freight are to an accountant. An invoice binds when it is accepted, not before."""

from __future__ import annotations

from collections.abc import Iterator

from shared.accounting.documents import (
    Document,
    LandedCost,
    LandedShare,
    PurchasedLine,
    PurchaseInvoice,
    PurchaseReturn,
    ReturnedToSupplierLine,
)
from shared.accounting.from_facts import Seen, booked_as
from shared.purchasing.events import (
    GoodsSentBack,
    InvoiceAccepted,
    InvoicedLine,
    LandedCostAllocated,
    SentBackLine,
)
from shared.units import MICRO

_OF_TEN_THOUSAND = MICRO // 10_000


@booked_as.register
def _(fact: InvoiceAccepted, seen: Seen) -> tuple[Document, ...]:
    """One document for each receipt on the invoice, in the order in which the invoice names them."""
    by_receipt: dict[tuple[str, str], list[InvoicedLine]] = {}
    for line in fact.lines:
        by_receipt.setdefault((line.receipt, line.store), []).append(line)
    return tuple(
        PurchaseInvoice(
            id=fact.invoice,
            day=seen.day,
            store=store,
            supplier=fact.supplier,
            receipt=receipt,
            lines=tuple(
                PurchasedLine(
                    sku=line.sku,
                    qty=line.qty,
                    net_price=line.unit_price,
                    vat=line.vat_bp * _OF_TEN_THOUSAND,
                    net=line.net,
                    tax=line.tax,
                    deductible=fact.deductible,
                )
                for line in lines
            ),
        )
        for (receipt, store), lines in by_receipt.items()
    )


@booked_as.register
def _(fact: GoodsSentBack, seen: Seen) -> tuple[Document, ...]:
    """Lot by lot: under FIFO each lot leaves at what it cost itself."""
    lines = tuple(part for line in fact.lines for part in _lot_by_lot(line))
    return (
        PurchaseReturn(
            id=fact.sending,
            day=seen.day,
            store=seen.store,
            supplier=fact.supplier,
            receipt=fact.receipt,
            lines=lines,
        ),
    )


def _lot_by_lot(line: SentBackLine) -> Iterator[ReturnedToSupplierLine]:
    lots: dict[str, int] = {}
    for take in (*line.takes, *line.held):
        lots[take.lot] = lots.get(take.lot, 0) + take.qty
    for lot, qty in lots.items():
        yield ReturnedToSupplierLine(sku=line.sku, qty=qty, batch=lot)


@booked_as.register
def _(fact: LandedCostAllocated, seen: Seen) -> tuple[Document, ...]:
    shares = tuple(
        LandedShare(sku=share.sku, receipt=share.receipt, store=share.store, amount=share.amount)
        for share in fact.shares
    )
    return (
        LandedCost(
            id=fact.cost,
            day=seen.day,
            store=seen.store,
            supplier=fact.supplier,
            shares=shares,
            tax=fact.tax,
            deductible=fact.deductible,
        ),
    )
