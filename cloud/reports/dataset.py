"""A report's answer as data: what the page, the spreadsheet and the paper are all made from, so none can differ.

Cells are integers as everywhere in the domain: quantities in millionths, money in fen, percentages in hundredths of a
percent (12.34 % is 1234), counts as they are; dates are ISO texts. `None` is "not available", which is not zero.
"""

from __future__ import annotations

from datetime import date
from typing import Literal

import msgspec

from cloud.reports.asked import Named
from shared.access.labels import Label
from shared.i18n import LANGUAGES, Language, all_texts
from shared.money import fen_text
from shared.units import decimal_text

Kind = Literal["text", "qty", "count", "money", "percent", "date"]
Mark = Literal["", "warn", "block"]
Cell = int | str | Named | None


class Column(msgspec.Struct, frozen=True, kw_only=True):
    """Its title is the text `column_<key>`; without the label a reader gets neither column nor figures."""

    key: str
    kind: Kind
    label: Label | None = None
    sums: bool = False
    """Whether the total row is the sum of the rows; averages and shares have totals of their own."""


def col(key: str, kind: Kind = "text", *, label: Label | None = None, sums: bool = False) -> Column:
    return Column(key=key, kind=kind, label=label, sums=sums)


class Row(msgspec.Struct, frozen=True):
    """`facts` is where the facts behind the row are listed."""

    cells: tuple[Cell, ...]
    facts: str = ""
    mark: Mark = ""


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    """A hint: `line` over dates, `bar` over names; columns by key."""

    kind: Literal["line", "bar"]
    x: str
    y: tuple[str, ...]


class Section(msgspec.Struct, frozen=True, kw_only=True):
    """A table. Its title is the text `section_<key>`."""

    key: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    total: Row | None = None
    chart: Chart | None = None


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """A headline: what a robot's message says and a page shows big. `change` is in hundredths of a percent."""

    column: Column
    value: Cell
    change: int | None = None


class Behind(msgspec.Struct, frozen=True, kw_only=True):
    """A store whose facts are not all here; `up_to_ms` None: its node was never heard."""

    store: str
    name: str
    up_to_ms: int | None


class Dataset(msgspec.Struct, frozen=True, kw_only=True):
    """The whole answer. `stores` None is the whole chain; `store_count` how many that is."""

    key: str
    first: date
    last: date
    as_of_ms: int
    timezone: str
    stores: tuple[str, ...] | None
    store_count: int
    behind: tuple[Behind, ...]
    figures: tuple[Figure, ...]
    sections: tuple[Section, ...]
    notes: tuple[Named, ...] = ()
    revision: int = 1

    def section(self, key: str) -> Section:
        return next(section for section in self.sections if section.key == key)

    def seen_with(self, labels: frozenset[Label]) -> Dataset:
        """Without any column or figure whose label the reader does not hold."""
        return msgspec.structs.replace(
            self,
            figures=tuple(figure for figure in self.figures if figure.column.label in (None, *labels)),
            sections=tuple(_seen(section, labels) for section in self.sections),
        )


def _seen(section: Section, labels: frozenset[Label]) -> Section:
    kept = [place for place, column in enumerate(section.columns) if column.label in (None, *labels)]
    if len(kept) == len(section.columns):
        return section
    keys = {section.columns[place].key for place in kept}

    def cut(row: Row) -> Row:
        return Row(tuple(row.cells[place] for place in kept), row.facts, row.mark)

    chart = section.chart
    if chart is not None and not keys.issuperset((chart.x, *chart.y)):
        chart = None
    return msgspec.structs.replace(
        section,
        columns=tuple(section.columns[place] for place in kept),
        rows=tuple(cut(row) for row in section.rows),
        total=None if section.total is None else cut(section.total),
        chart=chart,
    )


def summed(columns: tuple[Column, ...], rows: tuple[Row, ...], first: Cell, **own: int | None) -> Row:
    """The total row: sums where a column sums, `own` where a total is figured otherwise, nothing elsewhere."""
    cells: list[Cell] = [first]
    for place, column in enumerate(columns[1:], 1):
        if column.key in own:
            cells.append(own[column.key])
        elif column.sums:
            cells.append(sum(cell for row in rows if isinstance(cell := row.cells[place], int)))
        else:
            cells.append(None)
    return Row(tuple(cells))


def word(key: str, **values: str | int) -> Named:
    """A text of ours in both languages."""
    zh, en = all_texts()[key]
    return Named(zh.format_map(values), en.format_map(values))


def told(text: Named | str, language: Language) -> str:
    """A text in the reader's language; a name is the same in every one."""
    return text if isinstance(text, str) else (text.zh, text.en)[LANGUAGES.index(language)]


def plain(kind: Kind, cell: Cell, language: Language) -> str | None:
    """A cell as JSON carries it: a decimal string without separators or signs, or a text."""
    if cell is None or not isinstance(cell, int):
        return None if cell is None else told(cell, language)
    match kind:
        case "qty":
            return decimal_text(cell)
        case "money" | "percent":
            return fen_text(cell)
        case _:
            return str(cell)


def readable(kind: Kind, cell: Cell, language: Language) -> str:
    """A cell as people read it: 1234567 fen is "12,345.67"; what is not available is a dash."""
    text = plain(kind, cell, language)
    if text is None:
        return "–"
    if not isinstance(cell, int):
        return text
    whole, point, fraction = text.lstrip("-").partition(".")
    grouped = f"{'-' if cell < 0 else ''}{int(whole):,}{point}{fraction}"
    return f"{grouped}%" if kind == "percent" else grouped
