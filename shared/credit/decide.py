"""May a customer owe so much more? Head office promises within the limit, a store gives back what it did not use."""

from __future__ import annotations

from shared.accounting.decide import require_customer
from shared.accounting.periods import require_bookable_day
from shared.catalogue.lookup import in_base_units, list_price, require_store, whole
from shared.credit import commands, events
from shared.credit.exposure import exposure_of, left_of_order, left_of_slice
from shared.credit.projection import CREDIT_LEASE, CREDIT_USE, CUSTOMER_ORDER
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.projection import Row
from shared.ledger.view import View, row
from shared.money import fen_text, line_amount_fen, not_negative_fen, positive_fen
from shared.units import not_negative_micro


@decides(commands.SetLimit)
def set_limit(command: commands.SetLimit, _asked: Asked, view: View) -> list[Fact]:
    require_customer(view, command.customer)
    limit = not_negative_fen(command.limit, "limit")
    return [events.LimitSet(customer=command.customer, limit=limit, terms_days=command.terms_days)]


@decides(commands.LeaseCredit)
def lease(command: commands.LeaseCredit, _asked: Asked, view: View) -> list[Fact]:
    require_store(view, command.store)
    require_customer(view, command.customer)
    amount = positive_fen(command.amount, "amount")
    over_by = exposure_of(view, command.customer).over_by(amount)
    if over_by:
        raise DomainError("credit_limit_exceeded", customer=command.customer, over=fen_text(over_by))
    return [events.CreditLeased(store=command.store, customer=command.customer, amount=amount)]


@decides(commands.RecallCredit)
def recall(command: commands.RecallCredit, asked: Asked, view: View) -> list[Fact]:
    require_store(view, command.store)
    require_customer(view, command.customer)
    return [events.CreditRecalled(recall=asked.op_id.hex(), store=command.store, customer=command.customer)]


@decides(commands.PlaceCustomerOrder)
def place_customer_order(command: commands.PlaceCustomerOrder, asked: Asked, view: View) -> list[Fact]:
    """Within the limit it is open at once; beyond it, held: R12's 900 over 9,200 of 10,000 is over by 100."""
    require_store(view, command.store)
    require_customer(view, command.customer)
    order = command.order or asked.op_id.hex()
    if row(view, CUSTOMER_ORDER, order) is not None:
        raise DomainError("order_exists", order=order)
    lines = tuple(_ordered(line, command.store, view) for line in command.lines)
    amount = sum(line.amount for line in lines)
    return [
        events.CustomerOrderPlaced(
            order=order,
            customer=command.customer,
            store=command.store,
            due=command.due,
            lines=lines,
            amount=amount,
            over_by=exposure_of(view, command.customer).over_by(amount),
        )
    ]


def _ordered(line: commands.CustomerOrderLine, store: str, view: View) -> events.OrderedLine:
    qty = in_base_units(view, line.sku, line.qty)
    price = list_price(view, line.sku, store)
    if line.unit_price is not None:
        price = not_negative_micro(line.unit_price, "unit_price")
    if price is None:
        raise DomainError("price_missing", sku=line.sku)
    return events.OrderedLine(sku=line.sku, qty=qty, unit_price=price, amount=line_amount_fen(qty, price))


def _order(order: str, view: View) -> Row:
    placed = row(view, CUSTOMER_ORDER, order)
    if placed is None:
        raise DomainError("order_unknown", order=order)
    return placed


@decides(commands.ReleaseCustomerOrder)
def release_customer_order(command: commands.ReleaseCustomerOrder, _asked: Asked, view: View) -> list[Fact]:
    placed = _order(command.order, view)
    if placed["state"] != "held":
        raise DomainError("customer_order_not_held", order=command.order)
    customer, amount = str(placed["customer"]), whole(placed["amount"])
    over_by = exposure_of(view, customer).over_by(amount)
    if over_by and not command.overrule:
        raise DomainError("credit_limit_exceeded", customer=customer, over=fen_text(over_by))
    if over_by and not command.reason.strip():
        raise DomainError("reason_missing")
    return [
        events.CustomerOrderReleased(
            order=command.order,
            customer=customer,
            store=str(placed["store"]),
            amount=amount,
            overruled=over_by > 0,
            reason=command.reason.strip(),
        )
    ]


@decides(commands.CancelCustomerOrder)
def cancel_customer_order(command: commands.CancelCustomerOrder, _asked: Asked, view: View) -> list[Fact]:
    if _order(command.order, view)["state"] == "cancelled":
        raise DomainError("order_already_cancelled", order=command.order)
    return [events.CustomerOrderCancelled(order=command.order, reason=command.reason)]


@decides(commands.BillCustomer)
def bill_customer(command: commands.BillCustomer, asked: Asked, view: View) -> list[Fact]:
    """Only for what was delivered, as far as the stores have told."""
    require_customer(view, command.customer)
    require_bookable_day(command.dated, asked, view)
    amount = positive_fen(command.amount, "amount")
    unbilled = exposure_of(view, command.customer).unbilled
    if amount > unbilled:
        raise DomainError("bill_above_delivered", customer=command.customer, left=fen_text(max(unbilled, 0)))
    return [
        events.CustomerBilled(
            bill=asked.op_id.hex(),
            customer=command.customer,
            number=command.number,
            amount=amount,
            dated=command.dated,
        )
    ]


@decides(commands.GiveBack)
def give_back(command: commands.GiveBack, asked: Asked, view: View) -> list[Fact]:
    """All that is unused, as the writer knows it at this moment. Also nothing is an answer to a recall."""
    if command.order:
        placed = _order(command.order, view)
        left = left_of_order(view, command.order)
        if placed["state"] != "cancelled" or left <= 0:
            raise DomainError("nothing_to_give_back", customer=command.customer)
    else:
        lease_, use = (
            row(view, CREDIT_LEASE, asked.store, command.customer),
            row(view, CREDIT_USE, command.customer),
        )
        answered = None if use is None else use["recall"]
        if lease_ is None or lease_["recall"] != command.recall or answered == command.recall:
            raise DomainError("nothing_to_give_back", customer=command.customer)
        left = max(left_of_slice(view, asked.store, command.customer), 0)
    return [
        events.CreditGivenBack(
            customer=command.customer, amount=left, order=command.order, recall=command.recall
        )
    ]
