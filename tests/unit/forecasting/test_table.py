"""A file of sales with everything wrong that files of sales have: nothing stops, everything is listed."""

from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pytest
from pyarrow import parquet

from cloud.forecasting.learned.panel import add_faults, panel_of
from cloud.forecasting.learned.table import Table, day_of, number_of, read_table
from shared.errors import DomainError
from shared.forecasting.models import DAILY, MONTHLY, WEEKLY


def table(folder: Path, text: str, encoding: str = "utf-8") -> Table:
    """A CSV file with this text, read."""
    file = folder / "sales.csv"
    file.write_bytes(text.encode(encoding))
    return read_table(file)


def test_a_plain_file_is_read_as_it_is(tmp_path: Path) -> None:
    """Each row a series and a day, sorted, covariates apart by what is known ahead."""
    read = table(
        tmp_path,
        "series,date,qty,available,sku,known_price,rain\nb,2024-02-28,2,1,x,9.5,0\na,2024-02-29,3.5,0.5,y,8,1\n",
    )
    assert (read.series, read.qty, read.available) == (["a", "b"], [3.5, 2.0], [0.5, 1.0])
    assert read.dates == [date(2024, 2, 29), date(2024, 2, 28)]
    assert read.groups == {"store": ["", ""], "sku": ["y", "x"], "category": ["", ""]}
    assert (read.known, read.past) == ({"price": [8.0, 9.5]}, {"rain": [1.0, 0.0]})
    assert not any(read.faults.values())


def test_a_file_of_a_chinese_spreadsheet_is_read(tmp_path: Path) -> None:
    """GB 18030, a day with slashes, headings with blanks and capitals."""
    read = table(tmp_path, "Series, Date ,QTY\n包子,2024/2/29,3\n", "gb18030")
    assert (read.series, read.dates, read.qty) == (["包子"], [date(2024, 2, 29)], [3.0])


def test_store_and_sku_name_a_series_where_no_column_does(tmp_path: Path) -> None:
    """The pair is the name."""
    assert table(tmp_path, "store,sku,date,qty\n1,9,2024-01-01,3\n").series == ["1/9"]


def test_each_fault_is_put_right_by_its_rule_and_named(tmp_path: Path) -> None:
    """Negative sales are 0, what is no number is unknown, the same row twice counts once, two amounts are added."""
    read = table(
        tmp_path,
        "series,date,qty,available\n"
        "negative,2024-01-01,-3,1\n"
        "text,2024-01-01,three,1\n"
        "twice,2024-01-01,4,1\ntwice,2024-01-01,4,1\n"
        "parts,2024-01-01,4,1\nparts,2024-01-01,3,1\n"
        "torn,2024-01-01,?,1\ntorn,2024-01-01,!,1\n"
        "share,2024-01-01,4,1.5\n"
        "day,2023-02-29,4,1\nday,2024-01-02,5,1\n"
        "typing,2204-01-01,4,1\ntyping,2024-01-02,5,\n"
        ",2024-01-01,4,1\n",
    )
    qty = dict(zip(read.series, read.qty, strict=True))
    assert qty["negative"] == 0.0
    assert qty["text"] != qty["text"]
    assert qty["torn"] != qty["torn"]
    assert (qty["twice"], qty["parts"], qty["day"], qty["typing"]) == (4.0, 7.0, 5.0, 5.0)
    assert {name: sorted(faults) for name, faults in read.faults.items() if faults} == {
        "negative": ["negative_sales"],
        "text": ["quantity_unreadable"],
        "twice": ["duplicates"],
        "parts": ["duplicates"],
        "torn": ["duplicates", "quantity_unreadable"],
        "share": ["available_out_of_range"],
        "day": ["date_unreadable"],
        "typing": ["date_out_of_range"],
    }
    assert read.dropped == {"date_out_of_range": 1, "date_unreadable": 1, "series_missing": 1}


def test_what_only_shows_in_a_whole_series_is_named_too(tmp_path: Path) -> None:
    """Gaps, zeros for a year, two days of history, a series that ended long ago."""
    days = [f"2024-{month:02d}-{day:02d}" for month in range(1, 13) for day in range(1, 29)]
    lines = [f"gaps,{day},2" for day in days] + [f"zeros,{day},0" for day in days]
    lines += [f"short,{day},2" for day in days[-2:]] + [f"ended,{day},2" for day in days[:30]]
    read = table(tmp_path, "\n".join(["series,date,qty", *lines]))
    panel = panel_of(read, 7)
    add_faults(read.faults, panel, 7, 2)
    assert read.faults["gaps"] == {"gaps"}
    assert read.faults["zeros"] == {"gaps", "never_sold"}
    assert read.faults["short"] == {"short_history"}
    assert read.faults["ended"] >= {"ended"}


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("series,day,qty\na,2024-01-01,1\n", "forecast_columns_missing"),
        ("series,date\na,2024-01-01\n", "forecast_columns_missing"),
        ("", "forecast_file_empty"),
        ("series,date,qty\n", "forecast_file_empty"),
        ("series,date,qty\na,yesterday,1\n", "forecast_file_empty"),
        ("series,date,qty\na,2024-01-01,1,5,6\n", "forecast_file_unreadable"),
    ],
)
def test_a_file_without_the_essential_is_refused_by_name(tmp_path: Path, text: str, key: str) -> None:
    """There is nothing to degrade where there are no days, quantities or series."""
    with pytest.raises(DomainError) as refused:
        table(tmp_path, text)
    assert refused.value.key == key


def test_of_two_columns_with_one_name_the_first_counts(tmp_path: Path) -> None:
    """As spreadsheets make them, where somebody has copied a column."""
    assert table(tmp_path, "series,date,qty,qty,Qty\na,2024-01-01,3,4,5\n").qty == [3.0]


def test_a_list_in_a_cell_is_no_figure(tmp_path: Path) -> None:
    """Such a column of Parquet is left out, and missed where it is one of the three."""
    file = tmp_path / "sales.parquet"
    plain = {"series": ["a"], "date": [date(2024, 1, 1)], "qty": [3], "tags": [["new"]]}
    parquet.write_table(pa.table(plain), file)
    read = read_table(file)
    assert (read.qty, read.past) == ([3.0], {})
    parquet.write_table(pa.table(plain | {"qty": [[3]]}), file)
    with pytest.raises(DomainError) as refused:
        read_table(file)
    assert refused.value.key == "forecast_columns_missing"


def test_what_is_no_parquet_file_is_refused(tmp_path: Path) -> None:
    """The reason comes from the reader."""
    file = tmp_path / "sales.parquet"
    file.write_text("series,date,qty")
    with pytest.raises(DomainError) as refused:
        read_table(file)
    assert refused.value.key == "forecast_file_unreadable"


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("2024/2/9", date(2024, 2, 9)),
        ("20240229", date(2024, 2, 29)),
        ("2024-02-29T10:00:00", date(2024, 2, 29)),
        (datetime(2024, 2, 29, 10), date(2024, 2, 29)),  # noqa: DTZ001
        (date(2024, 2, 29), date(2024, 2, 29)),
        ("2023-02-29", None),
        ("9999-12-31", None),
        (date(9999, 12, 31), None),
        ("", None),
        (None, None),
    ],
)
def test_days_are_read_as_people_write_them(cell: object, day: date | None) -> None:
    """And what is none is told from what is one."""
    assert day_of(cell) == day


@pytest.mark.parametrize(("cell", "number"), [("1,250.5", 1250.5), (3, 3.0), ("inf", None), ("", None)])
def test_numbers_are_read_as_people_write_them(cell: object, number: float | None) -> None:
    """Infinite is no quantity."""
    assert number_of(cell) == number if number is not None else number_of(cell) != number_of(cell)


def test_the_cadence_is_seen_from_the_dates() -> None:
    """Firsts of months are months, dates whole weeks apart are weeks, all else is days."""
    from cloud.forecasting.learned.panel import cadence_of

    assert cadence_of([date(2024, month, 1) for month in range(1, 13)]) is MONTHLY
    assert cadence_of([date(2024, 1, day) for day in (1, 8, 22)]) is WEEKLY
    assert cadence_of([date(2024, 1, day) for day in (1, 8, 9)]) is DAILY
