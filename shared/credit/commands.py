"""What is asked about customers' credit."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.catalogue.commands import Code, Days, Name, Note
from shared.ledger.command import Command
from shared.stock.commands import OptionalCode
from shared.units import DecimalText


class CreditCommand(Command, frozen=True, kw_only=True):
    """Limits have one owner, so these are decided at head office."""

    decided_at: ClassVar[str] = "cloud"
    permission: ClassVar[str] = "credit.manage"


class SetLimit(CreditCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "credit.set_limit"
    permission: ClassVar[str] = "credit.approve"
    customer: Code
    limit: DecimalText
    terms_days: Days = 0


class LeaseCredit(CreditCommand, frozen=True, kw_only=True):
    """Gives a store `amount` more of the customer's limit to sell on, with or without a line."""

    kind: ClassVar[str] = "credit.lease"
    store: Code
    customer: Code
    amount: DecimalText


class RecallCredit(CreditCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "credit.recall"
    store: Code
    customer: Code


class CustomerOrderLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`unit_price` left out: the store's list price."""

    sku: Code
    qty: DecimalText
    unit_price: DecimalText | None = None


class PlaceCustomerOrder(CreditCommand, frozen=True, kw_only=True):
    """Beyond the limit it is held, not refused. `order` may be left out; the command's id names it then."""

    kind: ClassVar[str] = "credit.place_customer_order"
    order: OptionalCode = ""
    customer: Code
    store: Code
    due: date | None = None
    lines: Annotated[tuple[CustomerOrderLine, ...], Meta(min_length=1, max_length=500)]


class ReleaseCustomerOrder(CreditCommand, frozen=True, kw_only=True):
    """`overrule` goes beyond the limit and needs a reason."""

    kind: ClassVar[str] = "credit.release_customer_order"
    permission: ClassVar[str] = "credit.approve"
    order: Code
    overrule: bool = False
    reason: Note = ""


class CancelCustomerOrder(CreditCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "credit.cancel_customer_order"
    order: Code
    reason: Name


class BillCustomer(CreditCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "credit.bill_customer"
    permission: ClassVar[str] = "books.record"
    customer: Code
    number: Code
    amount: DecimalText
    dated: date


class GiveBack(Command, frozen=True, kw_only=True):
    """The node's own word, after a recall or a cancelled order; how much is decided by its writer."""

    kind: ClassVar[str] = "credit.give_back"
    permission: ClassVar[str] = "node.internal"
    customer: Code
    recall: OptionalCode = ""
    order: OptionalCode = ""
