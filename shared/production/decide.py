"""May this be made, and out of what? Orders are known and open, and nothing comes out where nothing went in."""

from __future__ import annotations

from shared.catalogue.lookup import in_base_units, product
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.projection import Row
from shared.ledger.view import View, row
from shared.money import positive_fen
from shared.production import commands, events
from shared.production.projection import PRODUCTION_ORDER
from shared.stock.commands import ArrivingLine
from shared.stock.decide import arriving
from shared.stock.goods import Picking
from shared.units import MICRO, micro


@decides(commands.StartProduction)
def start(command: commands.StartProduction, asked: Asked, view: View) -> list[Fact]:
    product(view, command.sku)
    order = command.order or asked.op_id.hex()
    if row(view, PRODUCTION_ORDER, order) is not None:
        raise DomainError("order_exists", order=order)
    qty = in_base_units(view, command.sku, command.qty, command.unit)
    return [events.ProductionStarted(order=order, sku=command.sku, qty=qty, note=command.note)]


@decides(commands.ConsumeComponents)
def consume(command: commands.ConsumeComponents, asked: Asked, view: View) -> list[Fact]:
    """Expired goods do not go into food, held ones into nothing."""
    order = _open_order(command.order, view)
    picking = Picking(view, asked)
    for line in command.lines:
        if line.sku == order["sku"]:
            raise DomainError("component_is_output", sku=line.sku)
    lines = tuple(picking.line(line) for line in command.lines)
    return [events.ComponentsConsumed(order=command.order, lines=lines)]


@decides(commands.AddCost)
def add_cost(command: commands.AddCost, _asked: Asked, view: View) -> list[Fact]:
    _open_order(command.order, view)
    amount = positive_fen(command.amount, "amount")
    return [
        events.CostAdded(order=command.order, cost_kind=command.cost_kind, amount=amount, note=command.note)
    ]


@decides(commands.CompleteOutput)
def complete(command: commands.CompleteOutput, asked: Asked, view: View) -> list[Fact]:
    order = _open_order(command.order, view)
    if not order["components"] and not order["cost"]:
        raise DomainError("nothing_consumed", order=command.order)
    completion = micro(command.completion, "completion")
    if not 0 < completion <= MICRO:
        raise DomainError("completion_out_of_range", text=command.completion)
    sku = str(order["sku"])
    lines = tuple(
        ArrivingLine(
            sku=sku,
            qty=line.qty,
            unit=line.unit,
            lot=line.lot,
            place=line.place,
            produced=asked.business_date,
        )
        for line in command.lines
    )
    return [
        events.OutputCompleted(
            order=command.order, sku=sku, lines=arriving(lines, asked, view), completion=completion
        )
    ]


def _open_order(order: str, view: View) -> Row:
    """Raises `order_unknown`, `production_done`."""
    found = row(view, PRODUCTION_ORDER, order)
    if found is None:
        raise DomainError("order_unknown", order=order)
    if found["state"] != "open":
        raise DomainError("production_done", order=order)
    return found
