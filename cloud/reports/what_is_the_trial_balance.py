"""What is the trial balance (科目余额表): every account with what it opened at, what moved, and where it stands.

Debits equal credits in every pair of columns, for the company as a whole. Balances stand under their own side; what
moved in the period and in the year so far stands under both.
"""

from __future__ import annotations

from cloud.books.ledger import balances, by_account, chart_now, turnover
from cloud.reports.dataset import Figure, Row, Section, col, summed, word
from cloud.reports.of_books import account_name, books_notes, stores_of, two_sides
from cloud.reports.registry import Answer, Asking, Report

COLUMNS = (
    col("code"),
    col("account"),
    col("opening_debit", "money", sums=True),
    col("opening_credit", "money", sums=True),
    col("debit", "money", sums=True),
    col("credit", "money", sums=True),
    col("year_debit", "money", sums=True),
    col("year_credit", "money", sums=True),
    col("closing_debit", "money", sums=True),
    col("closing_credit", "money", sums=True),
)
OFF = col("books_off", "money")


def answer(asking: Asking) -> Answer:
    """Accounts in the order of their codes; one that never moved is left out."""
    reading, asked, stores = asking.reading, asking.question, stores_of(asking)
    stands = balances(reading, stores, asked.first, asked.last)
    year = by_account(turnover(reading, stores, asked.last.replace(month=1, day=1), asked.last))
    chart = chart_now(reading)
    rows = [
        Row(
            (
                code,
                account_name(chart.account(code)),
                *two_sides(one.opening),
                one.debit,
                one.credit,
                *year.get(code, [0, 0]),
                *two_sides(one.closing),
            )
        )
        for code, one in stands.items()
    ]
    listed = tuple(rows)
    off = sum(one.closing for one in stands.values())
    return Answer(
        sections=(
            Section(
                key="trial_balance",
                columns=COLUMNS,
                rows=listed,
                total=summed(COLUMNS, listed, word("report_word_total")),
            ),
        ),
        figures=(Figure(column=OFF, value=off),),
        notes=books_notes(asking),
    )


REPORT = Report(
    key="trial-balance",
    area="books",
    permission="books.read",
    sections={"trial_balance": COLUMNS},
    answer=answer,
)
