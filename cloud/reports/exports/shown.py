"""A dataset as a page gets it: every text in the reader's language, every figure a decimal string.

One component draws all of them. A page shows the first rows of a long section and says how many there are; the
spreadsheet holds every one.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from cloud.reports.dataset import Cell, Chart, Column, Dataset, Kind, Mark, Section, plain, told, word
from cloud.store.clocks import moment
from shared.i18n import Language, tell

ROWS_MAX = 500


class ShownColumn(msgspec.Struct, frozen=True, kw_only=True):
    key: str
    title: str
    kind: Kind


class ShownRow(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    cells: list[str | None]
    facts: str = ""
    mark: Mark = ""


class ShownSection(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`count`: rows in all, of which `rows` are the first."""

    key: str
    title: str
    columns: list[ShownColumn]
    rows: list[ShownRow]
    count: int
    total: ShownRow | None = None
    chart: Chart | None = None


class ShownFigure(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    key: str
    title: str
    kind: Kind
    value: str | None
    change: str | None = None


class ShownStore(msgspec.Struct, frozen=True, kw_only=True):
    store: str
    name: str
    up_to: str | None


class ShownReport(msgspec.Struct, frozen=True, kw_only=True):
    """`behind` are the stores whose facts are not all here, of `store_count`."""

    key: str
    title: str
    asks: str
    first: str = msgspec.field(name="from")
    last: str = msgspec.field(name="to")
    as_of: str
    store_count: int
    behind: list[ShownStore]
    figures: list[ShownFigure]
    sections: list[ShownSection]
    notes: list[str]


def title_of(key: str, language: Language) -> str:
    """The report's name."""
    return tell(f"report_{_text_key(key)}", language, {})


def asks_of(key: str, language: Language) -> str:
    """The question it answers."""
    return tell(f"report_{_text_key(key)}_asks", language, {})


def _text_key(key: str) -> str:
    return key.replace("-", "_")


def column_title(column: Column, language: Language) -> str:
    return told(word(f"column_{column.key}"), language)


def section_title(section: Section, language: Language) -> str:
    return told(word(f"section_{section.key}"), language)


def shown(dataset: Dataset, language: Language) -> ShownReport:
    """The page's form of a dataset that is already cut to what the reader may see."""
    return ShownReport(
        key=dataset.key,
        title=title_of(dataset.key, language),
        asks=asks_of(dataset.key, language),
        first=dataset.first.isoformat(),
        last=dataset.last.isoformat(),
        as_of=moment(dataset.as_of_ms),
        store_count=dataset.store_count,
        behind=[
            ShownStore(store=one.store, name=one.name, up_to=moment(one.up_to_ms) if one.up_to_ms else None)
            for one in dataset.behind
        ],
        figures=[
            ShownFigure(
                key=figure.column.key,
                title=column_title(figure.column, language),
                kind=figure.column.kind,
                value=plain(figure.column.kind, figure.value, language),
                change=plain("percent", figure.change, language),
            )
            for figure in dataset.figures
        ],
        sections=[_section(section, language) for section in dataset.sections],
        notes=[told(note, language) for note in dataset.notes],
    )


def _section(section: Section, language: Language) -> ShownSection:
    def cells(given: tuple[Cell, ...]) -> list[str | None]:
        pairs = zip(section.columns, given, strict=True)
        return [plain(column.kind, cell, language) for column, cell in pairs]

    return ShownSection(
        key=section.key,
        title=section_title(section, language),
        columns=[
            ShownColumn(key=column.key, title=column_title(column, language), kind=column.kind)
            for column in section.columns
        ],
        rows=[
            ShownRow(cells=cells(row.cells), facts=row.facts, mark=row.mark)
            for row in section.rows[:ROWS_MAX]
        ],
        count=len(section.rows),
        total=None if section.total is None else ShownRow(cells=cells(section.total.cells)),
        chart=section.chart,
    )


Format = Literal["xlsx", "pdf"]


def file_name(dataset: Dataset, extension: str) -> str:
    """ "liushui-daily-2026-11-22.xlsx": ASCII, so that every mail program and every system keeps it."""
    span = dataset.first.isoformat()
    if dataset.last != dataset.first:
        span += f"_{dataset.last.isoformat()}"
    revised = f"-r{dataset.revision}" if dataset.revision > 1 else ""
    return f"liushui-{dataset.key}-{span}{revised}.{extension}"
