"""Stock as rows: balances per lot and location, the lots, every movement, counts and transfers."""

from __future__ import annotations

from collections.abc import Iterable

from shared.business_day import day_text
from shared.ledger.fact import Fact
from shared.ledger.projection import BOTH, Change, Recorded, Shape, Table, Where, changed, number, raw, text
from shared.production.events import ComponentsConsumed, OutputCompleted
from shared.purchasing.events import GoodsSentBack
from shared.quality.events import InspectionRecorded, LotHeld, LotReleased
from shared.sales.events import GoodsReturned, SaleRecorded
from shared.service.events import PackageRedeemed, ServiceRendered
from shared.stock import locations
from shared.stock.events import (
    CountCorrected,
    CountQuestioned,
    GoodsGiven,
    GoodsReceived,
    GoodsWasted,
    OpeningRecorded,
    ReceivedLine,
    StockCounted,
    TransferReceived,
    TransferSent,
)
from shared.stock.moves import Move, moves_of

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
    indexes=(("sent_ms",),),
)
_FLOWS = (
    "opened",
    "received",
    "to_supplier",
    "sold",
    "returned",
    "sent",
    "arrived",
    "wasted",
    "given",
    "made",
    "used",
    "counted",
    "other",
)
_SUMS = (*_FLOWS, "on_hand", "sellable")
LYING = Table(
    "lying",
    (text("sku"), text("lot")),
    (number("on_hand"), number("sellable")),
    present_by=("on_hand", "sellable"),
)
"""What lies in the store now, lot by lot; `sellable` leaves out what is held."""
STOCK_DAY = Table(
    "stock_day",
    (text("business_date"), text("sku"), text("lot")),
    (*(number(name) for name in _SUMS), number("day")),
    group=2,
)
"""What a business day did to a lot. `on_hand` and `sellable` are changes; `counted` and `other` have a sign, the other
flows are positive whichever way goods went.
on_hand = opened + received - to_supplier - sold + returned - sent + arrived - wasted - given + made - used + counted
+ other.
`day` is the date as a number, so that a database can weigh by it. Stock at the close of a past day is today's less all
changes since: what that costs grows with how far back one looks, never with the ledger."""
STOCK_MONTH = Table(
    "stock_month",
    (text("month"), text("sku"), text("lot")),
    (*(number(name) for name in _SUMS), number("on_hand_days")),
    group=2,
)
"""The same by month ("2026-11"), so that three years back are 36 rows a lot. `on_hand_days` weighs each change of what
is on hand with the days of the month before it, for means: 5 that came on the 11th are 50."""
WASTE_DAY = Table(
    "waste_day", (text("business_date"), text("sku"), text("reason")), (number("qty"),), group=2
)
"""Goods thrown away, by reason; `returned` are those that a customer brought back spoilt."""

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
    GoodsGiven,
    ComponentsConsumed,
    OutputCompleted,
    ServiceRendered,
    PackageRedeemed,
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
        day, kind, actor = day_text(envelope.business_date), envelope.kind, envelope.actor
        changes: list[Change] = []
        for line, move in enumerate(moves_of(fact)):
            sku, lot, source, target, qty = move.sku, move.lot, move.source, move.target, move.qty
            changes.append(Change(_BALANCE, (sku, lot, source), (-qty,)))
            changes.append(Change(_BALANCE, (sku, lot, target), (qty,)))
            cells = (sku, lot, source, target, qty, move.on_hand_change, happened_ms, day, kind, actor)
            changes.append(Change(_MOVED, (recorded.log, recorded.seq, line), cells))
        return changes


_DAY = Shape(STOCK_DAY, _SUMS, ("day",))
_MONTH = Shape(STOCK_MONTH, (*_SUMS, "on_hand_days"))
_LYING = Shape(LYING, ("on_hand", "sellable"))
_WASTED = Shape(WASTE_DAY, ("qty",))
_PLACE = {name: place for place, name in enumerate(_SUMS)}
_FLOW_OF = {  # where the other end of a move lies -> (flow when goods leave, flow when they come)
    "opening": ("opened", "opened"),
    "supplier": ("to_supplier", "received"),
    "customer": ("sold", "returned"),
    "transit": ("sent", "arrived"),
    "waste": ("wasted", "wasted"),
    "production": ("used", "made"),
    "service": ("used", "used"),
    "count": ("counted", "counted"),
}
_SIGNED = frozenset(("opened", "counted", "other"))


class StockDays:
    """What lies there, and what each business day and month did to every lot, by the way goods came and went."""

    name = "stock_days"
    version = 2
    tables = (LYING, STOCK_DAY, STOCK_MONTH, WASTE_DAY)
    facts = _MOVING
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, day = recorded.fact, recorded.envelope.business_date
        sums: dict[tuple[str, str], list[int]] = {}
        wasted: dict[tuple[str, str], int] = {}
        for move in moves_of(fact):
            cells = sums.setdefault((move.sku, move.lot), [0] * len(_SUMS))
            _sum_up(cells, move, is_gift=isinstance(fact, GoodsGiven))
            waste = move.qty * (
                (locations.type_of(move.target) == "waste") - (locations.type_of(move.source) == "waste")
            )
            if waste:
                why = (move.sku, _why_wasted(fact))
                wasted[why] = wasted.get(why, 0) + waste
        told, month = day.isoformat(), day.isoformat()[:7]
        changes = [Change(_WASTED, (told, *key), (qty,)) for key, qty in wasted.items()]
        for key, cells in sums.items():
            if any(cells):
                changes.append(Change(_DAY, (told, *key), (*cells, day.toordinal())))
                on_hand, sellable = cells[_PLACE["on_hand"]], cells[_PLACE["sellable"]]
                changes.append(Change(_MONTH, (month, *key), (*cells, on_hand * (day.day - 1))))
                changes.append(Change(_LYING, key, (on_hand, sellable)))
        return changes


def _sum_up(cells: list[int], move: Move, *, is_gift: bool) -> None:
    """Add one move to the sums of its lot: 5 sold are sold 5, on hand -5, sellable -5. Gifts go where sales go."""
    on_hand = move.on_hand_change
    sellable = locations.is_sellable(move.target) - locations.is_sellable(move.source)
    cells[_PLACE["sellable"]] += move.qty * sellable
    cells[_PLACE["on_hand"]] += on_hand
    if on_hand:
        other_end = locations.type_of(move.source if on_hand > 0 else move.target)
        flow = "given" if is_gift else _FLOW_OF.get(other_end, ("other", "other"))[on_hand > 0]
        if flow == "wasted":
            cells[_PLACE[flow]] -= on_hand  # goods that a mended mistake brings back are so much less wasted
        else:
            cells[_PLACE[flow]] += on_hand if flow in _SIGNED else abs(on_hand)


def _why_wasted(fact: Fact) -> str:
    if isinstance(fact, GoodsWasted):
        return fact.reason
    return "returned" if isinstance(fact, GoodsReturned) else "released"


class Lots:
    """What is known of each lot: the last arrival that names it says its dates."""

    name = "lots"
    version = 1
    tables = (LOT,)
    facts = (OpeningRecorded, GoodsReceived, TransferReceived, OutputCompleted)
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        assert isinstance(fact, OpeningRecorded | GoodsReceived | TransferReceived | OutputCompleted)
        supplier = fact.supplier if isinstance(fact, GoodsReceived) else None
        for line in fact.lines:
            yield changed(LOT, (line.sku, line.lot), put=_known_of_lot(line, recorded, supplier))


def _known_of_lot(
    line: ReceivedLine, recorded: Recorded, supplier: str | None
) -> dict[str, int | str | bytes | None]:
    put: dict[str, int | str | bytes | None] = {
        "received": day_text(recorded.envelope.business_date),
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
    StockDays(),
    Lots(),
    Counts(),
    TransferLegs("transfers", TRANSFER, BOTH),
    TransferLegs("inbound_transfers", INBOUND, frozenset(("cloud",))),
)
