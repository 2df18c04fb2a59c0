"""Trial balance, profit and loss, balance sheet and VAT as functions of entries; amounts stay fen.

A statement never looks at documents or stock: what it shows is what the vouchers say, so a statement that
disagrees with the stock ledger is a defect that the proofs can see.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from shared.accounting.accounts import AccountType, Chart, Role
from shared.accounting.closing import Turnover, balance
from shared.accounting.policy import Policy
from shared.accounting.voucher import Entry
from shared.units import half_up

Balances = dict[str, list[int]]


def turnover_of(entries: Iterable[Entry]) -> Balances:
    """Debit and credit by account code."""
    sums: Balances = {}
    for entry in entries:
        sides = sums.setdefault(entry.account, [0, 0])
        sides[entry.amount < 0] += abs(entry.amount)
    return sums


class StoreProfit(msgspec.Struct, frozen=True):
    revenue: int
    cost_of_sales: int

    @property
    def gross_profit(self) -> int:
        return self.revenue - self.cost_of_sales


class ProfitAndLoss(msgspec.Struct, frozen=True, kw_only=True):
    """Before the close of the year's profit; `other` is what stands on accounts without a line of their own."""

    revenue_goods: int
    revenue_services: int
    cost_of_sales: int
    taxes: int
    selling: int
    admin: int
    finance: int
    non_operating_income: int
    non_operating_expense: int
    other: int
    by_store: dict[str, StoreProfit]

    @property
    def revenue(self) -> int:
        return self.revenue_goods + self.revenue_services

    @property
    def gross_profit(self) -> int:
        return self.revenue - self.cost_of_sales

    @property
    def gross_margin(self) -> int | None:
        """Per ten thousand of revenue, half up: 8106 is 81.06 %; none where nothing was sold."""
        return half_up(self.gross_profit * 10_000, self.revenue) if self.revenue > 0 else None

    @property
    def operating_profit(self) -> int:
        return self.gross_profit - self.taxes - self.selling - self.admin - self.finance + self.other

    @property
    def profit_before_tax(self) -> int:
        return self.operating_profit + self.non_operating_income - self.non_operating_expense


def profit_and_loss(chart: Chart, entries: Iterable[Entry]) -> ProfitAndLoss:
    """Income, expenses and what is left, and gross profit by store. `entries` without those of the close."""
    entries = list(entries)
    sums = turnover_of(entries)
    codes = chart.codes

    def credit(role: Role) -> int:
        return -balance(sums, codes[role])

    named = {
        codes[role]
        for role in (
            *(Role.REVENUE_GOODS, Role.REVENUE_SERVICES, Role.COST_OF_SALES, Role.TAXES, Role.SELLING),
            *(Role.ADMIN, Role.FINANCE, Role.NON_OPERATING_INCOME, Role.NON_OPERATING_EXPENSE),
        )
    }
    other = sum(
        -balance(sums, code)
        for code in sums
        if code not in named and chart.account(code).type in ("income", "expense")
    )
    return ProfitAndLoss(
        revenue_goods=credit(Role.REVENUE_GOODS),
        revenue_services=credit(Role.REVENUE_SERVICES),
        cost_of_sales=-credit(Role.COST_OF_SALES),
        taxes=-credit(Role.TAXES),
        selling=-credit(Role.SELLING),
        admin=-credit(Role.ADMIN),
        finance=-credit(Role.FINANCE),
        non_operating_income=credit(Role.NON_OPERATING_INCOME),
        non_operating_expense=-credit(Role.NON_OPERATING_EXPENSE),
        other=other,
        by_store=_by_store(chart, entries),
    )


def _by_store(chart: Chart, entries: Iterable[Entry]) -> dict[str, StoreProfit]:
    """Revenue and cost of sales of every store that has either."""
    revenue_codes = (chart.codes[Role.REVENUE_GOODS], chart.codes[Role.REVENUE_SERVICES])
    cost_code = chart.codes[Role.COST_OF_SALES]
    sums: dict[str, list[int]] = {}
    for entry in entries:
        if entry.account in revenue_codes:
            sums.setdefault(entry.store, [0, 0])[0] -= entry.amount
        elif entry.account == cost_code:
            sums.setdefault(entry.store, [0, 0])[1] += entry.amount
    return {store: StoreProfit(*sums[store]) for store in sorted(sums)}


class BalanceSheet(msgspec.Struct, frozen=True):
    """Totals; profit that no close has moved yet belongs to the owners all the same."""

    total_assets: int
    total_liabilities: int
    total_equity: int


def balance_sheet(chart: Chart, turnover: Turnover) -> BalanceSheet:
    sums: dict[AccountType, int] = dict.fromkeys(
        ("asset", "cost", "liability", "equity", "income", "expense"), 0
    )
    for code in turnover:
        sums[chart.account(code).type] += balance(turnover, code)
    return BalanceSheet(
        total_assets=sums["asset"] + sums["cost"],
        total_liabilities=-sums["liability"],
        total_equity=-sums["equity"] - sums["income"] - sums["expense"],
    )


class Vat(msgspec.Struct, frozen=True):
    """`payable` below zero is input carried forward; `surtax` is what was booked."""

    output: int
    input: int
    transferred_out: int
    surtax: int

    @property
    def payable(self) -> int:
        return self.output + self.transferred_out - self.input


def vat(policy: Policy, turnover: Turnover) -> Vat:
    codes = policy.chart.codes
    return Vat(
        output=-balance(turnover, codes[policy.output_role]),
        input=balance(turnover, codes[Role.VAT_INPUT]),
        transferred_out=-balance(turnover, codes[Role.VAT_INPUT_OUT]),
        surtax=-balance(turnover, codes[Role.SURTAX_PAYABLE]),
    )
