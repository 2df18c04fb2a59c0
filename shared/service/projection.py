"""Services and packages as rows: what a store may redeem, what lies in the pool, and what each day brought in."""

from __future__ import annotations

from collections.abc import Iterable

from shared.ledger.projection import BOTH, Cell, Change, Recorded, Table, Where, changed, number, text
from shared.service.events import (
    PackageRedeemed,
    PackageSold,
    ServiceRendered,
    VisitsGivenBack,
    VisitsLeased,
)

SERVICE_DAY = Table(
    "service_day",
    (text("business_date"), text("sku")),
    (number("qty"), number("amount"), number("visits"), number("redeemed")),
    group=2,
)
"""`qty` and `amount` of what was paid when it was rendered; `visits` and `redeemed` of what was paid before."""
PACKAGE_HERE = Table(
    "package_here",
    (text("package"),),
    (text("sku"), number("visits"), number("amount"), text("expires")),
)
"""A store's own: visits it kept when it sold, less what it redeemed and gave back; below zero where it redeemed what
head office leased to it."""
PACKAGE_LEASE = Table(
    "package_lease",
    (text("store"), text("package")),
    (text("sku"), number("visits"), number("amount"), text("expires")),
    keeper="cloud",
    scope="store",
    group=2,
)
"""All visits that head office ever leased to a store."""
PACKAGE = Table(
    "package",
    (text("package"),),
    (
        text("sku"),
        text("customer"),
        text("expires"),
        number("visits"),
        number("amount"),
        number("redeemed_visits"),
        number("redeemed"),
        number("pool_visits"),
        number("pool_amount"),
    ),
    keeper="cloud",
    fed=False,
)


class ServiceDays:
    name = "service_days"
    version = 1
    tables = (SERVICE_DAY,)
    facts = (ServiceRendered, PackageRedeemed)
    runs_on = BOTH

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact, day = recorded.fact, recorded.envelope.business_date.isoformat()
        if isinstance(fact, ServiceRendered):
            for line in fact.lines:
                yield changed(SERVICE_DAY, (day, line.sku), {"qty": line.qty, "amount": line.amount})
            return
        assert isinstance(fact, PackageRedeemed)
        add = {"visits": fact.visits, "redeemed": fact.amount}
        yield changed(SERVICE_DAY, (day, fact.sku), add)


class PackagesHere:
    name = "packages_here"
    version = 1
    tables = (PACKAGE_HERE,)
    facts = (PackageSold, PackageRedeemed, VisitsGivenBack)
    runs_on: frozenset[Where] = frozenset(("edge",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        fact = recorded.fact
        if isinstance(fact, PackageSold):
            put: dict[str, Cell] = {
                "sku": fact.sku,
                "expires": fact.expires.isoformat() if fact.expires else None,
            }
            add = {"visits": fact.kept, "amount": fact.kept_amount}
            yield changed(PACKAGE_HERE, (fact.package,), add, put)
            return
        assert isinstance(fact, PackageRedeemed | VisitsGivenBack)
        gone = {"visits": -fact.visits, "amount": -fact.amount}
        yield changed(PACKAGE_HERE, (fact.package,), gone)


class Packages:
    """At head office: what each package is worth still, and what of it lies in the pool."""

    name = "packages"
    version = 1
    tables = (PACKAGE, PACKAGE_LEASE)
    facts = (PackageSold, PackageRedeemed, VisitsGivenBack, VisitsLeased)
    runs_on: frozenset[Where] = frozenset(("cloud",))

    def changes(self, recorded: Recorded) -> Iterable[Change]:
        match recorded.fact:
            case PackageSold() as fact:
                add = {
                    "visits": fact.visits,
                    "amount": fact.amount,
                    "pool_visits": fact.visits - fact.kept,
                    "pool_amount": fact.amount - fact.kept_amount,
                }
                put: dict[str, Cell] = {
                    "sku": fact.sku,
                    "customer": fact.customer,
                    "expires": fact.expires.isoformat() if fact.expires else None,
                }
                yield changed(PACKAGE, (fact.package,), add, put)
            case PackageRedeemed() as fact:
                redeemed = {"redeemed_visits": fact.visits, "redeemed": fact.amount}
                yield changed(PACKAGE, (fact.package,), redeemed)
            case VisitsGivenBack() as fact:
                pooled = {"pool_visits": fact.visits, "pool_amount": fact.amount}
                yield changed(PACKAGE, (fact.package,), pooled)
            case VisitsLeased() as fact:
                taken = {"pool_visits": -fact.visits, "pool_amount": -fact.amount}
                yield changed(PACKAGE, (fact.package,), taken)
                told: dict[str, Cell] = {
                    "sku": fact.sku,
                    "expires": fact.expires.isoformat() if fact.expires else None,
                }
                leased = {"visits": fact.visits, "amount": fact.amount}
                yield changed(PACKAGE_LEASE, (fact.store, fact.package), leased, told)


PROJECTIONS = (ServiceDays(), PackagesHere(), Packages())
