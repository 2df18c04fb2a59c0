"""What was ordered. Orders stand in the cloud's log; receipts against them in the stores' logs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from shared.access.labels import SUPPLIER_PRICE
from shared.ledger.fact import Fact
from shared.stock import locations
from shared.stock.events import Take
from shared.stock.moves import Move, expand

Difference = Literal[
    "receipt_unknown",
    "supplier_differs",
    "more_than_received",
    "price_above_order",
    "price_above_contract",
    "price_above_receipt",
]
"""Where order, receipt and invoice do not meet."""
SharedBy = Literal["value", "quantity", "weight"]


class OrderedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    sku: str
    qty: int
    unit_cost: Annotated[int | None, Meta(extra={"label": SUPPLIER_PRICE})] = None


class OrderPlaced(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "purchasing.order_placed.v1"
    order: str
    supplier: str
    store: str
    due: date | None = None
    lines: tuple[OrderedLine, ...]


class RevisedOrderLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`was` is what was ordered before, `qty` what is ordered now; a line that was 0 is new, one that is 0 is gone."""

    sku: str
    was: int
    qty: int
    unit_cost: Annotated[int | None, Meta(extra={"label": SUPPLIER_PRICE})] = None


class OrderRevised(Fact, frozen=True, kw_only=True):
    """An order says something else from now on; `revision` 2 is its first change. `lines` are the changed ones only."""

    kind: ClassVar[str] = "purchasing.order_revised.v1"
    order: str
    store: str
    revision: int
    due: date | None = None
    lines: tuple[RevisedOrderLine, ...]
    reason: str


class OrderCancelled(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "purchasing.order_cancelled.v1"
    order: str
    reason: str


class PriceQuestioned(Fact, frozen=True, kw_only=True):
    """Goods came in at a price above contract, and the contract says to keep it for head office to settle."""

    kind: ClassVar[str] = "purchasing.price_questioned.v1"
    receipt: str
    sku: str
    supplier: str
    order: str = ""
    qty: int
    price: Annotated[int, Meta(extra={"label": SUPPLIER_PRICE})]
    contract_price: Annotated[int, Meta(extra={"label": SUPPLIER_PRICE})]
    tolerance_bp: int


class InvoicedLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One line of a supplier's invoice against one receipt. `net` and `tax` in fen; `unit_price` without VAT."""

    receipt: str
    store: str
    sku: str
    qty: int
    unit_price: Annotated[int, Meta(extra={"label": SUPPLIER_PRICE})]
    net: Annotated[int, Meta(extra={"label": SUPPLIER_PRICE})]
    vat_bp: int
    tax: Annotated[int, Meta(extra={"label": SUPPLIER_PRICE})]


class Mismatch(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`known` is what order, receipt or contract say, `given` what the invoice says: a quantity or a price."""

    line: int
    difference: Difference
    known: int = 0
    given: int = 0


class InvoiceRecorded(Fact, frozen=True, kw_only=True):
    """A supplier's invoice as it came. With mismatches it is held until a person decides; without, it is accepted
    in the same breath. `number` is the supplier's, `invoice` ours."""

    kind: ClassVar[str] = "purchasing.invoice_recorded.v1"
    invoice: str
    number: str
    supplier: str
    dated: date
    deductible: bool = True
    lines: tuple[InvoicedLine, ...]
    mismatches: tuple[Mismatch, ...] = ()
    note: str = ""


class InvoiceAccepted(Fact, frozen=True, kw_only=True):
    """We owe it: it matched, or somebody approved the difference and says why. The books follow this fact alone."""

    kind: ClassVar[str] = "purchasing.invoice_accepted.v1"
    invoice: str
    number: str
    supplier: str
    dated: date
    deductible: bool = True
    lines: tuple[InvoicedLine, ...]
    approved: bool = False
    reason: str = ""


class InvoiceRejected(Fact, frozen=True, kw_only=True):
    """A held invoice goes back to the supplier; its lines may be invoiced again."""

    kind: ClassVar[str] = "purchasing.invoice_rejected.v1"
    invoice: str
    reason: str
    lines: tuple[InvoicedLine, ...]


class SentBackLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """Goods on their way back, lot by lot: out of the store's places, or out of what was held there."""

    sku: str
    takes: tuple[Take, ...] = ()
    held: tuple[Take, ...] = ()

    @property
    def qty(self) -> int:
        return sum(take.qty for take in (*self.takes, *self.held))


class GoodsSentBack(Fact, frozen=True, kw_only=True):
    """Goods of one receipt leave for the supplier who brought them, at what they cost then (R8)."""

    kind: ClassVar[str] = "purchasing.goods_sent_back.v1"
    sending: str
    receipt: str
    supplier: str = ""
    lines: tuple[SentBackLine, ...]
    reason: str


class LandedShare(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What of a cost one SKU of one receipt bears, in fen."""

    receipt: str
    store: str
    sku: str
    amount: int


class LandedCostAllocated(Fact, frozen=True, kw_only=True):
    """Freight and the like, shared among the goods it brought (R7). The shares sum to `net`, to the fen."""

    kind: ClassVar[str] = "purchasing.landed_cost_allocated.v1"
    cost: str
    supplier: str
    dated: date
    shared_by: SharedBy
    net: int
    vat_bp: int = 0
    tax: int = 0
    deductible: bool = True
    shares: tuple[LandedShare, ...]
    note: str = ""


@expand.register
def _(fact: GoodsSentBack) -> Iterator[Move]:
    for line in fact.lines:
        for take in line.takes:
            yield Move(line.sku, take.lot, locations.store(take.place), locations.SUPPLIER, take.qty)
        for take in line.held:
            yield Move(line.sku, take.lot, locations.hold(take.place), locations.SUPPLIER, take.qty)
