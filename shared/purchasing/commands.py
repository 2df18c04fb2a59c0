"""What buyers ask for."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.access.labels import SUPPLIER_PRICE
from shared.catalogue.commands import Code, Name
from shared.ledger.command import Command
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


class CancelOrder(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "purchasing.cancel_order"
    permission: ClassVar[str] = "purchasing.order"
    decided_at: ClassVar[str] = "cloud"
    order: Code
    reason: Name
