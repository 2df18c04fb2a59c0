"""What services and packages are to an accountant. Visits that travel between stores move no value."""

from __future__ import annotations

from collections.abc import Iterable

from shared.accounting.documents import Consumed, Document, PackageRedeem, PackageSale, Sale, SaleLine
from shared.accounting.from_facts import Seen, booked_as
from shared.sales.booking import payments_of
from shared.service.events import PackageRedeemed, PackageSold, ServiceRendered
from shared.stock.events import TakenLine


def _used(lines: Iterable[TakenLine]) -> tuple[Consumed, ...]:
    return tuple(
        Consumed(sku=line.sku, qty=take.qty, batch=take.lot) for line in lines for take in line.takes
    )


@booked_as.register
def _(fact: ServiceRendered, seen: Seen) -> tuple[Document, ...]:
    lines = tuple(
        SaleLine(
            sku=line.sku,
            qty=line.qty,
            price=line.unit_price,
            amount=line.amount,
            service=True,
            consumes=_used(line.used),
        )
        for line in fact.lines
    )
    payments = payments_of(fact.tenders, sum(line.amount for line in fact.lines))
    return (
        Sale(
            id=fact.rendering,
            day=seen.day,
            store=seen.store,
            lines=lines,
            payments=payments,
            customer=fact.customer,
        ),
    )


@booked_as.register
def _(fact: PackageSold, seen: Seen) -> tuple[Document, ...]:
    payments = payments_of(fact.tenders, fact.amount)
    return (
        PackageSale(id=seen.name, day=seen.day, store=seen.store, package=fact.package, payments=payments),
    )


@booked_as.register
def _(fact: PackageRedeemed, seen: Seen) -> tuple[Document, ...]:
    return (
        PackageRedeem(
            id=seen.name,
            day=seen.day,
            store=seen.store,
            package=fact.package,
            amount=fact.amount,
            sku=fact.sku,
            consumes=_used(fact.used),
        ),
    )
