"""What is the trial balance (科目余额表): every account with what it opened at, what moved, and where it stands.

Debits equal credits in every pair of columns, for the company as a whole. Balances stand under their own side; what
moved in the period and in the year so far stands under both.
"""

from __future__ import annotations

from cloud.books.ledger import by_account, chart_now, together, turnover, turnover_before
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
    before = by_account(turnover_before(reading, stores, asked.first))
    moved = by_account(turnover(reading, stores, asked.first, asked.last))
    year = by_account(turnover(reading, stores, asked.last.replace(month=1, day=1), asked.last))
    stands = together(before, moved)
    chart = chart_now(reading)
    rows = []
    for code in sorted(stands):
        opening = before.get(code, [0, 0])
        debit, credit = moved.get(code, [0, 0])
        closing = stands[code][0] - stands[code][1]
        rows.append(
            Row(
                (
                    code,
                    account_name(chart.account(code)),
                    *two_sides(opening[0] - opening[1]),
                    debit,
                    credit,
                    *year.get(code, [0, 0]),
                    *two_sides(closing),
                )
            )
        )
    listed = tuple(rows)
    off = sum(debit - credit for debit, credit in stands.values())
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
