"""What buyers ask for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar, Literal

import msgspec
from msgspec import Meta

from shared.access.labels import SUPPLIER_PRICE
from shared.catalogue.commands import Code, Name, Note
from shared.ledger.command import Command
from shared.purchasing.events import SharedBy
from shared.stock.commands import Lines, OptionalCode
from shared.units import DecimalText


class OrderLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    sku: Code
    qty: DecimalText
    unit_cost: Annotated[DecimalText | None, Meta(extra={"label": SUPPLIER_PRICE})] = None


class PlaceOrder(Command, frozen=True, kw_only=True):
    """`order` may be left out; the command's id names it then."""

    kind: ClassVar[str] = "purchasing.place_order"
    permission: ClassVar[str] = "purchasing.order"
    decided_at: ClassVar[str] = "cloud"
    order: Annotated[str, Meta(max_length=64)] = ""
    supplier: Code
    store: Code
    due: date | None = None
    lines: Annotated[tuple[OrderLine, ...], Meta(min_length=1, max_length=500)]


class ReviseOrder(Command, frozen=True, kw_only=True):
    """The lines that change, with their new quantities; 0 takes one off. `revision` is the one that was looked at, so
    that two people do not overwrite each other. `due` left out: it stays."""

    kind: ClassVar[str] = "purchasing.revise_order"
    permission: ClassVar[str] = "purchasing.order"
    decided_at: ClassVar[str] = "cloud"
    order: Code
    revision: Annotated[int, Meta(ge=1)]
    due: date | None = None
    lines: Annotated[tuple[OrderLine, ...], Meta(max_length=500)] = ()
    reason: Name


class CancelOrder(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "purchasing.cancel_order"
    permission: ClassVar[str] = "purchasing.order"
    decided_at: ClassVar[str] = "cloud"
    order: Code
    reason: Name


class InvoiceLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`rate` left out: the SKU's rate on the invoice's day. `tax` left out: net times rate, half up."""

    receipt: Code
    sku: Code
    qty: DecimalText
    unit_price: Annotated[DecimalText, Meta(extra={"label": SUPPLIER_PRICE})]
    rate: DecimalText | None = None
    tax: Annotated[DecimalText | None, Meta(extra={"label": SUPPLIER_PRICE})] = None


class RecordInvoice(Command, frozen=True, kw_only=True):
    """`deductible` left out: what the supplier's terms say."""

    kind: ClassVar[str] = "purchasing.record_invoice"
    permission: ClassVar[str] = "purchasing.invoice"
    decided_at: ClassVar[str] = "cloud"
    number: Code
    supplier: Code
    dated: date
    deductible: bool | None = None
    lines: Annotated[tuple[InvoiceLine, ...], Meta(min_length=1, max_length=500)]
    note: Note = ""


class SettleInvoice(Command, frozen=True, kw_only=True):
    """What becomes of a held invoice: `match` looks again (the receipt may have come), the others need a reason."""

    kind: ClassVar[str] = "purchasing.settle_invoice"
    permission: ClassVar[str] = "purchasing.approve_invoice"
    decided_at: ClassVar[str] = "cloud"
    invoice: Code
    decision: Literal["match", "approve", "reject"]
    reason: Note = ""


class SendBack(Command, frozen=True, kw_only=True):
    """A line without a lot takes what is left of the receipt's lots, held goods first."""

    kind: ClassVar[str] = "purchasing.send_back"
    permission: ClassVar[str] = "purchasing.send_back"
    receipt: Code
    supplier: OptionalCode = ""
    lines: Lines
    reason: Name


class LandedOn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Goods that bear the cost; `weight` (of the whole line, any one unit) where it is shared by weight."""

    receipt: Code
    sku: Code
    weight: DecimalText | None = None


class AllocateLandedCost(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "purchasing.allocate_landed_cost"
    permission: ClassVar[str] = "purchasing.invoice"
    decided_at: ClassVar[str] = "cloud"
    supplier: Code
    dated: date
    net: DecimalText
    rate: DecimalText = "0"
    deductible: bool | None = None
    shared_by: SharedBy
    lines: Annotated[tuple[LandedOn, ...], Meta(min_length=1, max_length=500)]
    note: Note = ""
