"""How much a customer owes, and how much may still be promised (R12), from sums that every fact keeps.

AR 6,500 + delivered and not billed 1,200 + open orders 1,500 = 9,200 of a limit of 10,000: a new order of 900 would
make 10,100, so it is held, over by 100. What head office promises it counts in full until a store gives it back, so
what is owed can never grow past what was promised:

  owed <= slices of the stores + open orders - paid at head office <= limit

A store adds to the first only within its slice; what it is paid at its own till it may lend again.
"""

from __future__ import annotations

import msgspec

from shared.catalogue.lookup import whole
from shared.catalogue.projection import CUSTOMER
from shared.credit.projection import CREDIT, CREDIT_LEASE, CREDIT_USE, CUSTOMER_ORDER, ORDER_USE
from shared.errors import DomainError
from shared.ledger.command import Asked
from shared.ledger.projection import Row
from shared.ledger.view import View, row
from shared.money import fen_text


class Exposure(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's sums in fen. `committed` counts promises in full; `exposure` is what R12 adds up."""

    limit: int
    receivable: int
    unbilled: int
    open_orders: int
    committed: int

    @property
    def exposure(self) -> int:
        return self.receivable + self.unbilled + self.open_orders

    def over_by(self, amount: int) -> int:
        """How far a new promise would go beyond the limit; 0: there is room."""
        return max(self.committed + amount - self.limit, 0)


def exposure_of(view: View, customer: str) -> Exposure:
    """At head office; one row is read, however long the customer has bought."""
    return exposure_in(row(view, CREDIT, customer))


def exposure_in(found: Row | None) -> Exposure:
    """What a customer's row of sums comes to; none: nothing was ever promised or owed."""
    if found is None:
        return Exposure(limit=0, receivable=0, unbilled=0, open_orders=0, committed=0)
    sums = {column.name: whole(found[column.name]) for column in CREDIT.columns}
    owed = sums["charged"] - sums["credited"]
    return Exposure(
        limit=sums["credit_limit"],
        receivable=sums["billed"] - sums["paid"],
        unbilled=owed - sums["billed"],
        open_orders=sums["ordered"] - sums["delivered"],
        committed=sums["leased"] + sums["ordered"] - sums["paid_at_office"],
    )


def left_of_slice(view: View, store: str, customer: str) -> int:
    """In the store: what it may still sell to the customer on account."""
    lease, use = row(view, CREDIT_LEASE, store, customer), row(view, CREDIT_USE, customer)
    return (0 if lease is None else whole(lease["leased"])) - (0 if use is None else whole(use["used"]))


def left_of_order(view: View, order: str) -> int:
    """In the store: what of a customer's order may still be delivered."""
    placed, use = row(view, CUSTOMER_ORDER, order), row(view, ORDER_USE, order)
    return (0 if placed is None else whole(placed["reserved"])) - (0 if use is None else whole(use["used"]))


def require_credit(view: View, asked: Asked, customer: str, order: str, amount: int) -> None:
    """May this store let the customer owe `amount` more, out of its slice or of the customer's order?

    Whoever is named must be known, and whoever pays later must be named. Raises `customer_missing`,
    `customer_unknown`, `customer_order_unknown`, `customer_order_not_open`, `customer_order_exceeded`,
    `credit_slice_exceeded`.
    """
    if not customer:
        raise DomainError("customer_missing")
    if row(view, CUSTOMER, customer) is None:
        raise DomainError("customer_unknown", customer=customer)
    if order:
        placed = row(view, CUSTOMER_ORDER, order)
        if placed is None or placed["customer"] != customer or placed["store"] != asked.store:
            raise DomainError("customer_order_unknown", order=order, customer=customer)
        if placed["state"] != "open":
            raise DomainError("customer_order_not_open", order=order)
        left = left_of_order(view, order)
        if amount > left:
            raise DomainError("customer_order_exceeded", order=order, left=fen_text(max(left, 0)))
    elif amount and (left := left_of_slice(view, asked.store, customer)) < amount:
        raise DomainError("credit_slice_exceeded", customer=customer, left=fen_text(max(left, 0)))
