"""From the bytes of somebody's sales file to lines with a date, goods, quantity and amount; errors by line.

The file says nothing about itself, so encoding and delimiter are found out, and what could mean two things (is
03/04 in March or April?) is asked back instead of guessed.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, time
from typing import Literal

import msgspec

from shared.errors import DomainError

REQUIRED = ("date", "sku", "qty", "amount")
OPTIONAL = ("time", "discount", "receipt", "store")
DateOrder = Literal["", "dmy", "mdy"]
_DELIMITERS = ",;\t|"
_ENCODINGS = ("utf-8-sig", "gb18030")
_NOON = time(12)

_YEAR_FIRST = re.compile(r"^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$", re.ASCII)
_COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$", re.ASCII)
_YEAR_LAST = re.compile(r"^(\d{1,2})([-/.])(\d{1,2})\2(\d{4})$", re.ASCII)
_TIME = re.compile(r"^(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$", re.ASCII)
_PLAIN = re.compile(r"^-?\d+(\.\d+)?$", re.ASCII)
_GROUPED = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$", re.ASCII)
_COMMA = re.compile(r"^-?\d+(,\d+)?$", re.ASCII)
_CURRENCY = "¥￥$€£"


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """What the file's columns are called, and how its dates and numbers are to be read."""

    columns: Mapping[str, str]
    date_order: DateOrder = ""
    decimal_comma: bool = False
    encoding: str = ""
    delimiter: str = ""


class FileLine(msgspec.Struct, frozen=True, kw_only=True):
    """One line as it stands in the file, its parts understood; numbers as decimal text."""

    number: int
    day: date
    at: time
    sku: str
    qty: str
    amount: str
    discount: str
    receipt: str
    store: str


class Trouble(msgspec.Struct, frozen=True):
    """What is wrong with a line; line 0 is the file as a whole."""

    line: int
    error: DomainError


def columns_of(text: str) -> dict[str, str]:
    """`date=Day,sku=Item` as a mapping. Raises `import_map_wrong`."""
    found: dict[str, str] = {}
    for part in text.split(","):
        name, equals, column = part.partition("=")
        if not equals or name.strip() not in (*REQUIRED, *OPTIONAL) or not column.strip():
            raise DomainError("import_map_wrong", part=part.strip()[:60])
        found[name.strip()] = column.strip()
    for name in REQUIRED:
        if name not in found:
            raise DomainError("import_map_wrong", part=f"{name}=?")
    return found


def read_file(data: bytes, layout: Layout) -> tuple[list[FileLine], list[Trouble]]:
    """The lines that can be read, and everything that cannot. Raises what is wrong with the file as a whole."""
    text = _decoded(data, layout.encoding)
    rows = csv.reader(
        io.StringIO(text, newline=""), delimiter=layout.delimiter or _delimiter(text), strict=True
    )
    try:
        header = [cell.strip() for cell in next(rows)]
    except (StopIteration, csv.Error):
        raise DomainError("import_empty") from None
    places = _places(header, layout.columns)
    lines: list[FileLine] = []
    troubles: list[Trouble] = []
    for number, cells in _numbered(rows, troubles):
        try:
            lines.append(_line(number, cells, places, layout))
        except DomainError as error:
            troubles.append(Trouble(number, error))
    if not lines and not troubles:
        raise DomainError("import_empty")
    return lines, troubles


def _decoded(data: bytes, encoding: str) -> str:
    for candidate in (encoding,) if encoding else _ENCODINGS:
        try:
            return data.decode(candidate)
        except (UnicodeDecodeError, LookupError):
            continue
    raise DomainError("import_encoding", tried=encoding or "UTF-8, GB18030")


def _delimiter(text: str) -> str:
    """The delimiter that cuts the first line most often."""
    first = text.splitlines()[0] if text else ""
    return max(_DELIMITERS, key=first.count)


def _places(header: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    for column in columns.values():
        if header.count(column) != 1:
            raise DomainError("import_column_missing", column=column, header=", ".join(header)[:200])
    return {name: header.index(column) for name, column in columns.items()}


def _numbered(rows: Iterable[list[str]], troubles: list[Trouble]) -> Iterable[tuple[int, list[str]]]:
    """Rows with their line numbers as an editor counts them; blank ones are passed over."""
    reader = iter(rows)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            troubles.append(Trouble(_line_num(rows), DomainError("import_quotes", why=str(error))))
            return
        if any(cell.strip() for cell in cells):
            yield _line_num(rows), cells


def _line_num(rows: object) -> int:
    found: int = getattr(rows, "line_num", 0)
    return found


def _line(number: int, cells: list[str], places: Mapping[str, int], layout: Layout) -> FileLine:
    def cell(name: str) -> str:
        place = places.get(name)
        if place is None:
            return ""
        if place >= len(cells):
            raise DomainError("import_cell_missing", column=layout.columns[name])
        return cells[place].strip()

    day_text, _, time_text = cell("date").replace("T", " ").partition(" ")
    time_text = cell("time") or time_text.strip().removesuffix("Z")
    sku = cell("sku")
    if not sku:
        raise DomainError("import_cell_missing", column=layout.columns["sku"])
    qty, amount = _number(cell("qty"), layout), _number(cell("amount"), layout)
    if qty.strip("-0.") == "":
        raise DomainError("quantity_not_positive", field="qty", text=qty)
    if amount.strip("-0.") and qty.startswith("-") != amount.startswith("-"):
        raise DomainError("import_signs_differ", qty=qty, amount=amount)
    discount = _number(cell("discount") or "0", layout).lstrip("-")
    return FileLine(
        number=number,
        day=_day(day_text, layout.date_order),
        at=_time(time_text),
        sku=sku,
        qty=qty,
        amount=amount,
        discount=discount,
        receipt=cell("receipt"),
        store=cell("store"),
    )


def _day(text: str, order: DateOrder) -> date:
    found = _YEAR_FIRST.match(text) or _COMPACT.match(text)
    try:
        if found:
            year, month, day = map(int, found.groups())
            return _in_range(date(year, month, day), text)
        last = _YEAR_LAST.match(text)
        if last is None:
            raise DomainError("import_date", text=text[:30])
        first, mark, second, year = int(last[1]), last[2], int(last[3]), int(last[4])
        if mark == "." or order == "dmy" or first > 12:
            return _in_range(date(year, second, first), text)
        if order == "mdy" or second > 12 or first == second:
            return _in_range(date(year, first, second), text)
    except ValueError:
        raise DomainError("import_date", text=text[:30]) from None
    raise DomainError("import_date_ambiguous", text=text[:30])


def _in_range(day: date, text: str) -> date:
    if not 2000 <= day.year < 2200:
        raise DomainError("import_date", text=text[:30])
    return day


def _time(text: str) -> time:
    if not text:
        return _NOON
    found = _TIME.match(text)
    try:
        if found:
            return datetime(2000, 1, 1, int(found[1]), int(found[2]), int(found[3] or 0)).time()  # noqa: DTZ001
    except ValueError:
        pass
    raise DomainError("import_time", text=text[:30])


def _number(text: str, layout: Layout) -> str:
    """Decimal text with a point. A comma that could be either kind is asked back."""
    bare = text.strip(_CURRENCY + " \u00a0").replace("\u2212", "-")
    if bare.startswith("(") and bare.endswith(")"):
        bare = "-" + bare[1:-1]
    matched: Callable[[str], object] = _COMMA.match if layout.decimal_comma else _PLAIN.match
    if layout.decimal_comma:
        bare = bare.replace(".", "")
    if matched(bare):
        plain = bare.replace(",", ".")
    elif not layout.decimal_comma and _GROUPED.match(bare):
        plain = bare.replace(",", "")
    else:
        raise DomainError("import_number", text=text[:30])
    whole, point, fraction = plain.lstrip("-").partition(".")
    told = (whole.lstrip("0") or "0") + (f".{fraction.rstrip('0')}" if point and fraction.rstrip("0") else "")
    return f"-{told}" if plain.startswith("-") else told
