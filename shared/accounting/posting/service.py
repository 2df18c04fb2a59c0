"""Prepaid packages: an advance at the sale, revenue and VAT at each redemption, and what the service used up."""

from __future__ import annotations

from shared.accounting.accounts import Role
from shared.accounting.desk import Amount, Desk, Draft
from shared.accounting.documents import PackageRedeem, PackageSale
from shared.accounting.posting import post
from shared.accounting.vat import net_of_gross
from shared.errors import DomainError
from shared.money import fen_text


@post.register
def _(document: PackageSale, desk: Desk, draft: Draft) -> None:
    total = sum(document.payments.values())
    for method, amount in document.payments.items():
        draft.book(desk.policy.tender_role(method), amount)
    draft.book(Role.ADVANCES, -total, document.package, partner=document.package)
    held = desk.file(draft, "package", document.package, Amount)
    desk.put_file(draft, "package", document.package, Amount(total + (held.fen if held else 0)))


@post.register
def _(document: PackageRedeem, desk: Desk, draft: Draft) -> None:
    held = desk.file(draft, "package", document.package, Amount)
    left = held.fen if held else 0
    if document.amount > left and not desk.policy.goes_on:
        raise DomainError(
            "redeemed_above_package",
            package=document.package,
            amount=fen_text(document.amount),
            left=fen_text(left),
        )
    desk.put_file(draft, "package", document.package, Amount(left - document.amount))
    rate = desk.rate(document.sku, None, document) if document.vat is None else document.vat
    net = net_of_gross(document.amount, rate)
    draft.book(Role.ADVANCES, document.amount, document.package, partner=document.package)
    draft.book(Role.REVENUE_SERVICES, -net)
    draft.take(document.sku, 0, net)
    draft.book(desk.policy.output_role, net - document.amount)
    for used in document.consumes:
        desk.issue_to(draft, Role.COST_OF_SALES, used, used.sku, stock_memo="")
