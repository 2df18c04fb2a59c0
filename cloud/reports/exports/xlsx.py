"""A dataset as a spreadsheet: one sheet a section, typed cells, the header frozen, the total last.

Texts are people's: they are written as texts whatever they begin with, and what a spreadsheet would take for a formula
(= + - @) carries the quote prefix too, so that it stays a text when somebody edits the cell.
"""

from __future__ import annotations

import io
from datetime import date, datetime
from decimal import Decimal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from cloud.reports.dataset import Cell, Column, Dataset, Kind, Row, Section, told, word
from cloud.reports.exports.heading import heading
from cloud.reports.exports.shown import column_title, section_title, title_of
from shared.business_day import local_time
from shared.i18n import Language
from shared.units import MICRO

_NEVER_FORMULAS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_LOOKS_LIKE_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_SHEET_NAME_MAX = 31
_WIDEST = 46
_NUMBERS: dict[Kind, str] = {"count": "#,##0", "money": "#,##0.00", "percent": "0.00%", "date": "yyyy-mm-dd"}


def xlsx(dataset: Dataset, language: Language) -> bytes:
    """The file's bytes; the same dataset gives the same bytes."""
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, _NEVER_FORMULAS)
    made = local_time(dataset.as_of_ms, dataset.timezone).replace(tzinfo=None)
    book.set_properties({"title": title_of(dataset.key, language), "created": made})
    sheets = _Sheets(book, dataset, language)
    for section in dataset.sections:
        sheets.add(section)
    sheets.about()
    book.close()
    return file.getvalue()


class _Sheets:
    """The workbook in the making; formats are made once each."""

    def __init__(self, book: xlsxwriter.Workbook, dataset: Dataset, language: Language) -> None:
        self._book, self._dataset, self._language = book, dataset, language
        self._formats: dict[tuple[str, bool, bool], Format] = {}
        self._head = book.add_format(
            {"bold": True, "bg_color": "#E3EFEC", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
        )
        self._names: set[str] = set()

    def add(self, section: Section) -> None:
        sheet = self._book.add_worksheet(self._name(section_title(section, self._language)))
        titles = [column_title(column, self._language) for column in section.columns]
        for place, title in enumerate(titles):
            sheet.write_string(0, place, title, self._head)
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(section.columns):
            number = self._number(section, place)
            width = _width(titles[place])
            for line, row in enumerate(section.rows, 1):
                width = max(width, self._write(sheet, line, place, column.kind, row.cells[place], number))
            if section.total is not None:
                line = len(section.rows) + 1
                self._write(sheet, line, place, column.kind, section.total.cells[place], number, total=True)
            sheet.set_column(place, place, min(width + 2, _WIDEST))
        if section.rows:
            sheet.autofilter(0, 0, len(section.rows), len(section.columns) - 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)

    def about(self) -> None:
        """The last sheet: what the others are about. A sheet of figures alone is soon nobody knows of when."""
        sheet = self._book.add_worksheet(self._name(told(word("report_sheet_about"), self._language)))
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 70)
        sheet.write_string(0, 0, title_of(self._dataset.key, self._language), self._head)
        sheet.write_string(0, 1, "", self._head)
        for line, (name, value) in enumerate(heading(self._dataset, self._language), 1):
            sheet.write_string(line, 0, name)
            self._text(sheet, line, 1, value, total=False)
        line = len(heading(self._dataset, self._language)) + 2
        for figure in self._dataset.figures:
            sheet.write_string(line, 0, column_title(figure.column, self._language))
            number = _number_format(figure.column, [Row((figure.value,))], 0)
            self._write(sheet, line, 1, figure.column.kind, figure.value, number)
            line += 1
        for note in self._dataset.notes:
            self._text(sheet, line + 1, 0, told(note, self._language), total=False)
            line += 1

    def _name(self, wanted: str) -> str:
        cleaned = "".join("_" if letter in "[]:*?/\\'" else letter for letter in wanted)[:_SHEET_NAME_MAX]
        name, number = cleaned, 2
        while name.lower() in self._names:
            name = f"{cleaned[: _SHEET_NAME_MAX - 3]} {number}"
            number += 1
        self._names.add(name.lower())
        return name

    def _number(self, section: Section, place: int) -> str:
        rows = [*section.rows, *([section.total] if section.total else [])]
        return _number_format(section.columns[place], rows, place)

    def _write(
        self,
        sheet: Worksheet,
        line: int,
        place: int,
        kind: Kind,
        cell: Cell,
        number: str,
        *,
        total: bool = False,
    ) -> int:
        """Write one cell by its kind; returns how wide it is."""
        if cell is None or cell == "":
            sheet.write_blank(line, place, None, self._format("", total))
            return 1
        if isinstance(cell, int):
            value = _as_number(kind, cell)
            sheet.write_number(line, place, float(value), self._format(number, total))
            return len(f"{value:,.2f}")
        text = told(cell, self._language)
        if kind == "date" and (day := _date(text)):
            sheet.write_datetime(line, place, day, self._format(_NUMBERS["date"], total))
            return 10
        self._text(sheet, line, place, text, total=total)
        return _width(text)

    def _text(self, sheet: Worksheet, line: int, place: int, text: str, *, total: bool) -> None:
        quoted = text.startswith(_LOOKS_LIKE_A_FORMULA)
        sheet.write_string(line, place, text, self._format("", total, quoted=quoted))

    def _format(self, number: str, total: bool, *, quoted: bool = False) -> Format:
        known = self._formats.get((number, total, quoted))
        if known is None:
            says: dict[str, object] = {"num_format": number} if number else {}
            if total:
                says |= {"bold": True, "top": 1}
            if quoted:
                says["quote_prefix"] = True
            known = self._formats[number, total, quoted] = self._book.add_format(says)
        return known


def _as_number(kind: Kind, cell: int) -> Decimal:
    """What stands in the cell: 1234 hundredths of a percent are 0.1234, shown as 12.34%."""
    match kind:
        case "qty":
            return Decimal(cell) / MICRO
        case "money":
            return Decimal(cell) / 100
        case "percent":
            return Decimal(cell) / 10_000
        case _:
            return Decimal(cell)


def _number_format(column: Column, rows: list[Row] | tuple[Row, ...], place: int) -> str:
    """Quantities show as many decimals as the column needs, so that pieces have none and kilograms line up."""
    if column.kind != "qty":
        return _NUMBERS.get(column.kind, "")
    decimals = 0
    for row in rows:
        cell = row.cells[place]
        if isinstance(cell, int) and cell % MICRO:
            decimals = max(decimals, len(f"{abs(cell) % MICRO:06d}".rstrip("0")))
    return "#,##0" + ("." + "0" * decimals if decimals else "")


def _date(text: str) -> datetime | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a spreadsheet's date has no zone


def _width(text: str) -> int:
    """Chinese characters are twice as wide."""
    return sum(2 if ord(letter) > 0x2E7F else 1 for letter in text)
