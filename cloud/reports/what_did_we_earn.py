"""What did we earn: the profit and loss statement (利润表) of a period, and of each store, before any closing.

Month-end closings empty the accounts of income and expense; their part is left out, so that a month says the same
before and after it is closed. Every figure is `statements.profit_and_loss`, of the company or of one store.
"""

from __future__ import annotations

from collections.abc import Iterable

from cloud.books.ledger import Stores, chart_now, earned
from cloud.reports.asked import Question
from cloud.reports.comparing import base_of, change, elapsed
from cloud.reports.dataset import Cell, Chart, Column, Figure, Row, Section, col, summed, word
from cloud.reports.of_books import books_notes, place_names, stores_of
from cloud.reports.registry import Answer, Asking, Report
from cloud.store.tenant import Reading
from shared.accounting.accounts import Chart as Accounts
from shared.accounting.statements import ProfitAndLoss, profit_and_loss
from shared.accounting.voucher import Entry

LINES = (
    "revenue",
    "revenue_goods",
    "revenue_services",
    "cost_of_sales",
    "taxes",
    "selling",
    "admin",
    "finance",
    "other",
    "operating_profit",
    "non_operating_income",
    "non_operating_expense",
    "profit_before_tax",
)
"""In the order of the form; revenue holds its two parts, profits are sums."""
STATEMENT = (
    col("line"),
    col("this_period", "money"),
    col("base_amount", "money"),
    col("change", "percent"),
    col("year_to_date", "money"),
)
_OF_STORES = (
    *("revenue", "cost_of_sales", "gross_profit", "taxes", "selling", "admin", "finance", "other"),
    *("operating_profit", "non_operating_income", "non_operating_expense", "profit_before_tax"),
)
MARGIN = col("gross_margin", "percent")
_PROFIT_AT = _OF_STORES.index("gross_profit") + 1
_SUMS = tuple(col(key, "money", sums=True) for key in _OF_STORES)
BY_STORE = (col("name"), col("code"), *_SUMS[:_PROFIT_AT], MARGIN, *_SUMS[_PROFIT_AT:])
FIGURES: tuple[Column, ...] = tuple(
    col(key, "money") for key in ("revenue", "gross_profit", "operating_profit", "profit_before_tax")
)


def earned_by(reading: Reading, stores: Stores, asked: Question, chart: Accounts) -> dict[str, ProfitAndLoss]:
    """The profit and loss of every place that has one, by its code."""
    entries: dict[str, list[Entry]] = {}
    for entry in earned(reading, stores, asked.first, asked.last):
        entries.setdefault(entry.store, []).append(entry)
    return {store: profit_and_loss(chart, entries[store]) for store in sorted(entries)}


def earned_in_all(reading: Reading, stores: Stores, asked: Question, chart: Accounts) -> ProfitAndLoss:
    """The profit and loss of all of them together."""
    return profit_and_loss(chart, earned(reading, stores, asked.first, asked.last))


def answer(asking: Asking) -> Answer:
    """The statement against the period compared with and the year so far; then store by store."""
    reading, stores = asking.reading, stores_of(asking)
    chart = chart_now(reading)
    asked = elapsed(asking.question, asking.today)
    base = base_of(asking.question, asking.today, asking.compare)
    year = Question(first=asked.last.replace(month=1, day=1), last=asked.last)
    now, then, so_far = (earned_in_all(reading, stores, one, chart) for one in (asked, base, year))
    by_store = rows_by_store(reading, earned_by(reading, stores, asked, chart))
    return Answer(
        sections=(
            Section(key="profit_statement", columns=STATEMENT, rows=tuple(_statement(now, then, so_far))),
            section_by_store(by_store, now),
        ),
        figures=tuple(
            Figure(
                column=column,
                value=getattr(now, column.key),
                change=change(getattr(now, column.key), getattr(then, column.key)),
            )
            for column in FIGURES
        ),
        notes=(
            word(
                "report_note_base", first=base.first.isoformat(), last=base.last.isoformat(), days=base.days
            ),
            *books_notes(asking),
        ),
    )


def _statement(now: ProfitAndLoss, then: ProfitAndLoss, so_far: ProfitAndLoss) -> Iterable[Row]:
    for key in LINES:
        ours, base, year = (getattr(one, key) for one in (now, then, so_far))
        yield Row((word(f"column_{key}"), ours, base, change(ours, base), year))


def rows_by_store(reading: Reading, profits: dict[str, ProfitAndLoss]) -> tuple[Row, ...]:
    """A row a place, the largest gross profit first."""
    names = place_names(reading)
    ordered = sorted(profits, key=lambda store: (-profits[store].gross_profit, store))
    return tuple(
        Row(tuple(_store_cells(store, names.get(store, store), profits[store]))) for store in ordered
    )


def _store_cells(store: str, name: Cell, profit: ProfitAndLoss) -> Iterable[Cell]:
    yield from (name, store)
    for key in _OF_STORES:
        yield getattr(profit, key)
        if key == "gross_profit":
            yield profit.gross_margin


def section_by_store(rows: tuple[Row, ...], whole: ProfitAndLoss) -> Section:
    """The stores and their sum; the margin of the sum is its own, never a mean of margins."""
    return Section(
        key="profit_by_store",
        columns=BY_STORE,
        rows=rows,
        total=summed(BY_STORE, rows, word("report_word_total"), gross_margin=whole.gross_margin),
        chart=Chart(kind="bar", x="name", y=("gross_profit",)),
    )


REPORT = Report(
    key="profit-and-loss",
    area="books",
    permission="books.read",
    compares=True,
    sections={"profit_statement": STATEMENT, "profit_by_store": BY_STORE},
    answer=answer,
)
