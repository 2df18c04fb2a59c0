"""What do we own and owe: the balance sheet (资产负债表) at the close of a day, beside the start of its year.

For some stores alone it holds what stands in their accounts; what head office owes them, or they head office, is the
line that makes it add up.
"""

from __future__ import annotations

from collections.abc import Mapping

from cloud.books.ledger import Sides, by_account, chart_now, turnover_before
from cloud.reports.dataset import Cell, Column, Figure, Row, Section, col, word
from cloud.reports.of_books import books_notes, stores_of
from cloud.reports.registry import Answer, Asking, Report
from shared.accounting.accounts import Chart
from shared.accounting.balance_lines import Line, Side, balance_lines
from shared.accounting.statements import BalanceSheet, balance_sheet

COLUMNS = (col("line"), col("closing_balance", "money", sums=True), col("year_opening", "money", sums=True))
SIDES: Mapping[str, tuple[Side, ...]] = {
    "assets": ("assets",),
    "liabilities_and_equity": ("liabilities", "equity"),
}
TOTALS = ("total_assets", "total_liabilities", "total_equity")


def answer(asking: Asking) -> Answer:
    """The lines in the form of the tax office; those of nothing at both days are left out."""
    reading, stores, last = asking.reading, stores_of(asking), asking.question.last
    chart = chart_now(reading)
    now = by_account(turnover_before(reading, stores, last.fromordinal(last.toordinal() + 1)))
    then = by_account(turnover_before(reading, stores, last.replace(month=1, day=1)))
    sheet = balance_sheet(chart, now)
    lines = _paired(chart, now, then)
    if not asking.whole:
        lines.append(_with_head_office(sheet, balance_sheet(chart, then)))
    return Answer(
        sections=tuple(_section(key, sides, lines) for key, sides in SIDES.items()),
        figures=tuple(
            Figure(column=col(name, "money"), value=value)
            for name, value in zip(
                TOTALS, (sheet.total_assets, sheet.total_liabilities, sheet.total_equity), strict=True
            )
        ),
        notes=books_notes(asking),
    )


def _paired(chart: Chart, now: dict[str, Sides], then: dict[str, Sides]) -> list[tuple[Line, int]]:
    return list(
        zip(balance_lines(chart, now), (line.amount for line in balance_lines(chart, then)), strict=True)
    )


def _with_head_office(sheet: BalanceSheet, before: BalanceSheet) -> tuple[Line, int]:
    """What is missing to the sum of both sides: money of the stores lies in the company's one bank account."""
    left, left_before = (
        one.total_assets - one.total_liabilities - one.total_equity for one in (sheet, before)
    )
    return Line("equity", "head_office", left), left_before


def _section(key: str, sides: tuple[Side, ...], lines: list[tuple[Line, int]]) -> Section:
    rows: list[Row] = []
    total = [0, 0]
    for side in sides:
        own = [(line, before) for line, before in lines if line.side == side]
        rows += [
            Row((word(f"balance_{line.key}"), line.amount, before))
            for line, before in own
            if line.amount or before
        ]
        total[0] += sum(line.amount for line, _ in own)
        total[1] += sum(before for _, before in own)
    whole: tuple[Cell, ...] = (word("report_word_total"), *total)
    columns: tuple[Column, ...] = COLUMNS
    return Section(key=key, columns=columns, rows=tuple(rows), total=Row(whole) if rows else None)


REPORT = Report(
    key="balance-sheet",
    area="books",
    permission="books.read",
    span="day",
    sections=dict.fromkeys(SIDES, COLUMNS),
    answer=answer,
)
