"""Orders as rows, with what has arrived of each line; stores get theirs by the feed."""

from __future__ import annotations

from collections.abc import Iterable

from shared.ledger.projection import Change, Recorded, Table, Where, changed, number, text
from shared.purchasing.events import OrderCancelled, OrderPlaced
from shared.stock.events import GoodsReceived

ORDER = Table(
    "purchase_order",
    (text("order_id"),),
    (text("supplier"), text("store"), text("due"), text("state"), number("placed_ms")),
    keeper="cloud",
    scope="store",
)
ORDER_LINE = Table(
    "purchase_order_line",
    (text("order_id"), text("sku")),
    (text("store"), number("ordered"), number("received"), number("unit_cost")),
    keeper="cloud",
    scope="store",
)


class Orders:
    """A line's `received` counts every receipt that names the order, wherever it was booked."""

    name = "orders"
    version = 1
    tables = (ORDER, ORDER_LINE)
    facts = (OrderPlaced, OrderCancelled, GoodsReceived)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, OrderPlaced):
            yield changed(
                ORDER,
                (fact.order,),
                put={
                    "supplier": fact.supplier,
                    "store": fact.store,
                    "due": fact.due.isoformat() if fact.due else None,
                    "state": "open",
                    "placed_ms": recorded.envelope.happened_ms,
                },
            )
            for line in fact.lines:
                yield changed(
                    ORDER_LINE,
                    (fact.order, line.sku),
                    add={"ordered": line.qty},
                    put={"store": fact.store, "unit_cost": line.unit_cost or 0},
                )
        elif isinstance(fact, OrderCancelled):
            yield changed(ORDER, (fact.order,), put={"state": "cancelled"})
        elif isinstance(fact, GoodsReceived) and fact.order:
            for received in fact.lines:
                yield changed(
                    ORDER_LINE,
                    (fact.order, received.sku),
                    add={"received": received.qty},
                    put={"store": recorded.node},
                )


PROJECTIONS = (Orders(),)
