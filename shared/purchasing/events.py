"""What was ordered. Orders stand in the cloud's log; receipts against them in the stores' logs."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.access.labels import SUPPLIER_PRICE
from shared.ledger.fact import Fact


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


class OrderCancelled(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "purchasing.order_cancelled.v1"
    order: str
    reason: str
