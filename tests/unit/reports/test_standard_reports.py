"""Every standard report: what all of them owe, and each one's figures against the slow, obvious way over ten weeks."""

from __future__ import annotations

import io
import re
from collections import defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import openpyxl
import pypdf
import pytest
from sqlalchemy import event

from cloud.reports.answering import Wanted, answered
from cloud.reports.asked import Question
from cloud.reports.dataset import Dataset, Named, readable, told
from cloud.reports.exports.pdf import pdf
from cloud.reports.exports.shown import ROWS_MAX, column_title, section_title, shown
from cloud.reports.exports.xlsx import xlsx
from cloud.reports.how_do_sales_compare import BYS
from cloud.reports.registry import Report, report_of, reports
from cloud.reports.stock_over_time import BY_LOT, balances_at
from cloud.reports.what_was_lost import losses
from cloud.reports.what_was_missing import LISTED_DAYS, missing, out_at_close
from cloud.store.engine import Database, sqlite_url
from cloud.store.migrate import prepare
from cloud.store.tenant import TenantStore
from shared.access.labels import ALL_LABELS, Label
from shared.access.roles import EVERY_PERMISSION
from shared.i18n import LANGUAGES, all_texts
from shared.sales.events import GoodsReturned, SaleRecorded, TenderKind
from shared.stock.events import WasteReason
from shared.units import MICRO
from tests.support.shop import TODAY, Shop, moment_ms
from tests.unit.reports.conftest import Months, book_into
from tests.unit.reports.months import FIRST, SEED, close_of, facts_of, moves_by_day, ten_weeks

Book = Callable[..., None]
NOW_MS = moment_ms("20:00")
EVERY = [pytest.param(report, id=key) for key, report in reports().items()]
WEEKS_10 = Question(first=FIRST, last=TODAY)


def asked(
    chain: TenantStore,
    key: str,
    question: Question = WEEKS_10,
    labels: frozenset[Label] = ALL_LABELS,
    **wanted: object,
) -> Dataset:
    """The dataset of a report as its route makes it."""
    with chain.reading() as reading:
        told_ = Wanted(**wanted)  # type: ignore[arg-type]
        return answered(report_of(key), reading, question, told_, labels, TODAY, NOW_MS)


def every_way(report: Report) -> list[dict[str, object]]:
    """All groupings and comparisons of a report."""
    ways: list[dict[str, object]] = [{"by": by} for by in report.by] or [{}]
    if report.compares:
        ways.append({**ways[0], "compare": "year"})
    if report.accounts:
        ways.append({"account": "1405"})
    return ways


@pytest.mark.parametrize("report", EVERY)
def test_a_report_declares_who_may_ask_and_is_called_something(report: Report) -> None:
    """Its permission exists; title, question, sections, columns and groupings have texts in both languages."""
    assert report.permission in EVERY_PERMISSION
    name = report.key.replace("-", "_")
    keys = [f"report_{name}", f"report_{name}_asks", *(f"report_by_{by}" for by in report.by)]
    for section, columns in report.sections.items():
        keys += [f"section_{section}", *(f"column_{column.key}" for column in columns)]
    assert not [key for key in keys if key not in all_texts()]


def test_every_tender_and_every_reason_for_waste_has_a_name() -> None:
    """Whoever adds one gives it its words, or the report about it could not be told."""
    keys = [f"tender_{kind}" for kind in get_args(TenderKind)] + [
        f"waste_{why}" for why in get_args(WasteReason)
    ]
    assert not [key for key in keys if key not in all_texts()]


@pytest.mark.parametrize("report", EVERY)
def test_an_empty_shop_has_reports_that_say_nothing(chain: TenantStore, report: Report) -> None:
    """No division by nothing, no row out of nowhere, in every form and language."""
    for way in every_way(report):
        dataset = asked(chain, report.key, **way)
        for section in dataset.sections:
            for row in section.rows:
                assert not [cell for cell in row.cells if isinstance(cell, int) and cell], section.key
        for language in LANGUAGES:
            assert shown(dataset, language).title
            assert xlsx(dataset, language).startswith(b"PK")
            assert pdf(dataset, language).startswith(b"%PDF")


@pytest.mark.parametrize("report", EVERY)
def test_totals_are_the_sums_of_their_rows(months: Months, report: Report) -> None:
    """Wherever a column says that it sums."""
    checked = 0
    for way in every_way(report):
        for section in asked(months.chain, report.key, **way).sections:
            if section.total is None:
                continue
            for place, column in enumerate(section.columns):
                if column.sums and section.total.cells[place] is not None and place:
                    cells = [row.cells[place] for row in section.rows]
                    assert section.total.cells[place] == sum(cell for cell in cells if isinstance(cell, int))
                    checked += 1
    assert (
        checked
        or all(section.total is None for section in asked(months.chain, report.key).sections)
        or report.key
        in (
            "sell-through",
            "stock-outs",
        )
    )


@pytest.mark.parametrize("report", EVERY)
def test_a_report_about_one_store_speaks_of_no_other(months: Months, report: Report) -> None:
    """Neither by name nor in a link to its facts."""
    question = Question(first=FIRST, last=TODAY, stores=("S2",))
    for way in every_way(report):
        dataset = asked(months.chain, report.key, question, **way)
        assert dataset.store_count == 1
        for section in dataset.sections:
            for row in section.rows:
                assert "一店" not in row.cells
                assert "S1" not in row.cells
                assert "node=S1" not in row.facts


@pytest.mark.parametrize("report", EVERY)
def test_who_holds_no_label_gets_no_labelled_column(months: Months, report: Report) -> None:
    """The column is not there, neither are its cells, and a row still has one for each column."""
    for way in every_way(report):
        if report.by_needs.get(str(way.get("by"))):
            continue
        for section in asked(months.chain, report.key, labels=frozenset(), **way).sections:
            assert not [column for column in section.columns if column.label]
            assert {len(row.cells) for row in section.rows} <= {len(section.columns)}


def _cell(kind: str, cell: object, language: str) -> object:
    """What a spreadsheet holds of a cell, figured another way than the exporter does."""
    if isinstance(cell, Named):
        return told(cell, language) or None  # type: ignore[arg-type]
    if cell is None or cell == "":
        return None
    if kind == "date":
        return datetime.fromisoformat(str(cell))
    if isinstance(cell, int):
        return float(Fraction(cell, {"qty": MICRO, "money": 100, "percent": 10_000}.get(kind, 1)))
    return cell


@pytest.mark.parametrize("report", EVERY)
def test_a_spreadsheet_read_back_holds_the_dataset(months: Months, report: Report) -> None:
    """Sheet by sheet, cell by cell: numbers are numbers, dates are dates, and no cell is a formula."""
    for way in every_way(report):
        dataset = asked(months.chain, report.key, **way)
        book = openpyxl.load_workbook(io.BytesIO(xlsx(dataset, "zh-CN")))
        assert book.sheetnames[: len(dataset.sections)] == [
            section_title(section, "zh-CN") for section in dataset.sections
        ]
        for section in dataset.sections:
            sheet = book[section_title(section, "zh-CN")]
            assert sheet.freeze_panes == "B2"
            rows = [list(row) for row in sheet.iter_rows()]
            assert [cell.value for cell in rows[0]] == [
                column_title(column, "zh-CN") for column in section.columns
            ]
            told_rows = [*section.rows, *([section.total] if section.total else [])]
            assert len(rows) == 1 + len(told_rows)
            for cells, row in zip(rows[1:], told_rows, strict=True):
                for held, column, cell in zip(cells, section.columns, row.cells, strict=True):
                    wanted = _cell(column.kind, cell, "zh-CN")
                    assert held.value == (pytest.approx(wanted) if isinstance(wanted, float) else wanted)
                    assert held.data_type != "f"
                    if isinstance(wanted, float):
                        assert isinstance(held.value, int | float)
                    if column.kind == "money":
                        assert held.number_format in ("#,##0.00", "General") or cell is not None


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("report", EVERY)
def test_paper_read_back_holds_every_figure(months: Months, report: Report, language: str) -> None:
    """Every cell of every row as it is written, in the order of the rows; the header stands on every page."""
    dataset = asked(months.chain, report.key)
    pages = pypdf.PdfReader(io.BytesIO(pdf(dataset, language))).pages  # type: ignore[arg-type]
    text = _squeezed("".join(page.extract_text() for page in pages))
    for section in dataset.sections:
        assert _squeezed(section_title(section, language)) in text  # type: ignore[arg-type]
        for row in section.rows:
            for column, cell in zip(section.columns, row.cells, strict=True):
                written = _squeezed(readable(column.kind, cell, language))  # type: ignore[arg-type]
                if column.kind == "text":
                    # A long name stands on two lines, which are not read one after the other.
                    assert all(letter in text for letter in written), written
                else:
                    assert written in text, (section.key, column.key, written)
    count = len(pages)
    for number, page in enumerate(pages, 1):
        told_page = f"第{number}页，共{count}页" if language == "zh-CN" else f"Page{number}of{count}"
        assert told_page in _squeezed(page.extract_text())


BOUND = {
    "sales_day": "business_date", "sales_total": "business_date", "sales_cut": "business_date",
    "sales_week": "monday", "sales_month": "month", "stock_day": "business_date", "stock_month": "month",
    "waste_day": "business_date",
    "received_day": "business_date", "inspection": "business_date", "purchase_order": "due",
    "inbound_transfer": "sent_ms", "lying": "lying_present", "lot": "sku",
    "gl_day": "posting_date", "gl_month": "month", "gl_closing": "posting_date", "voucher": "posting_date",
    "goods_month": "month",
}  # fmt: skip
"""What a table that grows must be searched by, or the answer would cost the whole age of the day-book."""


@pytest.mark.parametrize("report", EVERY)
def test_no_report_costs_the_age_of_the_day_book(tmp_path: Path, report: Report) -> None:
    """The database's own plan of every statement: a growing table is searched by period, never walked through."""
    database = Database(sqlite_url(tmp_path / "cloud.db"))
    prepare(database)
    chain = TenantStore(database, "bakery")
    book_into(chain, Shop().open_up())
    plans: list[str] = []

    def explain(
        connection: Any, _cursor: Any, statement: str, given: Any, _context: Any, _many: bool
    ) -> None:
        if statement.startswith("SELECT"):
            asking = connection.connection.dbapi_connection.cursor()
            asking.execute(f"EXPLAIN QUERY PLAN {statement}", given)
            plans.extend(str(row[3]) for row in asking.fetchall())

    event.listen(database.engine, "before_cursor_execute", explain)
    past = Question(first=TODAY - timedelta(days=45), last=TODAY - timedelta(days=40))
    for way in every_way(report):
        asked(chain, report.key, past, **way)
    walked = []
    for plan in plans:
        words = plan.split()
        if words[0] in ("SEARCH", "SCAN") and words[1] in BOUND and BOUND[words[1]] not in plan:
            walked.append(plan)
    database.close()
    assert plans
    assert walked == []


def test_what_looks_like_a_formula_stays_a_text(chain: TenantStore, book: Book) -> None:
    """A product called =HYPERLINK(…) is called that, in a cell that says it is a text and keeps saying so."""
    shop = Shop().open_up()
    names = ['=HYPERLINK("http://x")', "+1", "-2 promo", "@SUM(A1)"]
    for number, name in enumerate(names):
        sku = f"odd{number}"
        shop.ask("catalogue.define_product", sku=sku, name=name, category="food", base_unit="pc")
        shop.ask("catalogue.set_price", sku=sku, price="1.00")
        shop.receive(sku, "5")
        shop.ask("sales.sell", lines=[{"sku": sku, "qty": "1"}])
    book(shop)
    dataset = asked(chain, "sales-by", by="sku")
    sheet = openpyxl.load_workbook(io.BytesIO(xlsx(dataset, "en"))).worksheets[0]
    held = {cell.value: cell for cell in sheet["A"][1:]}
    for name in names:
        assert held[name].data_type == "s"
        assert held[name].quotePrefix


def test_a_long_section_is_shown_in_part_and_exported_whole(chain: TenantStore, book: Book) -> None:
    """The page says how many rows there are, the spreadsheet has them, and the total is of all of them."""
    shop = Shop().open_up()
    count = ROWS_MAX + 20
    for number in range(count):
        shop.product(f"p{number:04d}", price="1.00")
    for start in range(0, count, 100):
        lines = [{"sku": f"p{number:04d}", "qty": "1"} for number in range(start, min(start + 100, count))]
        shop.ask("sales.sell", lines=lines)
    book(shop)
    dataset = asked(chain, "sales-by", by="sku")
    (section,) = shown(dataset, "en").sections
    assert (len(section.rows), section.count) == (ROWS_MAX, count)
    assert section.total is not None
    assert section.total.cells[2] == f"{count}.00"
    assert openpyxl.load_workbook(io.BytesIO(xlsx(dataset, "en"))).worksheets[0].max_row == count + 2


@pytest.mark.parametrize("seed", [SEED, 7])
def test_stock_at_any_past_close_is_the_sum_of_all_moves_until_then(
    chain: TenantStore, book: Book, seed: int
) -> None:
    """Lot by lot, on every tenth day of the ten weeks and the day before the first."""
    both = ten_weeks(seed)
    book(*both)
    with chain.reading() as reading:
        for offset in range(-1, 70, 10):
            day = FIRST + timedelta(days=offset)
            found = balances_at(reading, WEEKS_10, day, BY_LOT)
            assert {key: (one.on_hand, one.sellable) for key, one in found.items()} == close_of(both, day)


def test_sales_cut_any_way_add_up_to_the_same(months: Months) -> None:
    """And to what the facts say: what was paid less what was given back."""
    paid = sum(
        sum(line.amount for line in fact.lines) * (1 if isinstance(fact, SaleRecorded) else -1)
        for _, _, fact in facts_of(*months.shops)
        if isinstance(fact, SaleRecorded | GoodsReturned)
    )
    assert paid > 0
    for by in BYS:
        section = asked(months.chain, "sales-by", by=by).section("sales")
        place = [column.key for column in section.columns].index("amount")
        assert section.total is not None
        assert section.total.cells[place] == paid, by
    days = asked(months.chain, "sales-by", by="day").section("sales").rows
    assert len(days) == 70, "days without a sale are there too"


def test_sales_by_the_hour_follow_the_stores_own_clock(chain: TenantStore, book: Book) -> None:
    """01:40 UTC is 09:40 in Shanghai; in Adelaide it is 11:10 in winter and 12:10 in summer."""
    shop = Shop().open_up()
    shop.ask("catalogue.define_store", store="S1", name="一店", timezone="Australia/Adelaide")
    for day in (date(2026, 7, 1), date(2026, 11, 1)):
        shop.ask("sales.sell", day=day, at="01:40", lines=[{"sku": "cake", "qty": "1"}])
    book(shop)
    question = Question(first=date(2026, 6, 1), last=TODAY)
    rows = asked(chain, "sales-by", question, by="hour").section("sales").rows
    assert [row.cells[0] for row in rows] == ["11:00–11:59", "12:00–12:59"]


def test_stock_outs_are_those_of_a_walk_through_every_day(months: Months) -> None:
    """For each SKU, store and day: was it listed, was the store open, was there anything to sell at the close?"""
    moved, sold = moves_by_day(*months.shops), set()
    for store, day, fact in facts_of(*months.shops):
        if isinstance(fact, SaleRecorded):
            sold.add((store, day))
    span = Question(first=TODAY - timedelta(days=29), last=TODAY)
    wanted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for offset in range(30):
        day = span.first + timedelta(days=offset)
        sellable: defaultdict[tuple[str, str], int] = defaultdict(int)
        for (store, sku, _), (_, can_be_sold) in close_of(months.shops, day).items():
            sellable[store, sku] += can_be_sold
        for store in ("S1", "S2"):
            for sku in ("cake", "milk", "flour"):
                recent = any(
                    move.sku == sku
                    for back in range(LISTED_DAYS)
                    for move in moved.get((store, day - timedelta(days=back)), [])
                )
                if (store, day) in sold and (sellable[store, sku] > 0 or recent):
                    wanted[store, sku][1] += 1
                    wanted[store, sku][0] += sellable[store, sku] <= 0
    with months.chain.reading() as reading:
        found = {(one.store, one.sku): [one.days_out, one.days_listed] for one in missing(reading, span)}
    assert found == dict(wanted)
    assert sum(out for out, _ in found.values()) > 0, "a story without an empty shelf would prove nothing"


def test_what_is_out_at_the_close_is_what_the_walk_says_of_that_day(months: Months) -> None:
    """The day's report asks the database at once; it must name the same goods, whatever day it is."""
    empty = 0
    with months.chain.reading() as reading:
        for offset in range(70):
            day = Question(first=FIRST + timedelta(days=offset), last=FIRST + timedelta(days=offset))
            walked = {(one.store, one.sku) for one in missing(reading, day) if one.out_at_end}
            assert set(out_at_close(reading, day)) == walked, day.last
            empty += len(walked)
    assert empty > 0, "a story without an empty shelf would prove nothing"


def test_days_of_stock_use_the_mean_of_every_days_close(months: Months) -> None:
    """Not the mean of the two ends."""
    span = Question(first=TODAY - timedelta(days=29), last=TODAY)
    closes: defaultdict[str, int] = defaultdict(int)
    for offset in range(30):
        for (_, sku, _), (on_hand, _) in close_of(months.shops, span.first + timedelta(days=offset)).items():
            closes[sku] += on_hand
    section = asked(months.chain, "turnover", span).section("turnover")
    keys = [column.key for column in section.columns]
    rows = {row.cells[1]: dict(zip(keys, row.cells, strict=True)) for row in section.rows}
    for sku, sum_of_closes in closes.items():
        assert rows[sku]["average_stock"] == round(Fraction(sum_of_closes, 30))
        sold = rows[sku]["sold_net"]
        assert isinstance(sold, int)
        days = Fraction(sum_of_closes, sold)
        assert abs(int(rows[sku]["turn_days"]) - days * MICRO) <= MICRO // 20 + 1  # type: ignore[arg-type]


def test_stock_movements_close_where_they_must(months: Months) -> None:
    """Opening + in - out = closing on every line, and both ends are the sums of all moves."""
    span = Question(first=TODAY - timedelta(days=20), last=TODAY - timedelta(days=5))
    signs = {
        "opening": 1, "flow_received": 1, "flow_to_supplier": -1, "flow_sold": -1, "flow_returned": 1,
        "flow_sent": -1, "flow_arrived": 1, "flow_wasted": -1, "flow_given": -1, "flow_made": 1, "flow_used": -1,
        "flow_counted": 1, "flow_other": 1,
    }  # fmt: skip
    for by in ("sku", "category", "store"):
        section = asked(months.chain, "stock-movements", span, by=by).section("movements")
        keys = [column.key for column in section.columns]
        for row in section.rows:
            cells = dict(zip(keys, row.cells, strict=True))
            closing = sum(sign * int(cells[name]) for name, sign in signs.items())  # type: ignore[arg-type]
            assert closing == cells["closing"]
        assert section.total is not None
        ends = dict(zip(keys, section.total.cells, strict=True))
        for name, day in (("opening", span.first - timedelta(days=1)), ("closing", span.last)):
            assert ends[name] == sum(on_hand for on_hand, _ in close_of(months.shops, day).values())


def test_losses_are_those_of_the_moves(months: Months) -> None:
    """Thrown away by the move into waste; counts net within a product of a store, never across."""
    wasted: defaultdict[tuple[str, str], int] = defaultdict(int)
    counted: defaultdict[tuple[str, str], int] = defaultdict(int)
    for (store, _), moves in moves_by_day(*months.shops).items():
        for move in moves:
            wasted[store, move.sku] += move.qty * (move.target == "waste")
            counted[store, move.sku] += move.qty * ((move.source == "count") - (move.target == "count"))
    with months.chain.reading() as reading:
        found = losses(reading, WEEKS_10)
    assert sum(wasted.values()) > 0
    for key, lost in found.items():
        assert (lost.wasted, lost.gain - lost.shortage) == (wasted[key], counted[key])
        assert 0 in (lost.gain, lost.shortage)
    assert sum(one.transit for one in found.values()) > 0, (
        "each transfer of the story arrives one short of three"
    )


def test_what_sold_at_all_is_counted_once_for_the_chain(chain: TenantStore, book: Book) -> None:
    """Three products were there, one sold and was brought back whole, one sold in both stores: one of three."""
    first, second = Shop("S1").open_up(), Shop("S2").open_up()
    for shop in (first, second):
        shop.receive("cake", "10", lot="C")
        shop.ask("sales.sell", lines=[{"sku": "cake", "qty": "2"}])
    first.receive("milk", "10", lot="M")
    first.ask("sales.sell", lines=[{"sku": "milk", "qty": "1"}])
    first.ask("sales.take_back", lines=[{"sku": "milk", "qty": "1", "lot": "M"}], reason="sour")
    first.receive("flour", "10", lot="F", day=TODAY - timedelta(days=40))
    second.events = [event for event in second.events if b"catalogue." not in event]
    book(first, second)
    dataset = asked(chain, "sell-through", Question(first=TODAY, last=TODAY))
    assert [figure.value for figure in dataset.figures] == [3333, 1, 3]
    assert [row.cells[2:] for row in dataset.section("by_store").rows] == [(1, 3, 3333), (1, 1, 10_000)]
    assert [row.cells[1] for row in dataset.section("unsold").rows] == ["flour", "milk"]


def test_near_their_end_is_a_third_of_the_shelf_life(chain: TenantStore, book: Book) -> None:
    """Milk keeps seven days: near from two days left. A past close shows what lay there then."""
    shop = Shop().open_up()
    for left in (0, 1, 2, 3):
        shop.receive("milk", "10", lot=f"M{left}", expiry=(TODAY + timedelta(days=left)).isoformat())
    past = TODAY - timedelta(days=1)
    shop.receive("milk", "4", lot="old", expiry=past.isoformat(), day=past)
    shop.ask("stock.waste", day=TODAY, lines=[{"sku": "milk", "qty": "4", "lot": "old"}], reason="expired")
    shop.receive("cake", "1", lot="C7", expiry=(TODAY + timedelta(days=7)).isoformat())
    shop.receive("cake", "1", lot="C8", expiry=(TODAY + timedelta(days=8)).isoformat())
    book(shop)
    found = asked(chain, "expiring").section("near_lots").rows
    assert [(row.cells[4], row.cells[6]) for row in found] == [("M0", 0), ("M1", 1), ("M2", 2), ("C7", 7)]
    wide = asked(chain, "expiring", days=3).section("near_lots").rows
    assert [row.cells[4] for row in wide] == ["M0", "M1", "M2", "M3"]


def test_a_lot_wasted_today_was_still_there_yesterday(chain: TenantStore, book: Book) -> None:
    """The report of a past day finds lots that nothing of is left now."""
    yesterday = TODAY - timedelta(days=1)
    shop = Shop().open_up()
    shop.receive("milk", "10", lot="M", day=yesterday, expiry=TODAY.isoformat())
    shop.ask("stock.waste", lines=[{"sku": "milk", "qty": "10"}], reason="expired")
    book(shop)
    assert asked(chain, "expiring").section("near_lots").rows == ()
    (row,) = asked(chain, "expiring", Question(first=yesterday, last=yesterday)).section("near_lots").rows
    assert (row.cells[4], row.cells[6], row.cells[8]) == ("M", 1, 10 * MICRO)


def test_a_supplier_is_in_time_and_in_full_line_by_line(chain: TenantStore, book: Book) -> None:
    """Of three lines due one came whole in time, one came late, one came in part; price went from 1.00 to 1.20."""
    shop = Shop().open_up()
    due, early = TODAY - timedelta(days=2), TODAY - timedelta(days=20)
    shop.ask(
        "stock.receive", day=early, supplier="V1", lines=[{"sku": "cake", "qty": "10", "unit_cost": "1.00"}]
    )
    lines = [{"sku": sku, "qty": "10"} for sku in ("cake", "milk", "flour")]
    shop.ask(
        "purchasing.place_order", order="O1", supplier="V1", store="S1", due=due.isoformat(), lines=lines
    )
    shop.ask(
        "stock.receive", day=due, supplier="V1", order="O1",
        lines=[
            {"sku": "cake", "qty": "10", "unit_cost": "1.20", "lot": "C"},
            {"sku": "flour", "qty": "4", "lot": "F"},
        ],
    )  # fmt: skip
    shop.ask(
        "stock.receive",
        day=TODAY,
        supplier="V1",
        order="O1",
        lines=[{"sku": "milk", "qty": "10", "lot": "M"}],
    )
    receipt = next(fact.receipt for fact in reversed(shop.facts) if hasattr(fact, "receipt"))
    shop.ask(
        "quality.inspect", receipt=receipt,
        lines=[{"sku": "milk", "lot": "M", "accepted": "9", "rejected": "1"}],
    )  # fmt: skip
    shop.ask(
        "purchasing.place_order", order="O2", supplier="V1", store="S1", due=due.isoformat(), lines=lines
    )
    shop.ask("purchasing.cancel_order", order="O2", reason="twice")
    book(shop)
    dataset = asked(chain, "suppliers", Question(first=TODAY - timedelta(days=13), last=TODAY))
    (row,) = dataset.section("suppliers").rows
    keys = [column.key for column in dataset.section("suppliers").columns]
    cells = dict(zip(keys, row.cells, strict=True))
    assert (cells["lines_due"], cells["otif"]) == (3, 3333)
    assert cells["on_time"] == 5833, "14 of 24 that came"
    assert cells["short"] == 2000, "6 of 30 ordered"
    assert cells["refused"] == 1000
    assert cells["price_drift"] == 2000
    # (3333 x 40 + 8000 x 20 + 9000 x 30 + 8000 x 10) / 100
    assert cells["score"] == 6433
    assert [(line.cells[3], line.cells[6], line.cells[7]) for line in dataset.section("late_lines").rows] == [
        ("flour", 4 * MICRO, 4 * MICRO),
        ("milk", 0, 10 * MICRO),
    ]
    hidden = asked(chain, "suppliers", labels=frozenset()).section("suppliers")
    assert "price_drift" not in [column.key for column in hidden.columns]


def test_the_day_stands_beside_three_others(chain: TenantStore, book: Book) -> None:
    """Today 20.00 less 2.00 back against 10.00, 25.00 and 4.00; and what ran out is told."""
    shop = Shop().open_up()
    shop.receive("cake", "31", lot="C", day=TODAY - timedelta(days=370))
    days = {0: "10", 1: "5", 7: "12", 365: "2"}
    for back, qty in sorted(days.items(), reverse=True):
        when = TODAY - timedelta(days=back)
        shop.ask("sales.sell", day=when, lines=[{"sku": "cake", "qty": qty}])
    shop.ask("sales.take_back", lines=[{"sku": "cake", "qty": "1", "lot": "C"}], reason="stale")
    shop.ask("stock.waste", lines=[{"sku": "cake", "qty": "2"}], reason="damaged")
    book(shop)
    dataset = asked(chain, "daily")
    rows = dataset.section("day").rows
    assert [(row.cells[1], row.cells[2], row.cells[3]) for row in rows] == [
        (TODAY.isoformat(), 1800, None),
        ((TODAY - timedelta(days=1)).isoformat(), 1000, 8000),
        ((TODAY - timedelta(days=7)).isoformat(), 2400, -2500),
        ("2025-11-22", 400, 35_000),
    ]
    assert rows[0].cells[4:] == (1, 1800, 200, 2 * MICRO)
    assert [row.cells[1] for row in dataset.section("out_at_close").rows] == ["cake"], "the one left is held"
