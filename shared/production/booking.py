"""What a workshop's facts are to an accountant: material and labour on an order, and goods out of it."""

from __future__ import annotations

from shared.accounting.documents import Document, ProductionCost, ProductionIssue, ProductionReceipt
from shared.accounting.from_facts import Seen, booked_as
from shared.production.events import ComponentsConsumed, CostAdded, OutputCompleted
from shared.stock.booking import without_price


@booked_as.register
def _(fact: ComponentsConsumed, seen: Seen) -> tuple[Document, ...]:
    lines = tuple(without_price(fact.lines))
    return (ProductionIssue(id=seen.name, day=seen.day, store=seen.store, order=fact.order, lines=lines),)


@booked_as.register
def _(fact: CostAdded, seen: Seen) -> tuple[Document, ...]:
    return (
        ProductionCost(
            id=seen.name,
            day=seen.day,
            store=seen.store,
            order=fact.order,
            amount=fact.amount,
            overhead=fact.cost_kind == "overhead",
            memo=fact.note,
        ),
    )


@booked_as.register
def _(fact: OutputCompleted, seen: Seen) -> tuple[Document, ...]:
    return (
        ProductionReceipt(
            id=seen.name,
            day=seen.day,
            store=seen.store,
            order=fact.order,
            sku=fact.sku,
            qty=sum(line.qty for line in fact.lines),
            completion=fact.completion,
            lots=tuple((line.lot, line.qty) for line in fact.lines),
        ),
    )
