"""Stock as rows: balances per lot and location, the lots, every movement, counts and transfers."""

from __future__ import annotations

from collections.abc import Iterable

from shared.ledger.projection import BOTH, Change, Recorded, Shape, Table, Where, changed, number, raw, text
from shared.purchasing.events import GoodsSentBack
from shared.quality.events import InspectionRecorded, LotHeld, LotReleased
from shared.sales.events import GoodsReturned, SaleRecorded
from shared.stock.events import (
    CountCorrected,
    CountQuestioned,
    GoodsReceived,
    GoodsWasted,
    OpeningRecorded,
    ReceivedLine,
    StockCounted,
    TransferReceived,
    TransferSent,
)
from shared.stock.moves import moves_of

STOCK = Table(
    "stock",
    (text("sku"), text("lot"), text("location")),
    (number("qty"),),
    says_nothing_at_zero="qty",
)
LOT = Table(
    "lot",
    (text("sku"), text("lot")),
    (text("expiry"), text("produced"), text("received"), text("supplier"), number("received_seq")),
    group=2,
    indexes=(("expiry",),),
)
"""One lot is read at a time: an SKU has had thousands of them, and a few lie in the store."""
MOVEMENT = Table(
    "movement",
    (raw("log"), number("seq"), number("line")),
    (
        text("sku"),
        text("lot"),
        text("source"),
        text("target"),
        number("qty"),
        number("on_hand_change"),
        number("happened_ms"),
        text("business_date"),
        text("kind"),
        text("actor"),
    ),
    group=2,
    indexes=(("sku", "happened_ms"),),
)
COUNT_LINE = Table(
    "count_line",
    (text("sku"), text("count"), text("lot")),
    (
        number("whole_sku"),
        number("counted_ms"),
        number("expected"),
        number("counted"),
        number("corrected"),
        number("questioned"),
    ),
)
TRANSFER = Table(
    "transfer",
    (text("transfer"), text("sku"), text("lot")),
    (
        text("from_store"),
        text("to_store"),
        text("expiry"),
        number("sent"),
        number("received"),
        number("sent_ms"),
    ),
)
INBOUND = Table(
    "inbound_transfer",
    TRANSFER.key,
    TRANSFER.columns,
    keeper="cloud",
    scope="to_store",
)

_MOVING = (
    OpeningRecorded,
    GoodsReceived,
    GoodsWasted,
    TransferSent,
    TransferReceived,
    StockCounted,
    CountCorrected,
    SaleRecorded,
    GoodsReturned,
    GoodsSentBack,
    InspectionRecorded,
    LotHeld,
    LotReleased,
)


_BALANCE = Shape(STOCK, adds=("qty",))
_MOVED = Shape(MOVEMENT, puts=tuple(column.name for column in MOVEMENT.columns))


class Balances:
    """Stock per lot and location, and the movements behind it."""

    name = "balances"
    version = 1
    tables = (STOCK, MOVEMENT)
    facts = _MOVING
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        envelope, fact = recorded.envelope, recorded.fact
        # A correction belongs to the count it corrects, not to the moment of the op that came late.
        happened_ms = fact.counted_ms if isinstance(fact, CountCorrected) else envelope.happened_ms
        day, kind, actor = envelope.business_date.isoformat(), envelope.kind, envelope.actor
        changes: list[Change] = []
        for line, move in enumerate(moves_of(fact)):
            sku, lot, source, target, qty = move.sku, move.lot, move.source, move.target, move.qty
            changes.append(Change(_BALANCE, (sku, lot, source), (-qty,)))
            changes.append(Change(_BALANCE, (sku, lot, target), (qty,)))
            cells = (sku, lot, source, target, qty, move.on_hand_change, happened_ms, day, kind, actor)
            changes.append(Change(_MOVED, (recorded.log, recorded.seq, line), cells))
        return changes


class Lots:
    """What is known of each lot: the last arrival that names it says its dates."""

    name = "lots"
    version = 1
    tables = (LOT,)
    facts = (OpeningRecorded, GoodsReceived, TransferReceived)
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        assert isinstance(fact, OpeningRecorded | GoodsReceived | TransferReceived)
        supplier = fact.supplier if isinstance(fact, GoodsReceived) else None
        for line in fact.lines:
            yield changed(LOT, (line.sku, line.lot), put=_known_of_lot(line, recorded, supplier))


def _known_of_lot(
    line: ReceivedLine, recorded: Recorded, supplier: str | None
) -> dict[str, int | str | bytes | None]:
    put: dict[str, int | str | bytes | None] = {
        "received": recorded.envelope.business_date.isoformat(),
        "received_seq": recorded.seq,
    }
    if line.expiry is not None:
        put["expiry"] = line.expiry.isoformat()
    if line.produced is not None:
        put["produced"] = line.produced.isoformat()
    if supplier:
        put["supplier"] = supplier
    return put


class Counts:
    """The counts of each SKU, so that an op arriving late finds the count it happened before."""

    name = "counts"
    version = 1
    tables = (COUNT_LINE,)
    facts = (StockCounted, CountCorrected, CountQuestioned)
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, StockCounted):
            for line in fact.lines:
                yield changed(
                    COUNT_LINE,
                    (line.sku, fact.count, line.lot or ""),
                    add={"expected": line.expected, "counted": line.counted},
                    put={"whole_sku": int(line.lot is None), "counted_ms": fact.counted_ms},
                )
        elif isinstance(fact, CountCorrected):
            corrected = sum(take.qty for take in fact.takes)
            yield changed(COUNT_LINE, (fact.sku, fact.count, fact.lot or ""), add={"corrected": corrected})
        elif isinstance(fact, CountQuestioned):
            yield changed(COUNT_LINE, (fact.sku, fact.count, fact.lot or ""), add={"questioned": fact.change})


class TransferLegs:
    """Both legs of a transfer, joined by its id: each store keeps its own, the cloud sees the two meet.

    The cloud keeps them a second time, as what is on its way to each store; the receiver hears of it by the feed.
    """

    version = 1
    facts = (TransferSent, TransferReceived)

    def __init__(self, name: str, table: Table, runs_on: frozenset[Where]) -> None:
        self.name = name
        self.tables = (table,)
        self.runs_on = runs_on

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, (table,) = recorded.fact, self.tables
        if isinstance(fact, TransferSent):
            for carried in fact.lots:
                yield changed(
                    table,
                    (fact.transfer, carried.sku, carried.lot),
                    add={"sent": carried.qty},
                    put={
                        "from_store": recorded.node,
                        "to_store": fact.to_store,
                        "expiry": carried.expiry.isoformat() if carried.expiry else None,
                        "sent_ms": recorded.envelope.happened_ms,
                    },
                )
        elif isinstance(fact, TransferReceived):
            for line in fact.lines:
                yield changed(
                    table,
                    (fact.transfer, line.sku, line.lot),
                    add={"received": line.qty},
                    put={"from_store": fact.from_store, "to_store": recorded.node},
                )


PROJECTIONS = (
    Balances(),
    Lots(),
    Counts(),
    TransferLegs("transfers", TRANSFER, BOTH),
    TransferLegs("inbound_transfers", INBOUND, frozenset(("cloud",))),
)
