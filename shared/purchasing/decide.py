"""May this be ordered? Supplier, store and goods must be known."""

from __future__ import annotations

from shared.catalogue.projection import SKU, STORE, SUPPLIER
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.view import View, row
from shared.purchasing import commands, events
from shared.purchasing.projection import ORDER
from shared.units import micro, positive_micro


@decides(commands.PlaceOrder)
def place_order(command: commands.PlaceOrder, asked: Asked, view: View) -> list[Fact]:
    if row(view, SUPPLIER, command.supplier) is None:
        raise DomainError("supplier_unknown", supplier=command.supplier)
    if row(view, STORE, command.store) is None:
        raise DomainError("store_unknown", store=command.store)
    order = command.order or asked.op_id.hex()
    if row(view, ORDER, order) is not None:
        raise DomainError("order_exists", order=order)
    lines = []
    for line in command.lines:
        if row(view, SKU, line.sku) is None:
            raise DomainError("sku_unknown", sku=line.sku)
        cost = None if line.unit_cost is None else micro(line.unit_cost, "unit_cost")
        if cost is not None and cost < 0:
            raise DomainError("number_negative", field="unit_cost", text=line.unit_cost)
        lines.append(events.OrderedLine(sku=line.sku, qty=positive_micro(line.qty), unit_cost=cost))
    return [
        events.OrderPlaced(
            order=order, supplier=command.supplier, store=command.store, due=command.due, lines=tuple(lines)
        )
    ]


@decides(commands.CancelOrder)
def cancel_order(command: commands.CancelOrder, _asked: Asked, view: View) -> list[Fact]:
    placed = row(view, ORDER, command.order)
    if placed is None:
        raise DomainError("order_unknown", order=command.order)
    if placed["state"] == "cancelled":
        raise DomainError("order_already_cancelled", order=command.order)
    return [events.OrderCancelled(order=command.order, reason=command.reason)]
