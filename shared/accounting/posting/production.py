"""Making goods: material and labour gather under the order; what is finished takes its share of them.

An order that cost 1267.60 so far and is 60 % complete gives its goods 760.56; 507.04 stays in work. The receipt
that completes the order takes all that is left.
"""

from __future__ import annotations

from shared.accounting.accounts import Role
from shared.accounting.desk import Amount, Desk, Draft
from shared.accounting.documents import ProductionCost, ProductionIssue, ProductionReceipt
from shared.accounting.posting import post
from shared.errors import DomainError
from shared.stock.valuation import landed_shares
from shared.units import MICRO, half_up


def _in_work(desk: Desk, draft: Draft, order: str) -> int:
    """What the order has cost and not yet given to goods. Raises `order_not_in_work` for one nobody began."""
    found = desk.file(draft, "order", order, Amount)
    if found is None and not desk.policy.goes_on:
        raise DomainError("order_not_in_work", order=order)
    return found.fen if found else 0


def _add(desk: Desk, draft: Draft, order: str, amount: int) -> None:
    found = desk.file(draft, "order", order, Amount)
    desk.put_file(draft, "order", order, Amount(amount + (found.fen if found else 0)))


@post.register
def _(document: ProductionIssue, desk: Desk, draft: Draft) -> None:
    cost = 0
    for line in document.lines:
        cost += desk.issue_to(draft, Role.WORK_IN_PROGRESS, line, document.order)
    _add(desk, draft, document.order, cost)


@post.register
def _(document: ProductionCost, desk: Desk, draft: Draft) -> None:
    usual = Role.OVERHEAD if document.overhead else Role.PAYROLL
    credit = desk.account_by_hand(document.credit) if document.credit else usual
    draft.book(Role.WORK_IN_PROGRESS, document.amount, document.order)
    draft.book(credit, -document.amount)
    _add(desk, draft, document.order, document.amount)


@post.register
def _(document: ProductionReceipt, desk: Desk, draft: Draft) -> None:
    in_work = _in_work(desk, draft, document.order)
    if not document.qty or not document.completion:
        raise DomainError("nothing_completed", order=document.order)
    all_of_it = document.completion == MICRO
    cost = in_work if all_of_it else half_up(in_work * document.completion, MICRO)
    lots = document.lots or ((document.batch, document.qty),)
    shares = landed_shares(cost, tuple(qty for _, qty in lots))
    for (lot, qty), share in zip(lots, shares, strict=True):
        desk.take_in(draft, document.sku, qty, share, lot=lot)
    draft.book(desk.inventory(document.sku), cost, document.sku, sku=document.sku, lot=document.batch)
    draft.book(Role.WORK_IN_PROGRESS, -cost, document.order)
    _add(desk, draft, document.order, -cost)
