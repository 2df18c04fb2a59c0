"""What people in a store ask of stock."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.access.labels import COST
from shared.catalogue.commands import Code, Name, Note
from shared.ledger.command import Command
from shared.stock.events import WasteReason
from shared.stock.weighing import Weighed
from shared.units import DecimalText

OptionalCode = Annotated[str, Meta(max_length=64, pattern=r"^[^\x00-\x1f\x7f]*$(?!\n)")]
ScannedText = Annotated[str, Meta(max_length=512)]
Transfer = Annotated[str, Meta(min_length=8, max_length=64, pattern=r"^[0-9A-Za-z-]+$(?!\n)")]


class Line(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    """So much of an SKU; `unit` empty means its base unit, `lot` None means nobody looked.

    `weighed` is the scale's word for `qty`; `typed` says that a person wrote a weight by hand.
    """

    sku: Code
    qty: DecimalText
    unit: OptionalCode = ""
    lot: OptionalCode | None = None
    place: OptionalCode = ""
    weighed: Weighed | None = None
    typed: bool = False


class ArrivingLine(Line, frozen=True, kw_only=True, forbid_unknown_fields=True):
    expiry: date | None = None
    produced: date | None = None
    unit_cost: Annotated[DecimalText | None, Meta(extra={"label": COST})] = None
    code: ScannedText = ""


Lines = Annotated[tuple[Line, ...], Meta(min_length=1, max_length=500)]
ArrivingLines = Annotated[tuple[ArrivingLine, ...], Meta(min_length=1, max_length=2000)]


class RecordOpening(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "stock.open"
    permission: ClassVar[str] = "stock.open"
    lines: ArrivingLines


class Receive(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "stock.receive"
    permission: ClassVar[str] = "stock.receive"
    supplier: OptionalCode = ""
    order: OptionalCode = ""
    note: Note = ""
    lines: ArrivingLines


class Waste(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "stock.waste"
    permission: ClassVar[str] = "stock.waste"
    lines: Lines
    reason: WasteReason
    note: Note = ""


class Give(Command, frozen=True, kw_only=True):
    """A gift to a customer or to the staff."""

    kind: ClassVar[str] = "stock.give"
    permission: ClassVar[str] = "stock.give"
    lines: Lines
    reason: Name


class TransferOut(Command, frozen=True, kw_only=True):
    """`transfer` may be left out; the command's id names it then."""

    kind: ClassVar[str] = "stock.transfer_out"
    permission: ClassVar[str] = "stock.transfer"
    transfer: Transfer | None = None
    to_store: Code
    lines: Lines
    note: Note = ""


class TransferIn(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "stock.transfer_in"
    permission: ClassVar[str] = "stock.transfer"
    transfer: Transfer
    from_store: Code
    lines: ArrivingLines


class CountLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, gc=False):
    sku: Code
    counted: DecimalText
    unit: OptionalCode = ""
    lot: OptionalCode | None = None
    weighed: Weighed | None = None


class Count(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "stock.count"
    permission: ClassVar[str] = "stock.count"
    lines: Annotated[tuple[CountLine, ...], Meta(min_length=1, max_length=500)]
    note: Note = ""
