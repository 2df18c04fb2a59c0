"""What sales and returns are to an accountant."""

from __future__ import annotations

from collections.abc import Iterable

from shared.accounting.documents import Document, Refund, Sale, SaleLine, SaleReturn, SaleReturnLine
from shared.accounting.from_facts import Seen, booked_as
from shared.sales.events import GoodsReturned, SaleRecorded, Tender
from shared.stock.booking import lots_of

UNTOLD = "cash"
"""Where nobody said how it was paid, or more was given than was due: the drawer."""


def payments_of(tenders: Iterable[Tender], total: int) -> dict[str, int]:
    """Fen by tender; what the tenders do not explain, change included, is the drawer's."""
    paid: dict[str, int] = {}
    for tender in tenders:
        method = _method(tender)
        paid[method] = paid.get(method, 0) + tender.amount
    left = total - sum(paid.values())
    if left:
        paid[UNTOLD] = paid.get(UNTOLD, 0) + left
    return paid


def _method(tender: Tender) -> str:
    """A platform by its name: it owes us the money."""
    return tender.platform or tender.kind if tender.kind == "platform" else tender.kind


@booked_as.register
def _(fact: SaleRecorded, seen: Seen) -> tuple[Document, ...]:
    lines = tuple(
        [
            SaleLine(
                sku=line.sku,
                qty=line.qty,
                price=line.unit_price,
                amount=line.amount,
                lots=lots_of(line.takes),
            )
            for line in fact.lines
        ]
    )
    total = sum([line.amount for line in fact.lines])
    payments = payments_of(fact.tenders, total)
    return (
        Sale(
            id=fact.sale,
            day=seen.day,
            store=seen.store,
            lines=lines,
            payments=payments,
            customer=fact.customer,
        ),
    )


@booked_as.register
def _(fact: GoodsReturned, seen: Seen) -> tuple[Document, ...]:
    lines = tuple(
        SaleReturnLine(
            sku=line.sku,
            qty=line.qty,
            restock=line.disposition != "waste",
            line=line.line,
            amount=line.amount,
            batch=line.lot,
        )
        for line in fact.lines
    )
    total = sum(line.amount for line in fact.lines)
    refunds = [
        Refund(method=method, amount=amount) for method, amount in payments_of(fact.tenders, total).items()
    ]
    return (
        SaleReturn(
            id=seen.name,
            day=seen.day,
            store=seen.store,
            sale=fact.sale,
            lines=lines,
            refund=refunds[0] if refunds else Refund(method=UNTOLD, amount=0),
            further=tuple(refunds[1:]),
            customer=fact.customer,
        ),
    )
