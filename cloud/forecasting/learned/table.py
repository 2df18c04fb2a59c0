"""A file of sales, read cell by cell with nothing trusted: what is wrong is put right by a named rule and listed.

Columns: `series`, `date`, `qty`; optional `available` (share of open hours in stock), `store`, `sku`, `category`;
`known_*` are covariates known in advance, other numbers are known up to the origin only. Without `series`, store and
sku together name one. A file without dates or quantities is refused; everything else degrades the series it is in.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
import pyarrow as pa
from pyarrow import csv, parquet

from shared.errors import DomainError

NAMES: Final = ("series", "store", "sku", "category")
LARGEST: Final = 1e9
"""Nobody sells a billion of anything in a day; larger figures are typing mistakes and count as unknown."""
_SPLIT_DAYS: Final = 366
"""Dates that lie a year from all others are typing mistakes (2204 for 2024)."""
_LATEST: Final = date(9000, 1, 1)
"""Programs write 9999-12-31 for never; from there no calendar goes on."""
_EARLIEST: Final = date(1900, 1, 2)
"""And 0001-01-01, 1899-12-30 or 1900-01-01 for a day that was left empty."""

Column = list[Any]
Cell = TypeVar("Cell")
Faults = dict[str, set[str]]
"""Names of what is wrong, by series."""


class Table(msgspec.Struct, frozen=True, kw_only=True):
    """One row a series and date, cleaned; columns side by side. NaN where a figure is unknown."""

    series: list[str]
    dates: list[date]
    qty: list[float]
    available: list[float]
    groups: dict[str, list[str]]
    """`store`, `sku` and `category` of each row, "" where the file has none."""
    known: dict[str, list[float]]
    past: dict[str, list[float]]
    faults: Faults
    dropped: dict[str, int]
    """Rows that belong to no series or no day, by the name of what is wrong."""


def read_table(file: Path) -> Table:
    """Read a .csv or .parquet file. Raises `forecast_file_unreadable`, `forecast_columns_missing`,
    `forecast_file_empty`."""
    columns = _columns(file)
    if "series" not in columns and {"store", "sku"} <= columns.keys():
        pairs = zip(_texts(columns["store"]), _texts(columns["sku"]), strict=True)
        columns["series"] = [f"{store}/{sku}" if store and sku else None for store, sku in pairs]
    missing = [name for name in ("series", "date", "qty") if name not in columns]
    if missing:
        raise DomainError("forecast_columns_missing", columns=", ".join(missing))
    return _cleaned(columns)


def _columns(file: Path) -> dict[str, Column]:
    try:
        table = parquet.read_table(file) if file.suffix.lower() == ".parquet" else _read_csv(file)
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        raise DomainError("forecast_file_unreadable", why=" ".join(str(error).split())[:200]) from None
    named: dict[str, Column] = {}
    for name, cells in zip(table.column_names, table.columns, strict=True):
        # A list or a record in a cell is neither a name nor a figure.
        if not pa.types.is_nested(cells.type):
            named.setdefault(name.strip().lstrip("\ufeff").lower(), cells.to_pylist())
    return named


def _read_csv(file: Path) -> Any:
    """All cells as text, in UTF-8 or in what Chinese spreadsheets save (GB 18030)."""
    with file.open(encoding="utf-8-sig", errors="replace") as lines:
        heading = next(iter(lines), "")
    if not heading.strip():
        raise DomainError("forecast_file_empty")
    raw = file.read_bytes()
    encoding = "utf8"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        encoding = "gb18030"
    names = csv.open_csv(file, read_options=csv.ReadOptions(encoding=encoding)).schema.names
    texts = csv.ConvertOptions(
        column_types=dict.fromkeys(names, pa.string()),
        strings_can_be_null=True,
        null_values=["", "NA", "NaN", "null"],
    )
    return csv.read_csv(file, read_options=csv.ReadOptions(encoding=encoding), convert_options=texts)


def _cleaned(columns: dict[str, Column]) -> Table:
    faults: Faults = defaultdict(set)
    dropped: dict[str, int] = defaultdict(int)
    series = _texts(columns["series"])
    days = _each(columns["date"], day_of)
    rows = _in_range(
        [row for row in range(len(series)) if series[row] and days[row]], days, series, faults, dropped
    )
    for row in range(len(series)):
        if not series[row]:
            dropped["series_missing"] += 1
        elif not days[row]:
            dropped["date_unreadable"] += 1
            faults[series[row]].add("date_unreadable")
    if not rows:
        raise DomainError("forecast_file_empty")
    numbers = {
        name: _each(values, number_of) for name, values in columns.items() if name not in (*NAMES, "date")
    }
    numbers = {
        name: values
        for name, values in numbers.items()
        if name in ("qty", "available") or not all(math.isnan(value) for value in values)
    }
    rows = _one_a_day(rows, series, days, numbers, faults)
    qty = [_quantity(numbers["qty"][row], faults, series[row]) for row in rows]
    shares = numbers.get("available")
    return Table(
        series=[series[row] for row in rows],
        dates=[day for row in rows if (day := days[row])],
        qty=qty,
        available=[_share(shares[row], faults, series[row]) if shares else 1.0 for row in rows],
        groups={
            name: [texts[row] for row in rows]
            for name in NAMES[1:]
            for texts in [_texts(columns[name]) if name in columns else [""] * len(series)]
        },
        known=_covariates(numbers, rows, lambda name: name.startswith("known_")),
        past=_covariates(
            numbers, rows, lambda name: not name.startswith("known_") and name not in ("qty", "available")
        ),
        faults=faults,
        dropped=dict(dropped),
    )


def _covariates(
    numbers: dict[str, list[float]], rows: list[int], wanted: Callable[[str], bool]
) -> dict[str, list[float]]:
    return {
        name.removeprefix("known_"): [values[row] for row in rows]
        for name, values in sorted(numbers.items())
        if wanted(name)
    }


def _in_range(
    rows: list[int], days: list[Any], series: list[str], faults: Faults, dropped: dict[str, int]
) -> list[int]:
    """Only the rows of the stretch of dates that holds most of them; another stretch lies a year away or more."""
    stretches: list[list[date]] = []
    for day in sorted({days[row] for row in rows}):
        if not stretches or (day - stretches[-1][-1]).days > _SPLIT_DAYS:
            stretches.append([])
        stretches[-1].append(day)
    if len(stretches) <= 1:
        return rows
    longest = max(len(stretch) for stretch in stretches)
    main = set(next(stretch for stretch in stretches if len(stretch) == longest))
    for row in rows:
        if days[row] not in main:
            faults[series[row]].add("date_out_of_range")
            dropped["date_out_of_range"] += 1
    return [row for row in rows if days[row] in main]


def _one_a_day(
    rows: list[int], series: list[str], days: list[Any], numbers: dict[str, list[float]], faults: Faults
) -> list[int]:
    """Rows by series and date, one each: the same row again counts once, different quantities of a day are added.

    A day of which no row has a readable quantity stays unknown.
    """
    seen: dict[tuple[str, date], list[int]] = defaultdict(list)
    for row in rows:
        seen[series[row], days[row]].append(row)
    qty = numbers["qty"]
    kept = []
    for (name, _), twins in sorted(seen.items()):
        first = twins[0]
        if len(twins) > 1:
            faults[name].add("duplicates")
            amounts = {qty[row] for row in twins if not math.isnan(qty[row])}
            qty[first] = math.fsum(amounts) if amounts else math.nan
        kept.append(first)
    return kept


def _quantity(value: float, faults: Faults, series: str) -> float:
    if math.isnan(value) or value > LARGEST:
        faults[series].add("quantity_unreadable")
        return math.nan
    if value < 0:
        faults[series].add("negative_sales")
        return 0.0
    return value


def _share(value: float, faults: Faults, series: str) -> float:
    if math.isnan(value):
        return 1.0
    if not 0 <= value <= 1:
        faults[series].add("available_out_of_range")
    return min(1.0, max(0.0, value))


def _each(values: Column, read: Callable[[Any], Cell]) -> list[Cell]:
    """`read` of every cell; equal cells are read once, for a file of half a million rows has few different dates."""
    known: dict[Any, Cell] = {}
    for value in set(values):
        known[value] = read(value)
    return [known[value] for value in values]


def _texts(values: Iterable[Any]) -> list[str]:
    return ["" if value is None else str(value).strip() for value in values]


def number_of(cell: object) -> float:
    """A number, or NaN where the cell holds none."""
    if isinstance(cell, bool | int | float):
        value = float(cell)
    else:
        try:
            value = float(str(cell).strip().replace(",", ""))
        except ValueError:
            return math.nan
    return value if math.isfinite(value) else math.nan


def day_of(cell: object) -> date | None:
    """A day out of a date, a time stamp, 2024-02-29, 2024/2/29 or 20240229; None where it is none of these, or is so
    early or late that it stands for none."""
    day = _day_written(cell)
    return day if day is not None and _EARLIEST <= day < _LATEST else None


def _day_written(cell: object) -> date | None:
    if isinstance(cell, datetime):
        return cell.date()
    if isinstance(cell, date):
        return cell
    text = str(cell).strip().replace("/", "-").replace(".", "-").partition(" ")[0].partition("T")[0]
    parts = text.split("-") if "-" in text else [text[:4], text[4:6], text[6:]]
    try:
        year, month, day = (int(part) for part in parts)
        return date(year, month, day)
    except ValueError:
        return None
