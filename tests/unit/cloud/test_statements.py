"""Statements of the live books, in both databases, against the slow and obvious way: every entry of every voucher."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta

import msgspec
import pytest
from sqlalchemy import select

from cloud.books.ledger import turnover, turnover_before
from cloud.books.poster import Poster
from cloud.books.proofs import prove
from cloud.books.shelf import decode_entries
from cloud.reports.answering import Wanted, answered
from cloud.reports.asked import Named, Question
from cloud.reports.dataset import Dataset, Row, Section
from cloud.reports.registry import report_of
from cloud.store.book_tables import VOUCHER
from cloud.store.projected import table_of
from cloud.store.tenant import TenantStore, mine
from shared.access.labels import ALL_LABELS
from shared.accounting.accounts import SMALL_BUSINESS, Role
from shared.accounting.balance_lines import balance_lines
from shared.accounting.events import CapitalPaidIn, ExpenseRecorded
from shared.accounting.statements import balance_sheet, profit_and_loss, turnover_of
from shared.accounting.voucher import Entry
from shared.catalogue.projection import STORE
from shared.errors import DomainError
from shared.ledger import envelope as envelopes
from shared.ledger.fact import Fact
from shared.units import half_up
from tests.unit.cloud.shop import NOW, PIECE, Shop, envelope_of
from tests.unit.cloud.test_books import received, sold

TODAY = date(2026, 11, 22)
BOTH_MONTHS = Question(first=date(2026, 10, 5), last=date(2026, 11, 20))
Posted = list[tuple[date, Entry]]


def dated(day: date, fact: Fact, op: str) -> bytes:
    """The stored bytes of a fact of a day."""
    return envelopes.encode(msgspec.structs.replace(envelope_of(fact, op), business_date=day))


def two_months(store: TenantStore) -> None:
    """Two stores from September to November: capital, receipts, sales and expenses, some days without any."""
    with store.writing() as writing:
        for code in ("s1", "s2"):
            stores = {"store": code, "name": f"Store {code}", "timezone": "Asia/Shanghai", "node_id": ""}
            writing.insert(table_of(STORE), stores)
    chance = random.Random(20261129)
    for code in ("s1", "s2"):
        shop = Shop(store, code)
        log = shop.log("a")
        capital = CapitalPaidIn(contribution=f"k{code}", amount=100_000, dated=date(2026, 9, 28))
        log.record(dated(date(2026, 9, 28), capital, f"k{code}"))
        for offset in range(54):
            day = date(2026, 9, 29) + timedelta(days=offset)
            name = f"{code}-{offset}"
            if chance.random() < 0.2:
                continue
            log.record(dated(day, received(f"r{name}", 9, chance.randint(1, 5) * PIECE, "tea"), f"r{name}"))
            log.record(
                dated(day, sold(f"s{name}", chance.randint(1, 8), chance.randint(500, 5000)), f"s{name}")
            )
            if offset % 10 == 0:
                spent = ExpenseRecorded(
                    expense=f"e{name}", net=chance.randint(100, 900), store=code, dated=day, note="rent"
                )
                log.record(dated(day, spent, f"e{name}"))
        log.push()
        shop.project()
    Poster(store).post_all(NOW)
    assert prove(store).holds


@pytest.fixture
def books(store: TenantStore) -> TenantStore:
    two_months(store)
    return store


def asked(
    store: TenantStore, key: str, question: Question = BOTH_MONTHS, labels: bool = True, **wanted: object
) -> Dataset:
    with store.reading() as reading:
        return answered(
            report_of(key),
            reading,
            question,
            Wanted(**wanted),  # type: ignore[arg-type]
            ALL_LABELS if labels else frozenset(),
            TODAY,
            NOW,
        )


def every_entry(store: TenantStore) -> Posted:
    """All entries with their day of posting, read from the vouchers."""
    with store.reading() as reading:
        rows = reading.all(select(VOUCHER.c.posting_date, VOUCHER.c.entries).where(mine(VOUCHER)))
    return [
        (date.fromisoformat(row.posting_date), entry)
        for row in rows
        for entry in decode_entries(bytes(row.entries))
    ]


def cells(row: Row, section: Section) -> dict[str, object]:
    return {column.key: cell for column, cell in zip(section.columns, row.cells, strict=True)}


def rows_of(dataset: Dataset, key: str) -> Iterator[dict[str, object]]:
    section = dataset.section(key)
    yield from (cells(row, section) for row in section.rows)


def english(cell: object) -> object:
    return cell.en if isinstance(cell, Named) else cell


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-10-05", "2026-10-05"),
        ("2026-10-01", "2026-10-31"),
        ("2026-10-05", "2026-11-20"),
        ("2026-09-29", "2026-11-01"),
        ("2026-10-31", "2026-11-01"),
        ("2026-01-01", "2026-12-31"),
    ],
)
def test_turnovers_by_months_and_days_are_those_of_the_entries(
    books: TenantStore, first: str, last: str
) -> None:
    """Whatever part of a month a period begins and ends with; and what stood there before."""
    begins, ends = date.fromisoformat(first), date.fromisoformat(last)
    inside: dict[tuple[str, str], list[int]] = {}
    before: dict[tuple[str, str], list[int]] = {}
    for day, entry in every_entry(books):
        sums = inside if begins <= day <= ends else before if day < begins else {}
        sides = sums.setdefault((entry.store, entry.account), [0, 0])
        sides[entry.amount < 0] += abs(entry.amount)
    with books.reading() as reading:
        assert turnover(reading, None, begins, ends) == inside
        assert turnover_before(reading, None, begins) == before
        of_one = {key: sides for key, sides in inside.items() if key[0] == "s1"}
        assert turnover(reading, ("s1",), begins, ends) == of_one


def test_a_trial_balance_is_even_and_stands_where_the_entries_do(books: TenantStore) -> None:
    """Opening, movement and closing of every account; debits equal credits in each pair of columns."""
    dataset = asked(books, "trial-balance")
    entries = every_entry(books)
    section = dataset.section("trial_balance")
    assert section.total is not None
    total = cells(section.total, section)
    for pair in ("opening", "closing"):
        assert total[f"{pair}_debit"] == total[f"{pair}_credit"] != 0
    assert (
        total["debit"]
        == total["credit"]
        == sum(
            entry.amount
            for day, entry in entries
            if entry.amount > 0 and BOTH_MONTHS.first <= day <= BOTH_MONTHS.last
        )
    )
    assert dataset.figures[0].value == 0
    for row in rows_of(dataset, "trial_balance"):
        stands = sum(
            entry.amount for day, entry in entries if entry.account == row["code"] and day <= BOTH_MONTHS.last
        )
        assert (row["closing_debit"] or 0) == max(stands, 0)
        assert (row["closing_credit"] or 0) == max(-stands, 0)


def test_a_balance_sheet_adds_up_and_is_that_of_the_statements(books: TenantStore) -> None:
    """Both sides equal; totals those of `balance_sheet`; one store's is closed by what head office owes it."""
    day = date(2026, 11, 3)
    entries = [entry for posted, entry in every_entry(books) if posted <= day]
    sheet = balance_sheet(SMALL_BUSINESS, turnover_of(entries))
    dataset = asked(books, "balance-sheet", Question(first=day, last=day))
    assert [figure.value for figure in dataset.figures] == [
        sheet.total_assets,
        sheet.total_liabilities,
        sheet.total_equity,
    ]
    assert sheet.total_assets == sheet.total_liabilities + sheet.total_equity != 0
    lines = {english(row["line"]): row["closing_balance"] for row in rows_of(dataset, "assets")}
    assert lines["Inventories"] == sum(entry.amount for entry in entries if entry.account == "1405")
    alone = asked(books, "balance-sheet", Question(first=day, last=day, stores=("s1",)))
    for told in (dataset, alone):
        totals = [told.section(key).total for key in ("assets", "liabilities_and_equity")]
        assert totals[0] is not None
        assert totals[1] is not None
        assert totals[0].cells[1] == totals[1].cells[1]
    assert "Between store and head office" in [
        english(row["line"]) for row in rows_of(alone, "liabilities_and_equity")
    ]


def test_the_lines_of_a_balance_sheet_hold_every_account() -> None:
    """One fen on each account of each side: what no line names stands in the last one of its side."""
    turnover_of_all = {code: [100, 0] for code in SMALL_BUSINESS.accounts}
    lines = balance_lines(SMALL_BUSINESS, turnover_of_all)
    sheet = balance_sheet(SMALL_BUSINESS, turnover_of_all)
    sums = dict.fromkeys(("assets", "liabilities", "equity"), 0)
    for line in lines:
        sums[line.side] += line.amount
    assert sums == {
        "assets": sheet.total_assets,
        "liabilities": sheet.total_liabilities,
        "equity": sheet.total_equity,
    }


def test_profit_is_told_by_store_and_adds_up_to_the_company(books: TenantStore) -> None:
    """Each store's statement is `profit_and_loss` of its own entries, and margins are never averaged."""
    question = Question(first=date(2026, 10, 1), last=date(2026, 10, 31))
    inside = [entry for day, entry in every_entry(books) if question.first <= day <= question.last]
    whole = profit_and_loss(SMALL_BUSINESS, inside)
    dataset = asked(books, "profit-and-loss", question)
    statement = {english(row["line"]): row["this_period"] for row in rows_of(dataset, "profit_statement")}
    assert statement["Revenue"] == whole.revenue != 0
    assert statement["Selling expenses"] == whole.selling != 0
    assert statement["Profit before tax"] == whole.profit_before_tax
    section = dataset.section("profit_by_store")
    assert section.total is not None
    total = cells(section.total, section)
    assert total["gross_profit"] == whole.gross_profit
    assert total["gross_margin"] == whole.gross_margin
    for row in rows_of(dataset, "profit_by_store"):
        own = profit_and_loss(SMALL_BUSINESS, [entry for entry in inside if entry.store == row["code"]])
        assert (row["revenue"], row["gross_profit"], row["operating_profit"]) == (
            own.revenue,
            own.gross_profit,
            own.operating_profit,
        )
    september = asked(books, "profit-and-loss", question).section("profit_statement").rows[0]
    base = [entry for day, entry in every_entry(books) if day.month == 9]
    assert september.cells[2] == profit_and_loss(SMALL_BUSINESS, base).revenue


def test_a_general_ledger_runs_from_opening_to_balance(books: TenantStore) -> None:
    """Every account: the opening, then months that add up to the balance at the end, and the year so far."""
    dataset = asked(books, "general-ledger", account="1405")
    told = list(rows_of(dataset, "general_ledger"))
    assert {row["code"] for row in told} == {"1405"}
    stock = [(day, entry.amount) for day, entry in every_entry(books) if entry.account == "1405"]
    assert told[0]["balance"] == abs(sum(amount for day, amount in stock if day < BOTH_MONTHS.first))
    assert told[-1]["balance"] == abs(sum(amount for day, amount in stock if day <= BOTH_MONTHS.last))
    years = [row for row in told if english(row["summary"]) == "This year"]
    assert years[-1]["debit"] == sum(
        amount for day, amount in stock if amount > 0 and day <= BOTH_MONTHS.last
    ), "the year began before the period"


def test_a_detail_ledger_lists_each_entry_of_an_account(books: TenantStore) -> None:
    """In order, with a running balance that ends where the days do; without an account only days are told."""
    cost = SMALL_BUSINESS.codes[Role.COST_OF_SALES]
    question = Question(first=date(2026, 11, 1), last=date(2026, 11, 15))
    dataset = asked(books, "detail-ledger", question, account=cost)
    inside = [
        entry.amount
        for day, entry in every_entry(books)
        if entry.account == cost and question.first <= day <= question.last
    ]
    listed = list(rows_of(dataset, "detail_entries"))
    section = dataset.section("detail_entries")
    assert section.total is not None
    total = cells(section.total, section)
    assert len(listed) == len(inside)
    assert total["debit"] == sum(amount for amount in inside if amount > 0)
    assert total["credit"] == -sum(amount for amount in inside if amount < 0)
    days = list(rows_of(dataset, "detail_days"))
    assert days[-1]["balance"] == listed[-1]["balance"]
    assert [section.key for section in asked(books, "detail-ledger", question).sections] == ["detail_days"]
    with pytest.raises(DomainError, match="ledger_account_unknown"):
        asked(books, "detail-ledger", account="9999")
    with pytest.raises(DomainError, match="report_parameter_unknown"):
        asked(books, "trial-balance", account=cost)


def test_what_is_not_in_the_books_yet_is_said(books: TenantStore) -> None:
    """Facts on their way to a voucher make a note, and a store's share of the books says that it is one."""
    assert not [note for note in asked(books, "trial-balance").notes if "books yet" in note.en]
    alone = Question(first=BOTH_MONTHS.first, last=BOTH_MONTHS.last, stores=("s1",))
    assert [note for note in asked(books, "trial-balance", alone).notes if "chosen stores" in note.en]
    late = Shop(books, "s3")
    late.log("a").record(dated(date(2026, 11, 2), received("late", 1, PIECE), "late")).push()
    late.project()
    assert [note for note in asked(books, "trial-balance").notes if note.en.startswith("1 facts")]


def test_the_month_explains_its_gross_profit_to_the_fen(books: TenantStore) -> None:
    """October beside September: the bridge runs from one gross profit to the other, and goods earn what entries say."""
    october = Question(first=date(2026, 10, 1), last=date(2026, 10, 31))
    dataset = asked(books, "monthly", october)
    entries = every_entry(books)
    profit = {
        month: profit_and_loss(SMALL_BUSINESS, [entry for day, entry in entries if day.month == month])
        for month in (9, 10)
    }
    steps = [row["gross_profit"] for row in rows_of(dataset, "month_bridge")]
    assert (steps[0], steps[-1]) == (profit[9].gross_profit, profit[10].gross_profit)
    assert sum(int(str(step)) for step in steps[:-1]) == steps[-1]
    names = [english(row["step"]) for row in rows_of(dataset, "month_bridge")]
    assert steps[names.index("Other, of no product")] == 0
    (tea,) = rows_of(dataset, "month_best")
    assert (tea["revenue"], tea["cost_of_sales"]) == (profit[10].revenue, profit[10].cost_of_sales)
    amounts = {english(row["kpi"]): row["this_month"] for row in rows_of(dataset, "month_amounts")}
    assert amounts["Stock at cost"] == stock_at(entries, date(2026, 10, 31))
    bank = [row for row in rows_of(dataset, "month_money") if row["code"] == "1002"]
    assert [row["closing_balance"] for row in bank] == [
        sum(entry.amount for day, entry in entries if entry.account == "1002" and day.month <= 10)
    ]
    running = asked(books, "monthly", Question(first=date(2026, 11, 1), last=date(2026, 11, 30)))
    assert [note for note in running.notes if "still runs" in note.en]


def stock_at(entries: Posted, day: date, store: str = "") -> int:
    """What the stock account stood at."""
    return sum(
        entry.amount
        for when, entry in entries
        if entry.account == "1405" and when <= day and store in ("", entry.store)
    )


@pytest.mark.parametrize("by", ["store", "category", "sku"])
def test_return_on_stock_rests_on_the_mean_of_daily_values(books: TenantStore, by: str) -> None:
    """September and October: every day's closing value of the stock account, added up and divided by the days."""
    dataset = asked(books, "gmroi", Question(first=date(2026, 9, 10), last=date(2026, 10, 2)), by=by)
    entries = every_entry(books)
    days = [date(2026, 9, 1) + timedelta(days=offset) for offset in range(61)]
    section = dataset.section("stock_earns")
    assert section.total is not None
    total = cells(section.total, section)
    stores = ("s1", "s2") if by == "store" else ("",)
    means = [half_up(sum(stock_at(entries, day, store) for day in days), len(days)) for store in stores]
    assert abs(int(str(total["average_stock_value"])) - sum(means)) <= 1, "each line is rounded by itself"
    assert total["stock_value"] == stock_at(entries, days[-1])
    profit = profit_and_loss(SMALL_BUSINESS, [entry for day, entry in entries if day <= days[-1]])
    assert total["gross_profit"] == profit.gross_profit
    assert total["gmroi"] == half_up(profit.gross_profit * 10_000, int(str(total["average_stock_value"])))


@pytest.mark.parametrize("day", [date(2026, 10, 17), date(2026, 10, 31), TODAY])
def test_stock_at_any_close_ties_to_the_ledger(books: TenantStore, day: date) -> None:
    """By store, category and SKU the same total, which is the stock account's balance; bands of age add up to it."""
    dataset = asked(books, "stock-value", Question(first=day, last=day))
    balance = stock_at(every_entry(books), day)
    assert [figure.value for figure in dataset.figures] == [balance, 0]
    for key in ("stock_by_place", "stock_by_category", "stock_by_sku"):
        section = dataset.section(key)
        assert section.total is not None
        total = cells(section.total, section)
        assert total["stock_value"] == balance
        assert sum(int(str(total[column])) for column in total if column.startswith("age_")) == balance
    for row in rows_of(dataset, "stock_by_place"):
        assert row["stock_value"] == stock_at(every_entry(books), day, str(row["code"]))
    assert not [
        column
        for section in asked(books, "stock-value", Question(first=day, last=day), labels=False).sections
        for column in section.columns
        if column.kind == "money"
    ]
