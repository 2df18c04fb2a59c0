"""What happened to goods in a store. Quantities and prices in millionths of base unit and yuan."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from shared.access.labels import COST
from shared.ledger.fact import Fact
from shared.stock.weighing import Weighed

WasteReason = Literal["expired", "damaged", "stolen", "sample", "other", "mismanaged"]

_ABNORMAL: frozenset[WasteReason] = frozenset(("stolen", "mismanaged"))


def is_abnormal(reason: WasteReason) -> bool:
    """Loss by bad management (非正常损失): its input VAT is owed back, and somebody must say what becomes of it.

    Goods that expire or break in the ordinary course of a shop are not.
    """
    return reason in _ABNORMAL


NO_LOT = ""
"""Goods nobody could name a lot for; its balance below zero means somebody sold what was never booked in."""


class Take(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """How much of which lot in which place; negative where a count found less."""

    lot: str
    place: str
    qty: int


class ReceivedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    sku: str
    lot: str
    place: str
    qty: int
    expiry: date | None = None
    produced: date | None = None
    unit_cost: Annotated[int | None, Meta(extra={"label": COST})] = None
    code: str = ""
    weighed: Weighed | None = None
    doubt: str = ""
    """What speaks against the weight: `cal_expired`, `below_min`, `unregistered`."""
    typed: bool = False


class TakenLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Goods that leave the store's places, lot by lot."""

    sku: str
    takes: tuple[Take, ...]

    @property
    def qty(self) -> int:
        return sum(take.qty for take in self.takes)


class OpeningRecorded(Fact, frozen=True, kw_only=True):
    """What lay in the store when it began with us."""

    kind: ClassVar[str] = "stock.opening_recorded.v1"
    lines: tuple[ReceivedLine, ...]


class GoodsReceived(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "stock.goods_received.v1"
    receipt: str
    supplier: str = ""
    order: str = ""
    note: str = ""
    lines: tuple[ReceivedLine, ...]


class GoodsWasted(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "stock.goods_wasted.v1"
    lines: tuple[TakenLine, ...]
    reason: WasteReason
    note: str = ""


class GivenLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """`market_price` is what a unit would have sold for, with tax: what a gift is taxed on."""

    sku: str
    takes: tuple[Take, ...]
    market_price: int


class GoodsGiven(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "stock.goods_given.v1"
    lines: tuple[GivenLine, ...]
    reason: str


class LotCarried(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """What the receiving store must know of a lot that comes to it."""

    sku: str
    lot: str
    qty: int
    expiry: date | None = None


class TransferSent(Fact, frozen=True, kw_only=True):
    """The first leg: from this store's places into transit, which the sender owns until it is received."""

    kind: ClassVar[str] = "stock.transfer_sent.v1"
    transfer: str
    to_store: str
    lines: tuple[TakenLine, ...]
    lots: tuple[LotCarried, ...]
    note: str = ""

    def about(self) -> str:
        return f"transfer/{self.transfer}"


class TransferReceived(Fact, frozen=True, kw_only=True):
    """The second leg, in the other store's log; what does not arrive stays in transit with an owner (R11)."""

    kind: ClassVar[str] = "stock.transfer_received.v1"
    transfer: str
    from_store: str
    lines: tuple[ReceivedLine, ...]

    def about(self) -> str:
        return f"transfer/{self.transfer}"


class CountedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`expected` is the book at the moment of counting; `takes` are the differences, negative for shrinkage.

    `lot` None: the whole SKU was counted, whatever its lots.
    """

    sku: str
    lot: str | None = None
    expected: int
    counted: int
    takes: tuple[Take, ...] = ()
    weighed: Weighed | None = None
    doubt: str = ""


class StockCounted(Fact, frozen=True, kw_only=True):
    """A timed assertion (R9): true of `counted_ms`, the counter's corrected clock."""

    kind: ClassVar[str] = "stock.counted.v1"
    count: str
    counted_ms: int
    lines: tuple[CountedLine, ...]
    note: str = ""

    def about(self) -> str:
        return f"count/{self.count}"


class CountCorrected(Fact, frozen=True, kw_only=True):
    """An op that happened before the count reached us after it: the count's difference changes, not its result.

    Sold 5 at 10:01, counted 895 at 10:05 against a book of 900 (difference -5), the sale arrives at 11:30: the
    book at the count becomes 895, so +5 undoes the false shrinkage and on hand stays what was counted.
    """

    kind: ClassVar[str] = "stock.count_corrected.v1"
    count: str
    counted_ms: int
    sku: str
    lot: str | None = None
    takes: tuple[Take, ...]

    def rests_on(self) -> str:
        return f"count/{self.count}"


class CountQuestioned(Fact, frozen=True, kw_only=True):
    """As CountCorrected, but the device's clock is suspect: a person must look instead."""

    kind: ClassVar[str] = "stock.count_questioned.v1"
    count: str
    sku: str
    lot: str | None = None
    change: int

    def rests_on(self) -> str:
        return f"count/{self.count}"
