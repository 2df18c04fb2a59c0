"""Credit as rows: what a store may still use, and at head office the customer's whole exposure, both kept as sums.

Exposure is never added up from history: each fact changes one row of its customer, so asking costs the same after ten
million sales.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.accounting.events import CustomerPaid, VoucherReversed
from shared.credit.events import (
    CreditGivenBack,
    CreditLeased,
    CreditRecalled,
    CustomerBilled,
    CustomerOrderCancelled,
    CustomerOrderPlaced,
    CustomerOrderReleased,
    LimitSet,
)
from shared.ledger.projection import Cell, Change, Recorded, Table, Where, changed, number, text
from shared.sales.events import GoodsReturned, SaleRecorded
from shared.service.events import ServiceRendered

CREDIT_USE = Table("credit_use", (text("customer"),), (number("used"), text("recall")))
"""A store's own: what it charged, less what it took back and was paid here, plus what it gave back of its slice.
`recall` is the last one it answered."""
ORDER_USE = Table("customer_order_use", (text("order_id"),), (number("used"),))
"""A store's own: what of a customer's order it delivered or gave back."""
CREDIT_SALE = Table(
    "credit_sale", (text("sale"),), (text("customer"), text("order_id"), number("owed"), number("credited"))
)
"""A store's own: sales on account, so that goods that come back lower the debt and are not paid out."""

CREDIT_LEASE = Table(
    "credit_lease",
    (text("store"), text("customer")),
    (number("leased"), text("recall")),
    keeper="cloud",
    scope="store",
    group=2,
)
"""All that a store was ever given of a customer's limit; what it used or gave back it knows itself."""
CUSTOMER_ORDER = Table(
    "customer_order",
    (text("order_id"),),
    (text("customer"), text("store"), text("due"), number("amount"), number("reserved"), text("state")),
    keeper="cloud",
    scope="store",
)
"""`state` is held, open or cancelled; `reserved` is what it takes of the limit: nothing while it is held."""
CUSTOMER_ORDER_LINE = Table(
    "customer_order_line",
    (text("order_id"), number("line")),
    (text("store"), text("sku"), number("qty"), number("unit_price"), number("amount")),
    keeper="cloud",
    scope="store",
)
CREDIT = Table(
    "credit",
    (text("customer"),),
    (
        number("credit_limit"),
        number("terms_days"),
        number("leased"),
        number("ordered"),
        number("charged"),
        number("delivered"),
        number("credited"),
        number("paid"),
        number("paid_at_office"),
        number("billed"),
    ),
    keeper="cloud",
    fed=False,
)
"""`leased` and `ordered` are less what stores gave back; `delivered` is the part of `charged` that was ordered;
`paid_at_office` is the part of `paid` that no till took, less all payments that were taken back."""


class CreditUse:
    """At the store."""

    name = "credit_use"
    version = 1
    tables = (CREDIT_USE, ORDER_USE, CREDIT_SALE)
    facts = (SaleRecorded, GoodsReturned, ServiceRendered, CustomerPaid, CreditGivenBack)
    runs_on: frozenset[Where] = frozenset(("edge",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        # Nearly every sale is paid at once: it goes no further than this line.
        if isinstance(fact, SaleRecorded):
            return _sold(fact) if fact.customer else ()
        if isinstance(fact, GoodsReturned):
            return _returned(fact) if fact.customer else ()
        if isinstance(fact, ServiceRendered):
            owed = on_account(fact)
            return (changed(CREDIT_USE, (fact.customer,), add={"used": owed}),) if owed else ()
        if isinstance(fact, CustomerPaid):
            return (
                (changed(CREDIT_USE, (fact.customer,), add={"used": -fact.amount}),) if fact.at_till else ()
            )
        assert isinstance(fact, CreditGivenBack)
        if fact.order:
            return (changed(ORDER_USE, (fact.order,), add={"used": fact.amount}),)
        return (changed(CREDIT_USE, (fact.customer,), {"used": fact.amount}, {"recall": fact.recall}),)


def _sold(fact: SaleRecorded) -> Iterable[Change]:
    owed = on_account(fact)
    if not owed:
        return
    put: dict[str, Cell] = {"customer": fact.customer, "order_id": fact.customer_order}
    yield changed(CREDIT_SALE, (fact.sale,), {"owed": owed}, put)
    if fact.customer_order:
        yield changed(ORDER_USE, (fact.customer_order,), add={"used": owed})
    else:
        yield changed(CREDIT_USE, (fact.customer,), add={"used": owed})


def _returned(fact: GoodsReturned) -> Iterable[Change]:
    credited = on_account(fact)
    if not credited:
        return
    if fact.sale:
        yield changed(CREDIT_SALE, (fact.sale,), add={"credited": credited})
    yield changed(CREDIT_USE, (fact.customer,), add={"used": -credited})


def on_account(fact: SaleRecorded | GoodsReturned | ServiceRendered) -> int:
    """What of a sale or refund is owed instead of paid."""
    return sum(tender.amount for tender in fact.tenders if tender.kind == "credit")


class Credits:
    """At head office."""

    name = "credits"
    version = 1
    tables = (CREDIT, CREDIT_LEASE, CUSTOMER_ORDER, CUSTOMER_ORDER_LINE)
    facts = (
        SaleRecorded,
        GoodsReturned,
        ServiceRendered,
        CustomerPaid,
        CreditGivenBack,
        LimitSet,
        CreditLeased,
        CreditRecalled,
        CustomerOrderPlaced,
        CustomerOrderReleased,
        CustomerOrderCancelled,
        CustomerBilled,
        VoucherReversed,
    )
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        match recorded.fact:
            case SaleRecorded(customer="") | GoodsReturned(customer="") | ServiceRendered(customer=""):
                return
            case SaleRecorded() as fact:
                owed = on_account(fact)
                delivered = owed if fact.customer_order else 0
                yield changed(CREDIT, (fact.customer,), {"charged": owed, "delivered": delivered})
            case ServiceRendered() as fact:
                yield changed(CREDIT, (fact.customer,), {"charged": on_account(fact)})
            case GoodsReturned() as fact:
                yield changed(CREDIT, (fact.customer,), {"credited": on_account(fact)})
            case CustomerPaid() as fact:
                at_office = 0 if fact.at_till else fact.amount
                yield changed(CREDIT, (fact.customer,), {"paid": fact.amount, "paid_at_office": at_office})
            case VoucherReversed(payment=taken) if taken is not None and taken.customer:
                # As if head office had paid it out again. Whoever took it: a store that did may lend it again, and
                # knows nothing of this, so what is promised has to grow by it here.
                back = -taken.amount
                yield changed(CREDIT, (taken.customer,), {"paid": back, "paid_at_office": back})
            case CreditGivenBack() as fact:
                column = "ordered" if fact.order else "leased"
                yield changed(CREDIT, (fact.customer,), {column: -fact.amount})
            case LimitSet() as fact:
                limit: dict[str, Cell] = {"credit_limit": fact.limit, "terms_days": fact.terms_days}
                yield changed(CREDIT, (fact.customer,), put=limit)
            case CreditLeased() as fact:
                yield changed(CREDIT, (fact.customer,), {"leased": fact.amount})
                yield changed(CREDIT_LEASE, (fact.store, fact.customer), {"leased": fact.amount})
            case CreditRecalled() as fact:
                yield changed(CREDIT_LEASE, (fact.store, fact.customer), put={"recall": fact.recall})
            case CustomerBilled() as fact:
                yield changed(CREDIT, (fact.customer,), {"billed": fact.amount})
            case CustomerOrderPlaced() as fact:
                yield from _placed(fact)
            case CustomerOrderReleased() as fact:
                yield changed(CREDIT, (fact.customer,), {"ordered": fact.amount})
                yield changed(CUSTOMER_ORDER, (fact.order,), {"reserved": fact.amount}, {"state": "open"})
            case CustomerOrderCancelled() as fact:
                yield changed(CUSTOMER_ORDER, (fact.order,), put={"state": "cancelled"})


def _placed(fact: CustomerOrderPlaced) -> Iterable[Change]:
    put: dict[str, Cell] = {
        "customer": fact.customer,
        "store": fact.store,
        "due": fact.due.isoformat() if fact.due else None,
        "state": "held" if fact.over_by else "open",
    }
    reserved = 0 if fact.over_by else fact.amount
    yield changed(CUSTOMER_ORDER, (fact.order,), {"amount": fact.amount, "reserved": reserved}, put)
    yield changed(CREDIT, (fact.customer,), {"ordered": reserved})
    for line_number, line in enumerate(fact.lines):
        cells: dict[str, Cell] = {
            "store": fact.store,
            "sku": line.sku,
            "qty": line.qty,
            "unit_price": line.unit_price,
            "amount": line.amount,
        }
        yield changed(CUSTOMER_ORDER_LINE, (fact.order, line_number), put=cells)


PROJECTIONS = (CreditUse(), Credits())
