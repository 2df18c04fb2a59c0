"""Money that moves without goods: capital, settlements, payments, expenses, deposits.

The company has one bank account, so the bank stands at head office whichever store a payment was for.
"""

from __future__ import annotations

from shared.accounting.accounts import Role
from shared.accounting.desk import Desk, Draft
from shared.accounting.documents import (
    Capital,
    CashDeposit,
    CustomerPayment,
    Expense,
    PlatformSettlement,
    SupplierPayment,
    WalletSettlement,
)
from shared.accounting.posting import post
from shared.accounting.vat import net_of_gross, tax_on_net
from shared.errors import DomainError
from shared.money import fen_text
from shared.units import MICRO, half_up


@post.register
def _(document: Capital, desk: Desk, draft: Draft) -> None:
    draft.book(Role.BANK, document.amount, store=desk.policy.head_office)
    draft.book(Role.CAPITAL, -document.amount)


@post.register
def _(document: WalletSettlement, desk: Desk, draft: Draft) -> None:
    fee = half_up(document.gross * document.fee_rate, MICRO)
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
    net = net_of_gross(commission, document.commission_vat) if deducted else commission
    platform = document.platform
    draft.book(Role.BANK, document.gross - commission, store=desk.policy.head_office)
    draft.book(Role.SELLING, net, "平台佣金", partner=platform)
    draft.book(Role.VAT_INPUT, commission - net)
    draft.book(Role.RECEIVABLE, -document.gross, platform, partner=platform)


@post.register
def _(document: CustomerPayment, desk: Desk, draft: Draft) -> None:
    draft.book(Role.BANK, document.amount, store=desk.policy.head_office)
    draft.book(Role.RECEIVABLE, -document.amount, document.customer, partner=document.customer)


@post.register
def _(document: SupplierPayment, desk: Desk, draft: Draft) -> None:
    draft.book(Role.PAYABLE, document.amount, document.supplier, partner=document.supplier)
    draft.book(Role.BANK, -document.amount, store=desk.policy.head_office)


@post.register
def _(document: Expense, desk: Desk, draft: Draft) -> None:
    chart = desk.policy.chart
    tax = tax_on_net(document.net, document.vat)
    total = document.net + tax
    cost = document.net if desk.policy.deducts(document.deductible) else total
    draft.book(chart.account(document.account).code, cost, document.memo)
    draft.book(Role.VAT_INPUT, total - cost)
    credit = chart.account(document.credit).code if document.credit else chart.codes[Role.BANK]
    bank = credit == chart.codes[Role.BANK]
    draft.book(credit, -total, store=desk.policy.head_office if bank else None)


@post.register
def _(document: CashDeposit, desk: Desk, draft: Draft) -> None:
    draft.book(Role.BANK, document.amount, store=desk.policy.head_office)
    draft.book(Role.CASH, -document.amount)
