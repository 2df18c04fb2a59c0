"""What head office allowed a customer to owe, which store may use how much of it, and what came of it. Amounts in fen.

A limit is never shared: each store holds a slice of it (a lease) that is its own until it gives it back, so stores that
cannot hear each other cannot together sell more than the limit (R12).
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar

import msgspec

from shared.ledger.fact import Fact


class LimitSet(Fact, frozen=True, kw_only=True):
    """How much a customer may owe us, and how long. What stores hold already stays theirs until they give it back."""

    kind: ClassVar[str] = "credit.limit_set.v1"
    customer: str
    limit: int
    terms_days: int = 0


class CreditLeased(Fact, frozen=True, kw_only=True):
    """A store may sell so much more to the customer on account."""

    kind: ClassVar[str] = "credit.credit_leased.v1"
    store: str
    customer: str
    amount: int


class CreditRecalled(Fact, frozen=True, kw_only=True):
    """Head office wants back what the store has not used; it counts as held until the store answers."""

    kind: ClassVar[str] = "credit.credit_recalled.v1"
    recall: str
    store: str
    customer: str


class CreditGivenBack(Fact, frozen=True, kw_only=True):
    """The store gives back what it did not use: of its slice, or of a cancelled `order`. In the store's own log, so
    nothing it sold before can come after it."""

    kind: ClassVar[str] = "credit.credit_given_back.v1"
    customer: str
    amount: int
    order: str = ""
    recall: str = ""


class OrderedLine(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    sku: str
    qty: int
    unit_price: int
    amount: int


class CustomerOrderPlaced(Fact, frozen=True, kw_only=True):
    """A customer orders on account from one store. `over_by` is how far it goes beyond the limit: then it is held."""

    kind: ClassVar[str] = "credit.customer_order_placed.v1"
    order: str
    customer: str
    store: str
    due: date | None = None
    lines: tuple[OrderedLine, ...]
    amount: int
    over_by: int = 0


class CustomerOrderReleased(Fact, frozen=True, kw_only=True):
    """A held order may be delivered: there is room by now, or somebody overruled the limit and says why."""

    kind: ClassVar[str] = "credit.customer_order_released.v1"
    order: str
    customer: str
    store: str
    amount: int
    overruled: bool = False
    reason: str = ""


class CustomerOrderCancelled(Fact, frozen=True, kw_only=True):
    """No more is to be delivered; the room it took is free when its store has said what it delivered."""

    kind: ClassVar[str] = "credit.customer_order_cancelled.v1"
    order: str
    reason: str


class CustomerBilled(Fact, frozen=True, kw_only=True):
    """An invoice for what was delivered on account; `number` is the tax invoice's."""

    kind: ClassVar[str] = "credit.customer_billed.v1"
    bill: str
    customer: str
    number: str
    amount: int
    dated: date
