"""Money that moves without goods: capital, settlements, payments, expenses, deposits.

The company has one bank account, so the bank stands at head office whichever store a payment was for.
"""

from __future__ import annotations

from collections.abc import Iterable

from shared.accounting.accounts import Role
from shared.accounting.desk import Desk, Draft
from shared.accounting.documents import (
    Capital,
    CashDeposit,
    CustomerPayment,
    Expense,
    Manual,
    ManualLine,
    PlatformSettlement,
    Reversal,
    SupplierPayment,
    WalletSettlement,
)
from shared.accounting.posting import post
from shared.accounting.vat import net_of_gross, tax_on_net
from shared.errors import DomainError
from shared.money import fen_text
from shared.units import MICRO, half_up


def _moved(desk: Desk, draft: Draft, method: str, amount: int) -> None:
    """Money in (or out, below zero) where that way of paying keeps it."""
    role = desk.policy.tender_role(method)
    draft.book(role, amount, store=desk.policy.head_office if role is Role.BANK else None)


@post.register
def _(document: Capital, desk: Desk, draft: Draft) -> None:
    _moved(desk, draft, document.method, document.amount)
    draft.book(Role.CAPITAL, -document.amount)


@post.register
def _(document: WalletSettlement, desk: Desk, draft: Draft) -> None:
    fee = half_up(document.gross * document.fee_rate, MICRO) if document.fee is None else document.fee
    draft.book(Role.BANK, document.gross - fee, store=desk.policy.head_office)
    draft.book(Role.FINANCE, fee)
    draft.book(Role.WALLET, -document.gross)


@post.register
def _(document: PlatformSettlement, desk: Desk, draft: Draft) -> None:
    commission = document.commission_gross
    if commission > document.gross:
        raise DomainError(
            "commission_above_gross", commission=fen_text(commission), gross=fen_text(document.gross)
        )
    deducted = desk.policy.deducts(document.deductible)
    tax = document.commission_tax
    known_net = net_of_gross(commission, document.commission_vat) if tax is None else commission - tax
    net = known_net if deducted else commission
    platform = document.platform
    draft.book(Role.BANK, document.gross - commission, store=desk.policy.head_office)
    draft.book(Role.SELLING, net, "平台佣金", partner=platform)
    draft.book(Role.VAT_INPUT, commission - net)
    draft.book(Role.RECEIVABLE, -document.gross, platform, partner=platform)


@post.register
def _(document: CustomerPayment, desk: Desk, draft: Draft) -> None:
    _moved(desk, draft, document.method, document.amount)
    draft.book(Role.RECEIVABLE, -document.amount, document.customer, partner=document.customer)


@post.register
def _(document: SupplierPayment, desk: Desk, draft: Draft) -> None:
    draft.book(Role.PAYABLE, document.amount, document.supplier, partner=document.supplier)
    _moved(desk, draft, document.method, -document.amount)


@post.register
def _(document: Expense, desk: Desk, draft: Draft) -> None:
    chart, partner = desk.policy.chart, document.partner
    tax = tax_on_net(document.net, document.vat) if document.tax is None else document.tax
    total = document.net + tax
    cost = document.net if desk.policy.deducts(document.deductible) else total
    account = desk.account_by_hand(document.account) if document.account else Role.SELLING
    draft.book(account, cost, document.memo, partner=partner)
    draft.book(Role.VAT_INPUT, total - cost)
    if document.credit and document.credit != chart.codes[Role.BANK]:
        draft.book(desk.account_by_hand(document.credit), -total, partner=partner)
    else:
        _moved(desk, draft, document.method, -total)


@post.register
def _(document: Manual, desk: Desk, draft: Draft) -> None:
    debit, credit = sum(line.debit for line in document.lines), sum(line.credit for line in document.lines)
    if debit != credit:
        raise DomainError("manual_unbalanced", debit=fen_text(debit), credit=fen_text(credit))
    for line in document.lines:
        account = desk.account_by_hand(line.account)
        memo, amount = line.memo or document.memo, line.debit - line.credit
        draft.book(account, amount, memo, store=line.store or None, partner=line.partner)


def book_lines(lines: Iterable[ManualLine], draft: Draft, sign: int = 1) -> None:
    """Lines as they were decided, or (`sign` -1) what takes them back."""
    for line in lines:
        amount = sign * (line.debit - line.credit)
        draft.book(line.account, amount, line.memo, store=line.store, partner=line.partner)


@post.register
def _(document: Reversal, _desk: Desk, draft: Draft) -> None:
    book_lines(document.lines, draft, -1)


@post.register
def _(document: CashDeposit, desk: Desk, draft: Draft) -> None:
    draft.book(Role.BANK, document.amount, store=desk.policy.head_office)
    draft.book(Role.CASH, -document.amount)
