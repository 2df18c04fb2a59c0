"""Work sold by the visit: rendered with the goods it used, or paid in advance as a package and redeemed visit by visit.

A package's visits lie where they can be redeemed without asking: in the store that sold it, in a store that head office
leased some to, or in the pool at head office. Visits and the money that was paid for them travel together, so the last
visit takes the last fen. Amounts in fen.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

import msgspec

from shared.ledger.fact import Fact
from shared.sales.events import Tender
from shared.stock import locations
from shared.stock.events import TakenLine
from shared.stock.moves import Move, expand, taken


class RenderedLine(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """`used` are the goods this work took out of stock."""

    sku: str
    qty: int
    unit_price: int
    amount: int
    discount: int = 0
    used: tuple[TakenLine, ...] = ()


class ServiceRendered(Fact, frozen=True, kw_only=True):
    kind: ClassVar[str] = "service.rendered.v1"
    rendering: str
    lines: tuple[RenderedLine, ...]
    tenders: tuple[Tender, ...] = ()
    customer: str = ""
    note: str = ""


class PackageSold(Fact, frozen=True, kw_only=True):
    """`visits` of a service, paid now. `kept` of them can be redeemed in this store; the others go to the pool."""

    kind: ClassVar[str] = "service.package_sold.v1"
    package: str
    sku: str
    visits: int
    amount: int
    kept: int
    kept_amount: int
    tenders: tuple[Tender, ...]
    customer: str = ""
    expires: date | None = None


class PackageRedeemed(Fact, frozen=True, kw_only=True):
    """`amount` is what the redeemed visits were paid with: revenue from now on."""

    kind: ClassVar[str] = "service.package_redeemed.v1"
    package: str
    sku: str
    visits: int
    amount: int
    used: tuple[TakenLine, ...] = ()
    note: str = ""


class VisitsGivenBack(Fact, frozen=True, kw_only=True):
    """A store gives visits to the pool, in its own log behind all it redeemed."""

    kind: ClassVar[str] = "service.visits_given_back.v1"
    package: str
    visits: int
    amount: int


class VisitsLeased(Fact, frozen=True, kw_only=True):
    """Head office gives visits of the pool to a store."""

    kind: ClassVar[str] = "service.visits_leased.v1"
    package: str
    store: str
    sku: str
    visits: int
    amount: int
    expires: date | None = None


@expand.register
def _(fact: ServiceRendered) -> Iterator[Move]:
    for line in fact.lines:
        yield from taken(line.used, locations.SERVICE)


@expand.register
def _(fact: PackageRedeemed) -> Iterator[Move]:
    return taken(fact.used, locations.SERVICE)
