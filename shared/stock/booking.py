"""What facts about goods are to an accountant.

Goods received have no invoice yet: they stand at an estimate (暂估) until it comes. A wastage by theft is abnormal and
owes its input VAT back; what expired or broke is a selling expense. What a transfer does not bring stays on the road.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from shared.accounting.documents import (
    CountedLine,
    Document,
    EstimatedLine,
    Gift,
    GiftLine,
    Lots,
    Opening,
    PurchaseReceiptEstimated,
    Scrap,
    ScrappedLine,
    StockLine,
    StockTake,
    TransferIn,
    TransferOut,
)
from shared.accounting.from_facts import Seen, booked_as
from shared.stock.events import (
    CountCorrected,
    GoodsGiven,
    GoodsReceived,
    GoodsWasted,
    OpeningRecorded,
    ReceivedLine,
    StockCounted,
    Take,
    TakenLine,
    TransferReceived,
    TransferSent,
    is_abnormal,
)


def lots_of(takes: Iterable[Take]) -> Lots:
    """Lot and quantity of each take; places are no matter of value."""
    return tuple([(take.lot, take.qty) for take in takes])


def _estimated(lines: Iterable[ReceivedLine]) -> tuple[EstimatedLine, ...]:
    return tuple(
        EstimatedLine(sku=line.sku, qty=line.qty, est_price=line.unit_cost, batch=line.lot) for line in lines
    )


@booked_as.register
def _(fact: OpeningRecorded, seen: Seen) -> tuple[Document, ...]:
    return (Opening(id=seen.name, day=seen.day, store=seen.store, lines=_estimated(fact.lines)),)


@booked_as.register
def _(fact: GoodsReceived, seen: Seen) -> tuple[Document, ...]:
    return (
        PurchaseReceiptEstimated(
            id=fact.receipt,
            day=seen.day,
            store=seen.store,
            supplier=fact.supplier,
            lines=_estimated(fact.lines),
        ),
    )


@booked_as.register
def _(fact: GoodsGiven, seen: Seen) -> tuple[Document, ...]:
    lines = tuple(
        GiftLine(
            sku=line.sku,
            qty=sum(take.qty for take in line.takes),
            market_price=line.market_price,
            lots=lots_of(line.takes),
        )
        for line in fact.lines
    )
    return (Gift(id=seen.op, day=seen.day, store=seen.store, lines=lines),)


@booked_as.register
def _(fact: GoodsWasted, seen: Seen) -> tuple[Document, ...]:
    lines = tuple(
        ScrappedLine(sku=line.sku, qty=line.qty, lots=lots_of(line.takes)) for line in fact.lines if line.qty
    )
    return (
        Scrap(
            id=seen.op,
            day=seen.day,
            store=seen.store,
            abnormal=is_abnormal(fact.reason),
            reason=fact.reason,
            lines=lines,
        ),
    )


def without_price(lines: Iterable[TakenLine]) -> Iterator[StockLine]:
    """Goods that leave for something that is not a sale."""
    for line in lines:
        yield StockLine(sku=line.sku, qty=line.qty, lots=lots_of(line.takes))


@booked_as.register
def _(fact: TransferSent, seen: Seen) -> tuple[Document, ...]:
    return (
        TransferOut(
            id=fact.transfer,
            day=seen.day,
            store=seen.store,
            to=fact.to_store,
            lines=tuple(without_price(fact.lines)),
        ),
    )


@booked_as.register
def _(fact: TransferReceived, seen: Seen) -> tuple[Document, ...]:
    lines = tuple(StockLine(sku=line.sku, qty=line.qty, batch=line.lot) for line in fact.lines)
    return (
        TransferIn(
            id=seen.name, day=seen.day, store=seen.store, transfer=fact.transfer, closes=False, lines=lines
        ),
    )


def _counted(sku: str, takes: Iterable[Take]) -> Iterator[CountedLine]:
    for take in takes:
        yield CountedLine(sku=sku, diff=take.qty, batch=take.lot)


@booked_as.register
def _(fact: StockCounted, seen: Seen) -> tuple[Document, ...]:
    found = tuple(one for line in fact.lines for one in _counted(line.sku, line.takes))
    return _stock_take(fact.count, seen, found)


@booked_as.register
def _(fact: CountCorrected, seen: Seen) -> tuple[Document, ...]:
    return _stock_take(fact.count, seen, tuple(_counted(fact.sku, fact.takes)))


def _stock_take(count: str, seen: Seen, lines: tuple[CountedLine, ...]) -> tuple[Document, ...]:
    """A count that found the book right moves nothing."""
    return (StockTake(id=count, day=seen.day, store=seen.store, lines=lines),) if lines else ()
