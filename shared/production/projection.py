"""A workshop's orders as rows: what was begun, what went in, what came out."""

from __future__ import annotations

from collections.abc import Iterable

from shared.ledger.projection import BOTH, Cell, Change, Recorded, Table, changed, number, text
from shared.production.events import ComponentsConsumed, CostAdded, OutputCompleted, ProductionStarted
from shared.units import MICRO

PRODUCTION_ORDER = Table(
    "production_order",
    (text("order_id"),),
    (
        text("sku"),
        number("planned"),
        number("completed"),
        number("components"),
        number("cost"),
        text("state"),
        number("started_ms"),
        text("note"),
    ),
)
"""`components` counts lines; `cost` is labour and overhead in fen; `state` is open or done."""


class Workshop:
    name = "workshop"
    version = 1
    tables = (PRODUCTION_ORDER,)
    facts = (ProductionStarted, ComponentsConsumed, CostAdded, OutputCompleted)
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        match recorded.fact:
            case ProductionStarted() as fact:
                put: dict[str, Cell] = {
                    "sku": fact.sku,
                    "state": "open",
                    "started_ms": recorded.envelope.happened_ms,
                    "note": fact.note,
                }
                yield changed(PRODUCTION_ORDER, (fact.order,), {"planned": fact.qty}, put)
            case ComponentsConsumed() as fact:
                yield changed(PRODUCTION_ORDER, (fact.order,), {"components": len(fact.lines)})
            case CostAdded() as fact:
                yield changed(PRODUCTION_ORDER, (fact.order,), {"cost": fact.amount})
            case OutputCompleted() as fact:
                done: dict[str, Cell] = {"state": "done"} if fact.completion == MICRO else {}
                qty = sum(line.qty for line in fact.lines)
                yield changed(PRODUCTION_ORDER, (fact.order,), {"completed": qty}, done)


PROJECTIONS = (Workshop(),)
