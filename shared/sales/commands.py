"""What happens at the till."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.catalogue.commands import Note
from shared.ledger.command import Command
from shared.sales.events import Disposition, TenderKind
from shared.stock.commands import Line, OptionalCode, ScannedText
from shared.units import DecimalText


class SellLine(Line, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`amount` is what the line costs the customer; left out, it is quantity times list price less `discount`.

    It differs from the list only for a scale label (`code` shows it) or by somebody allowed to change prices.
    """

    unit_price: DecimalText | None = None
    amount: DecimalText | None = None
    discount: DecimalText = "0"
    code: ScannedText = ""


class TenderGiven(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    kind: TenderKind
    amount: DecimalText
    platform: OptionalCode = ""


class Sell(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "sales.sell"
    permission: ClassVar[str] = "sales.sell"
    lines: Annotated[tuple[SellLine, ...], Meta(min_length=1, max_length=500)]
    tenders: Annotated[tuple[TenderGiven, ...], Meta(max_length=10)] = ()
    reference: OptionalCode = ""
    note: Note = ""
    customer: OptionalCode = ""
    customer_order: OptionalCode = ""


class TakeBackLine(Line, frozen=True, kw_only=True, forbid_unknown_fields=True):
    amount: DecimalText | None = None
    disposition: Disposition = "hold"


class TakeBack(Command, frozen=True, kw_only=True):
    """A customer's return; `sale` links it to the receipt, so that nobody is refunded more than was paid."""

    kind: ClassVar[str] = "sales.take_back"
    permission: ClassVar[str] = "sales.take_back"
    sale: OptionalCode = ""
    lines: Annotated[tuple[TakeBackLine, ...], Meta(min_length=1, max_length=200)]
    reason: Note = ""
    reference: OptionalCode = ""
    tenders: Annotated[tuple[TenderGiven, ...], Meta(max_length=10)] = ()
