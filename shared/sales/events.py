"""What was sold and what came back. Amounts in fen, quantities and prices in millionths."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

import msgspec

from shared.ledger.fact import Fact
from shared.stock import locations
from shared.stock.events import Take
from shared.stock.moves import Move, expand
from shared.stock.weighing import Weighed

TenderKind = Literal["cash", "card", "wechat", "alipay", "other", "bank", "platform", "credit"]
"""`platform` is paid to a delivery platform, which owes it to us; `credit` is owed by the customer."""
Disposition = Literal["restock", "hold", "waste"]


class SoldLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`amount` is what the customer pays for the line, `discount` what the list price was lowered by.

    `short` is the part of `qty` that the book did not know to be there (R4); `passed_over` names the lot that
    FEFO would have taken when a person scanned a younger one (R1).
    """

    sku: str
    qty: int
    unit_price: int
    amount: int
    discount: int = 0
    takes: tuple[Take, ...]
    short: int = 0
    passed_over: str = ""
    price_version: int = 0
    code: str = ""
    weighed: Weighed | None = None
    doubt: str = ""
    typed: bool = False


class Tender(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    kind: TenderKind
    amount: int
    platform: str = ""


class SaleRecorded(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sales.sale_recorded.v1"
    sale: str
    lines: tuple[SoldLine, ...]
    tenders: tuple[Tender, ...] = ()
    reference: str = ""
    """The number on another system's receipt, for imported sales."""
    note: str = ""
    customer: str = ""
    customer_order: str = ""
    """The customer's order this delivers, where it was ordered on account."""


class ReturnedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Goods back from a customer; `amount` is refunded. Hold is the default until somebody has looked (R8)."""

    sku: str
    qty: int
    amount: int
    lot: str
    place: str
    disposition: Disposition = "hold"
    line: int | None = None
    """The line of the sale it gives back, where the sale is known."""


class GoodsReturned(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sales.goods_returned.v1"
    sale: str = ""
    lines: tuple[ReturnedLine, ...]
    reason: str = ""
    reference: str = ""
    customer: str = ""
    tenders: tuple[Tender, ...] = ()
    """How the money went back; `credit` lowers what the customer owes."""


@expand.register
def _(fact: SaleRecorded) -> Iterator[Move]:
    for line in fact.lines:
        for take in line.takes:
            yield Move(line.sku, take.lot, locations.store(take.place), locations.CUSTOMER, take.qty)


@expand.register
def _(fact: GoodsReturned) -> Iterator[Move]:
    for line in fact.lines:
        yield Move(line.sku, line.lot, locations.CUSTOMER, _where_to(line), line.qty)


def _where_to(line: ReturnedLine) -> str:
    match line.disposition:
        case "restock":
            return locations.store(line.place)
        case "hold":
            return locations.hold(line.place)
        case "waste":
            return locations.WASTE
