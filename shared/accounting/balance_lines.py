"""The lines of a balance sheet in the form of the tax office (会小企01表), and which accounts each adds up.

A line is a name for some accounts; what no line names stands in the last line of its side, so that the sheet always
adds up to `statements.balance_sheet`. Profit that no close has moved belongs to the owners, with the undistributed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from shared.accounting.accounts import Account, Chart, Role
from shared.accounting.closing import Turnover, balance

Side = Literal["assets", "liabilities", "equity"]

ASSETS: Mapping[str, tuple[str, ...]] = {
    "money": ("1001", "1002", "1012"),
    "short_investments": ("1101",),
    "notes_receivable": ("1121",),
    "receivables": ("1122", "1231"),
    "prepayments": ("1123",),
    "dividends_receivable": ("1131",),
    "interest_receivable": ("1132",),
    "other_receivables": ("1221",),
    "inventories": ("14",),
    "long_bonds": ("1501",),
    "long_equity": ("1511",),
    "fixed_assets": ("1601", "1602", "1603"),
    "construction": ("1604", "1605", "1606"),
    "biological_assets": ("1621", "1622"),
    "intangibles": ("1701", "1702"),
    "development": ("4301", "5301"),
    "long_deferred": ("1801",),
    "other_assets": (),
}
LIABILITIES: Mapping[str, tuple[str, ...]] = {
    "short_loans": ("2001",),
    "notes_payable": ("2201",),
    "payables": ("2202",),
    "advances": ("2203", "2205"),
    "payroll": ("2211",),
    "taxes_payable": ("2221",),
    "interest_payable": ("2231",),
    "profit_payable": ("2232",),
    "other_payables": ("2241",),
    "deferred_income": ("2401",),
    "long_loans": ("2501",),
    "long_payables": ("2701",),
    "other_liabilities": (),
}
EQUITY = ("capital", "capital_reserve", "surplus_reserve", "undistributed")


class Line(msgspec.Struct, frozen=True):
    """One line of the sheet: fen, positive where its side is."""

    side: Side
    key: str
    amount: int


def line_of(chart: Chart, account: Account) -> tuple[Side, str]:
    """The line an account belongs to."""
    code, kind = account.code, account.type
    if kind in ("asset", "cost"):
        return "assets", _first(ASSETS, code, "inventories" if kind == "cost" else "other_assets")
    if kind == "liability":
        return "liabilities", _first(LIABILITIES, code, "other_liabilities")
    if code == chart.codes[Role.CAPITAL]:
        return "equity", "capital"
    if kind == "equity":
        return "equity", {"资本公积": "capital_reserve", "盈余公积": "surplus_reserve"}.get(
            account.zh, "undistributed"
        )
    return "equity", "undistributed"


def _first(lines: Mapping[str, tuple[str, ...]], code: str, otherwise: str) -> str:
    return next((key for key, prefixes in lines.items() if prefixes and code.startswith(prefixes)), otherwise)


def balance_lines(chart: Chart, turnover: Turnover) -> tuple[Line, ...]:
    """Every line of the sheet in its order, also those of nothing. Raises `ledger_account_unknown`."""
    sums: dict[tuple[Side, str], int] = {("assets", key): 0 for key in ASSETS}
    sums |= {("liabilities", key): 0 for key in LIABILITIES}
    sums |= {("equity", key): 0 for key in EQUITY}
    for code in turnover:
        side, key = line_of(chart, chart.account(code))
        amount = balance(turnover, code)
        sums[side, key] += amount if side == "assets" else -amount
    return tuple(Line(side, key, amount) for (side, key), amount in sums.items())
