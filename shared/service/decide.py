"""May this be rendered, sold in advance, redeemed? A store redeems what lies with it, with or without a line."""

from __future__ import annotations

from datetime import date

import msgspec

from shared.catalogue.lookup import in_base_units, require_store, whole
from shared.catalogue.terms import item_kind
from shared.credit.exposure import require_credit
from shared.errors import DomainError
from shared.ledger.command import Asked, decides
from shared.ledger.fact import Fact
from shared.ledger.view import View, row
from shared.money import positive_fen
from shared.sales.commands import SellLine
from shared.sales.decide import priced, require_total, tender_of
from shared.service import commands, events
from shared.service.projection import PACKAGE, PACKAGE_HERE, PACKAGE_LEASE
from shared.stock.goods import Picking
from shared.units import half_up


@decides(commands.RenderService)
def render(command: commands.RenderService, asked: Asked, view: View) -> list[Fact]:
    picking = Picking(view, asked)
    lines = tuple(_rendered(line, picking, asked, view) for line in command.lines)
    tenders = tuple(tender_of(given) for given in command.tenders)
    require_total(tenders, sum(line.amount for line in lines))
    owed = sum(tender.amount for tender in tenders if tender.kind == "credit")
    if owed or command.customer:
        require_credit(view, asked, command.customer, "", owed)
    return [
        events.ServiceRendered(
            rendering=asked.op_id.hex(),
            lines=lines,
            tenders=tenders,
            customer=command.customer,
            note=command.note,
        )
    ]


def _rendered(line: commands.ServiceLine, picking: Picking, asked: Asked, view: View) -> events.RenderedLine:
    qty = in_base_units(view, line.sku, line.qty)
    _require_service(line.sku, asked, view)
    as_sold = SellLine(
        sku=line.sku,
        qty=line.qty,
        unit_price=line.unit_price,
        amount=line.amount,
        discount=line.discount,
    )
    unit_price, amount, discount = priced(as_sold, qty, asked, view)
    return events.RenderedLine(
        sku=line.sku,
        qty=qty,
        unit_price=unit_price,
        amount=amount,
        discount=discount,
        used=tuple(picking.line(used) for used in line.used),
    )


@decides(commands.SellPackage)
def sell_package(command: commands.SellPackage, asked: Asked, view: View) -> list[Fact]:
    """Paid in full: a package on account would be a debt for work that nobody has done yet."""
    in_base_units(view, command.sku, "1")
    _require_service(command.sku, asked, view)
    package = command.package or asked.op_id.hex()
    if row(view, PACKAGE_HERE, package) is not None:
        raise DomainError("package_exists", package=package)
    if command.expires is not None and command.expires < asked.business_date:
        raise DomainError("package_expired", package=package, expires=command.expires.isoformat())
    tenders = tuple(tender_of(given) for given in command.tenders)
    if any(tender.kind == "credit" for tender in tenders):
        raise DomainError("package_not_on_account")
    amount = positive_fen(command.amount, "amount")
    require_total(tenders, amount)
    kept = command.visits if command.kept is None else command.kept
    if kept > command.visits:
        raise DomainError("package_visits_short", package=package, left=command.visits)
    return [
        events.PackageSold(
            package=package,
            sku=command.sku,
            visits=command.visits,
            amount=amount,
            kept=kept,
            kept_amount=share_of(amount, kept, command.visits),
            tenders=tenders,
            customer=command.customer,
            expires=command.expires,
        )
    ]


@decides(commands.RedeemPackage)
def redeem(command: commands.RedeemPackage, asked: Asked, view: View) -> list[Fact]:
    here = _lying_here(command.package, asked.store, view)
    if here.expires is not None and here.expires < asked.business_date:
        raise DomainError("package_expired", package=command.package, expires=here.expires.isoformat())
    picking = Picking(view, asked)
    return [
        events.PackageRedeemed(
            package=command.package,
            sku=here.sku,
            visits=command.visits,
            amount=here.worth(command.package, command.visits),
            used=tuple(picking.line(used) for used in command.used),
            note=command.note,
        )
    ]


@decides(commands.GiveBackVisits)
def give_back_visits(command: commands.GiveBackVisits, asked: Asked, view: View) -> list[Fact]:
    here = _lying_here(command.package, asked.store, view)
    amount = here.worth(command.package, command.visits)
    return [events.VisitsGivenBack(package=command.package, visits=command.visits, amount=amount)]


@decides(commands.LeaseVisits)
def lease_visits(command: commands.LeaseVisits, _asked: Asked, view: View) -> list[Fact]:
    require_store(view, command.store)
    found = row(view, PACKAGE, command.package)
    if found is None or found["sku"] is None:
        raise DomainError("package_unknown", package=command.package)
    pool = Lying(
        sku=str(found["sku"]),
        visits=whole(found["pool_visits"]),
        amount=whole(found["pool_amount"]),
        expires=None if found["expires"] is None else date.fromisoformat(str(found["expires"])),
    )
    return [
        events.VisitsLeased(
            package=command.package,
            store=command.store,
            sku=pool.sku,
            visits=command.visits,
            amount=pool.worth(command.package, command.visits),
            expires=pool.expires,
        )
    ]


class Lying(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """Visits of a package in one place, and the money they were paid with."""

    sku: str
    visits: int
    amount: int
    expires: date | None

    def worth(self, package: str, visits: int) -> int:
        """The share of `visits`; the last of them take all that is left. Raises `package_visits_short`."""
        if visits > self.visits:
            raise DomainError("package_visits_short", package=package, left=max(self.visits, 0))
        return share_of(self.amount, visits, self.visits)


def share_of(amount: int, part: int, all_: int) -> int:
    """100.00 for 3 visits: 33.33, then 33.34 of the 66.67 left, then 33.33."""
    return amount if part == all_ else half_up(amount * part, all_)


def _lying_here(package: str, store: str, view: View) -> Lying:
    """What this store may redeem: its own and what was leased to it. Raises `package_unknown`."""
    found = [
        known
        for known in (row(view, PACKAGE_HERE, package), row(view, PACKAGE_LEASE, store, package))
        if known is not None
    ]
    skus = [str(known["sku"]) for known in found if known["sku"] is not None]
    if not skus:
        raise DomainError("package_unknown", package=package)
    expires = [str(known["expires"]) for known in found if known["expires"] is not None]
    return Lying(
        sku=skus[0],
        visits=sum(whole(known["visits"]) for known in found),
        amount=sum(whole(known["amount"]) for known in found),
        expires=date.fromisoformat(expires[0]) if expires else None,
    )


def _require_service(sku: str, asked: Asked, view: View) -> None:
    if item_kind(view, sku, asked.business_date) != "service":
        raise DomainError("not_a_service", sku=sku)
