"""What a workshop did with goods: orders started, components consumed, costs added, output completed.

Goods lie in the order's own location on the way: flour goes in, bread comes out, and per lot everything sums to zero.
Quantities in millionths, amounts in fen.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal

from shared.ledger.fact import Fact
from shared.stock import locations
from shared.stock.events import ReceivedLine, TakenLine
from shared.stock.moves import Move, brought, expand, taken

CostKind = Literal["labour", "overhead"]


class ProductionStarted(Fact, frozen=True, kw_only=True):
    """Somebody begins to make `qty` of an SKU."""

    kind: ClassVar[str] = "production.started.v1"
    order: str
    sku: str
    qty: int
    note: str = ""


class ComponentsConsumed(Fact, frozen=True, kw_only=True):
    """Goods leave the store's places for the order, lot by lot."""

    kind: ClassVar[str] = "production.components_consumed.v1"
    order: str
    lines: tuple[TakenLine, ...]


class CostAdded(Fact, frozen=True, kw_only=True):
    """Labour or overhead that the order bears."""

    kind: ClassVar[str] = "production.cost_added.v1"
    order: str
    cost_kind: CostKind
    amount: int
    note: str = ""


class OutputCompleted(Fact, frozen=True, kw_only=True):
    """Goods come out of the order. `completion` is their share (millionths) of what the order has cost so far and no
    earlier output took; 1_000_000 takes all and ends the order."""

    kind: ClassVar[str] = "production.output_completed.v1"
    order: str
    sku: str
    lines: tuple[ReceivedLine, ...]
    completion: int


@expand.register
def _(fact: ComponentsConsumed) -> Iterator[Move]:
    return taken(fact.lines, locations.production(fact.order))


@expand.register
def _(fact: OutputCompleted) -> Iterator[Move]:
    return brought(fact.lines, locations.production(fact.order))
