"""What is asked about services and packages."""

from __future__ import annotations

from datetime import date
from typing import Annotated, ClassVar

import msgspec
from msgspec import Meta

from shared.catalogue.commands import Code, Note
from shared.ledger.command import Command
from shared.sales.commands import TenderGiven
from shared.stock.commands import Line, OptionalCode
from shared.units import DecimalText

Used = Annotated[tuple[Line, ...], Meta(max_length=100)]
Visits = Annotated[int, Meta(ge=1, le=1000)]


class ServiceLine(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`amount` left out: quantity times list price less `discount`, as at the till."""

    sku: Code
    qty: DecimalText
    unit_price: DecimalText | None = None
    amount: DecimalText | None = None
    discount: DecimalText = "0"
    used: Used = ()


class ServiceCommand(Command, frozen=True, kw_only=True):
    permission: ClassVar[str] = "service.render"


class RenderService(ServiceCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "service.render"
    lines: Annotated[tuple[ServiceLine, ...], Meta(min_length=1, max_length=100)]
    tenders: Annotated[tuple[TenderGiven, ...], Meta(max_length=10)] = ()
    customer: OptionalCode = ""
    note: Note = ""


class SellPackage(ServiceCommand, frozen=True, kw_only=True):
    """`package` is the card's number; left out, the command's id names it. `kept` left out: all stay here."""

    kind: ClassVar[str] = "service.sell_package"
    package: OptionalCode = ""
    sku: Code
    visits: Visits
    amount: DecimalText
    kept: Annotated[int, Meta(ge=0, le=1000)] | None = None
    tenders: Annotated[tuple[TenderGiven, ...], Meta(min_length=1, max_length=10)]
    customer: OptionalCode = ""
    expires: date | None = None


class RedeemPackage(ServiceCommand, frozen=True, kw_only=True):
    kind: ClassVar[str] = "service.redeem"
    package: Code
    visits: Visits = 1
    used: Used = ()
    note: Note = ""


class GiveBackVisits(ServiceCommand, frozen=True, kw_only=True):
    """For a customer who wants to go to another store."""

    kind: ClassVar[str] = "service.give_back_visits"
    package: Code
    visits: Visits


class LeaseVisits(Command, frozen=True, kw_only=True):
    kind: ClassVar[str] = "service.lease_visits"
    permission: ClassVar[str] = "credit.manage"
    decided_at: ClassVar[str] = "cloud"
    package: Code
    store: Code
    visits: Visits
