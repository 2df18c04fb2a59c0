"""What a workshop asks."""

from __future__ import annotations

from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.catalogue.commands import Code, Note
from shared.ledger.command import Command
from shared.production.events import CostKind
from shared.stock.commands import Lines, OptionalCode
from shared.units import DecimalText


class WorkshopCommand(Command, frozen=True, kw_only=True):
    permission: ClassVar[str] = "production.run"


class StartProduction(WorkshopCommand, frozen=True, kw_only=True):
    """`order` may be left out; the command's id names it then."""

    kind: ClassVar[str] = "production.start"
    order: OptionalCode = ""
    sku: Code
    qty: DecimalText
    unit: OptionalCode = ""
    note: Note = ""


class ConsumeComponents(WorkshopCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "production.consume"
    order: Code
    lines: Lines


class AddCost(WorkshopCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "production.add_cost"
    permission: ClassVar[str] = "production.cost"
    order: Code
    cost_kind: CostKind
    amount: DecimalText
    note: Note = ""


class OutputLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """So much of the order's SKU, in one lot."""

    qty: DecimalText
    unit: OptionalCode = ""
    lot: OptionalCode | None = None
    place: OptionalCode = ""


class CompleteOutput(WorkshopCommand, frozen=True, kw_only=True):
    """`completion` is a fraction above 0; 1 ends the order."""

    kind: ClassVar[str] = "production.complete"
    order: Code
    lines: Annotated[tuple[OutputLine, ...], Meta(min_length=1, max_length=100)]
    completion: DecimalText = "1"
