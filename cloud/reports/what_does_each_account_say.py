"""What does each account say: the general ledger (总账), every account month by month.

A row opens with what stood there, then come each month's debit and credit, the year so far, and the balance.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from cloud.books.ledger import Sides, by_account, chart_now, turnover, turnover_before, turnover_by
from cloud.reports.asked import Named
from cloud.reports.dataset import Row, Section, col, word
from cloud.reports.of_books import account_name, books_notes, stores_of
from cloud.reports.registry import Answer, Asking, Report

COLUMNS = (
    col("code"),
    col("account"),
    col("month"),
    col("summary"),
    col("debit", "money"),
    col("credit", "money"),
    col("direction"),
    col("balance", "money"),
)


def answer(asking: Asking) -> Answer:
    """Accounts in the order of their codes, one of them where one was asked about."""
    reading, asked, stores = asking.reading, asking.question, stores_of(asking)
    before = by_account(turnover_before(reading, stores, asked.first))
    new_year, eve = asked.first.replace(month=1, day=1), asked.first - timedelta(days=1)
    year = by_account(turnover(reading, stores, new_year, eve)) if eve >= new_year else {}
    moved = turnover_by(reading, stores, asked.first, asked.last, "month")
    chart = chart_now(reading)
    months: dict[str, dict[str, Sides]] = {}
    for (account, month), sides in moved.items():
        months.setdefault(account, {})[month] = sides
    codes = sorted({*before, *months})
    rows: list[Row] = []
    for code in codes:
        if asking.account and not code.startswith(asking.account):
            continue
        debit, credit = before.get(code, [0, 0])
        began = f"{new_year:%Y}", year.get(code, [0, 0])
        name = account_name(chart.account(code))
        rows += _account(code, name, debit - credit, began, months.get(code, {}))
    return Answer(
        sections=(Section(key="general_ledger", columns=COLUMNS, rows=tuple(rows)),),
        notes=books_notes(asking),
    )


def _account(
    code: str, name: Named, opening: int, began: tuple[str, Sides], months: dict[str, Sides]
) -> Iterator[Row]:
    """An account's rows; `began` is the first year and what moved in it before the first day asked about."""
    yield Row((code, name, "", word("ledger_opening"), None, None, *directed(opening)))
    balance, (year, so_far) = opening, began
    for month in sorted(months):
        if month[:4] != year:
            year, so_far = month[:4], [0, 0]
        debit, credit, _ = months[month]
        balance += debit - credit
        so_far = [so_far[0] + debit, so_far[1] + credit]
        yield Row((code, name, month, word("ledger_month"), debit, credit, *directed(balance)))
        yield Row((code, name, month, word("ledger_year"), *so_far, *directed(balance)))


def directed(balance: int) -> tuple[Named, int]:
    """借, 贷 or 平, and how much."""
    side = "debit" if balance > 0 else "credit" if balance < 0 else "even"
    return word(f"ledger_{side}"), abs(balance)


REPORT = Report(
    key="general-ledger",
    area="books",
    permission="books.read",
    accounts=True,
    sections={"general_ledger": COLUMNS},
    answer=answer,
)
