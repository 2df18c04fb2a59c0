"""A shop's own sales file: any column names, two encodings, several dates; all of it or nothing, once."""

from collections.abc import Iterator
from datetime import date, time
from pathlib import Path

import pytest

from edge.app import DAY_BOOK
from edge.ledger import dbapi
from edge.ledger.verify import verify
from edge.ledger.writer import Writer
from edge.sales_files.importing import import_file
from edge.sales_files.reading import Layout, columns_of, read_file
from shared.errors import DomainError
from tests.support.edge_node import new_day_book, store_rows

PLAIN = Layout(columns=columns_of("date=Date,sku=Item,qty=Qty,amount=Total"))


@pytest.fixture
def writer(folder: Path) -> Iterator[Writer]:
    started = new_day_book(folder, rows=store_rows())
    yield started
    started.stop()


def csv_of(*lines: str, header: str = "Date,Item,Qty,Total") -> bytes:
    return "\n".join((header, *lines, "")).encode()


def sales(folder: Path) -> list[tuple[str, int, int, int]]:
    """(day, sales, amount, returned) of every day."""
    connection = dbapi.open_reader(folder / DAY_BOOK)
    found = connection.execute(
        "SELECT business_date, sales, amount, returned FROM sales_total ORDER BY business_date"
    ).fetchall()
    connection.close()
    return found


def keys(layout: Layout, data: bytes) -> list[tuple[int, str]]:
    return [(trouble.line, trouble.error.key) for trouble in read_file(data, layout)[1]]


def test_a_file_becomes_sales_and_returns_of_its_days(writer: Writer, folder: Path) -> None:
    """Two days, a discount, a return, a barcode instead of an article number: the books say what the file says."""
    layout = Layout(
        columns=columns_of("date=Day,time=Clock,sku=Item,qty=Qty,amount=Paid,discount=Off,receipt=No")
    )
    data = csv_of(
        "2026-03-01,09:15,milk,2,25.00,0,A1",
        "2026-03-01,09:15,rice,1,40.00,8.00,A1",
        "2026-03-01,09:20,06901234567892,1,12.50,,A2",
        "2026-03-02,18:59:30,milk,-1,-12.50,,A3",
        header="Day,Clock,Item,Qty,Paid,Off,No",
    )
    told = import_file(writer, data, layout, "owner")
    assert (told.troubles, told.lines, told.sales, told.returns) == ([], 4, 2, 1)
    assert (told.first_day, told.last_day) == ("2026-03-01", "2026-03-02")
    assert sales(folder) == [("2026-03-01", 2, 7750, 0), ("2026-03-02", 0, 0, 1250)]
    assert verify(folder / DAY_BOOK).faults == []


def test_the_same_file_again_changes_nothing(writer: Writer, folder: Path) -> None:
    """Imported twice, booked once; and it says so."""
    data = csv_of("2026-03-01,milk,2,25.00", "2026-03-01,milk,2,25.00")
    import_file(writer, data, PLAIN, "owner")
    told = import_file(writer, data, PLAIN, "owner")
    assert told.known_before == 2
    assert sales(folder) == [("2026-03-01", 2, 5000, 0)]


@pytest.mark.parametrize(
    ("bad", "key"),
    [
        ("2026-03-02,unknown,1,5.00", "sku_unknown"),
        ("2026-03-02,pills,1,9.90", "stock_short"),
        ("2026-03-02,milk,0.5,6.25", "quantity_too_fine"),
        ("2026-03-02,milk,1,9.999", "amount_finer_than_fen"),
        ("2026-02-30,milk,1,12.50", "import_date"),
        ("2026-03-02,milk,one,12.50", "import_number"),
        ("2026-03-02,milk,1,-12.50", "import_signs_differ"),
        ("2026-03-02,milk,0,0", "quantity_not_positive"),
        ("2026-03-02,milk", "import_cell_missing"),
        ("03/04/2026,milk,1,12.50", "import_date_ambiguous"),
    ],
)
def test_one_bad_line_keeps_the_whole_file_out(writer: Writer, folder: Path, bad: str, key: str) -> None:
    """The line is named with its reason, and not even the good lines are recorded."""
    told = import_file(writer, csv_of("2026-03-01,milk,1,12.50", bad), PLAIN, "owner")
    assert [(trouble.line, trouble.error.key) for trouble in told.troubles] == [(3, key)]
    assert sales(folder) == []
    assert writer.head.seq == 0
    assert verify(folder / DAY_BOOK).faults == []


def test_every_bad_line_is_told_at_once() -> None:
    """Nobody repairs a file one error a run."""
    data = csv_of("x,milk,1,1", "2026-03-01,milk,1,1", "2026-03-01,milk,y,1")
    assert keys(PLAIN, data) == [(2, "import_date"), (4, "import_number")]


def test_unknown_goods_are_told_beside_unreadable_lines(writer: Writer) -> None:
    """Both kinds of trouble in one report, by line."""
    told = import_file(writer, csv_of("2026-03-01,wine,1,1", "x,milk,1,1"), PLAIN, "owner")
    assert [(trouble.line, trouble.error.key) for trouble in told.troubles] == [
        (2, "sku_unknown"),
        (3, "import_date"),
    ]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-03-04", date(2026, 3, 4)),
        ("2026/3/4", date(2026, 3, 4)),
        ("20260304", date(2026, 3, 4)),
        ("2026年3月4日", date(2026, 3, 4)),
        ("4.3.2026", date(2026, 3, 4)),
        ("31/03/2026", date(2026, 3, 31)),
        ("03/31/2026", date(2026, 3, 31)),
        ("2026-03-04 18:30", date(2026, 3, 4)),
        ("2026-03-04T18:30:00Z", date(2026, 3, 4)),
    ],
)
def test_dates_as_shops_write_them(text: str, day: date) -> None:
    """What can be read in one way only is read."""
    lines, troubles = read_file(csv_of(f"{text},milk,1,1"), PLAIN)
    assert troubles == []
    assert lines[0].day == day
    assert lines[0].at == (time(18, 30) if "18" in text else time(12))


def test_a_date_of_two_readings_is_read_as_told() -> None:
    """With the order given there is no doubt."""
    for order, month in (("dmy", 4), ("mdy", 3)):
        layout = Layout(columns=PLAIN.columns, date_order=order)  # type: ignore[arg-type]
        assert read_file(csv_of("03/04/2026,milk,1,1"), layout)[0][0].day.month == month


def test_chinese_columns_in_the_old_encoding() -> None:
    """A file as an older till exports it: GB18030, tabs, currency signs, thousands."""
    layout = Layout(columns=columns_of("date=日期,sku=货号,qty=数量,amount=金额"))
    data = "日期\t货号\t数量\t金额\n2026-03-01\tmilk\t1,200\t￥15,000.00\n".encode("gb18030")
    (line,) = read_file(data, layout)[0]
    assert (line.sku, line.qty, line.amount) == ("milk", "1200", "15000")


def test_decimal_commas_are_read_when_told_and_asked_about_when_not() -> None:
    """ "12,50" is twelve and a half only where somebody says so."""
    data = b"Date;Item;Qty;Total\n01.03.2026;milk;1;1.012,50\n"
    assert keys(PLAIN, data) == [(2, "import_number")]
    layout = Layout(columns=PLAIN.columns, decimal_comma=True)
    assert read_file(data, layout)[0][0].amount == "1012.5"


@pytest.mark.parametrize(
    ("data", "key"),
    [
        (b"", "import_empty"),
        (csv_of(), "import_empty"),
        (csv_of("1,2,3,4", header="a,b,c,d"), "import_column_missing"),
        (csv_of("1,2,3,4,5", header="Date,Item,Qty,Total,Total"), "import_column_missing"),
        (b"\xff\xfe\x00\x01\x81", "import_encoding"),
    ],
)
def test_a_file_that_is_none_of_ours_says_why(data: bytes, key: str) -> None:
    """Empty, without the columns, or no text at all."""
    with pytest.raises(DomainError) as refused:
        read_file(data, PLAIN)
    assert refused.value.key == key


def test_lines_of_other_stores_are_left_aside(writer: Writer, folder: Path) -> None:
    """A chain's file names its stores; this node takes its own."""
    layout = Layout(columns=columns_of("date=Date,sku=Item,qty=Qty,amount=Total,store=Shop"))
    data = csv_of(
        "2026-03-01,milk,1,12.50,North", "2026-03-01,milk,1,12.50,South", header="Date,Item,Qty,Total,Shop"
    )
    told = import_file(writer, data, layout, "owner", "North")
    assert (told.lines, told.other_stores) == (1, 1)
    assert sales(folder) == [("2026-03-01", 1, 1250, 0)]
