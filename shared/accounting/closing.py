"""What a close moves: the VAT not yet moved to what is owed, and the balances of income and expense accounts.

Both are functions of turnovers by account, so a second close moves only what came after the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from shared.accounting.accounts import Chart, Role
from shared.accounting.policy import Policy

Turnover = Mapping[str, Sequence[int]]
"""Debit and credit in fen by account code."""


def balance(turnover: Turnover, code: str) -> int:
    """Debit less credit."""
    debit, credit = turnover.get(code, (0, 0))
    return debit - credit


def payable_vat(policy: Policy, turnover: Turnover) -> int:
    """Output and transferred-out less input VAT that no close has moved yet; negative is carried forward.

    A small-scale taxpayer has output only, and it is owed where it stands (222101): all of it, moved or not.
    """
    codes = policy.chart.codes
    if policy.taxpayer == "small_scale":
        return -balance(turnover, codes[Role.VAT_SMALL_SCALE])
    roles = (Role.VAT_OUTPUT, Role.VAT_INPUT_OUT, Role.VAT_INPUT, Role.VAT_TO_UNPAID)
    return -sum(balance(turnover, codes[role]) for role in roles)


def profit_entries(chart: Chart, turnover: Turnover) -> Iterator[tuple[str, int]]:
    """The entries, debit positive, that empty every account of income and expense, in order of code."""
    for code in sorted(turnover):
        left = balance(turnover, code)
        if left and chart.account(code).type in ("income", "expense"):
            yield code, -left
