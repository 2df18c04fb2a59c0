"""A dataset on paper: A4, the header of every table repeated on every page, page numbers, Chinese embedded.

A wide table is laid across, then set smaller, and what is still too wide goes on below with its first column again: no
figure is ever cut. Long tables end after `ROWS_MAX` rows and say so, because nobody reads page 80; the total is of all.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from math import ceil
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, LongTable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from cloud.reports.dataset import Column, Dataset, Row, Section, readable, told, word
from cloud.reports.exports.font import report_font
from cloud.reports.exports.heading import heading, period_text
from cloud.reports.exports.shown import column_title, section_title, title_of
from shared.i18n import Language
from shared.printing.page import broken_into_lines

ROWS_MAX = 2000
_INK, _SOFT, _LINE, _HEAD, _WARN, _BLOCK = (
    HexColor(colour) for colour in (0x17212B, 0x5B6875, 0xC9D1D9, 0xE3EFEC, 0xFFF4DC, 0xFBE4E2)
)
_MARGIN = 14 * mm
_PADDING = 3.0
_TEXT_LEAST = 70.0
"""A column of names keeps at least so many points; the rest of a long name goes onto a second line."""
_SIZES = ((False, 8.5), (True, 8.5), (True, 7.5), (True, 6.5))
"""(across, font size), tried in this order."""

Cells = list[list[str]]


def pdf(dataset: Dataset, language: Language) -> bytes:
    """The file's bytes. Raises `report_font_missing`."""
    font = report_font()
    tables = [_Laid(section, language, font) for section in dataset.sections]
    across = any(table.across for table in tables)
    width, height = landscape(A4) if across else A4
    body = ParagraphStyle("body", fontName=font, fontSize=9, leading=13, textColor=_INK, wordWrap="CJK")
    head = ParagraphStyle("head", parent=body, fontSize=12, leading=18, spaceBefore=10, spaceAfter=4)
    title = ParagraphStyle("title", parent=body, fontSize=17, leading=24, spaceAfter=4)
    story: list[Flowable] = [Paragraph(_safe(title_of(dataset.key, language)), title)]
    story.append(_pairs(heading(dataset, language), body, font))
    if dataset.figures:
        story += [Spacer(1, 4 * mm), _figures(dataset, language, font, width - 2 * _MARGIN)]
    for section, table in zip(dataset.sections, tables, strict=True):
        story.append(Paragraph(_safe(section_title(section, language)), head))
        if section.rows:
            story += table.flowables(width - 2 * _MARGIN)
        else:
            story.append(Paragraph(_safe(told(word("report_nothing"), language)), body))
        if len(section.rows) > ROWS_MAX:
            more = word("report_pdf_cut", shown=ROWS_MAX, all=len(section.rows))
            story.append(Paragraph(_safe(told(more, language)), body))
    story.append(Spacer(1, 3 * mm))
    story += [Paragraph(_safe(told(note, language)), body) for note in dataset.notes]
    running = f"{title_of(dataset.key, language)} · {period_text(dataset)}"
    file = io.BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=(width, height), leftMargin=_MARGIN, rightMargin=_MARGIN, topMargin=16 * mm,
        bottomMargin=16 * mm, title=running, invariant=1,
    )  # fmt: skip
    document.build(story, canvasmaker=_numbered(font, running, language))
    return file.getvalue()


def _numbered(font: str, running: str, language: Language) -> Callable[..., Any]:
    """A canvas that knows how many pages there are: pages are kept until the last is drawn."""

    class Numbered(Canvas):  # type: ignore[misc]
        def __init__(self, *given: Any, **named: Any) -> None:
            super().__init__(*given, **named)
            self._kept: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802 - the library's name
            self._kept.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for number, page in enumerate(self._kept, 1):
                self.__dict__.update(page)
                width, height = self._pagesize
                self.setFont(font, 8)
                self.setFillColor(_SOFT)
                self.drawString(_MARGIN, height - 10 * mm, running)
                pages = told(word("report_page_of", page=number, pages=len(self._kept)), language)
                self.drawRightString(width - _MARGIN, 9 * mm, pages)
                super().showPage()
            super().save()

    return Numbered


class _Laid:
    """A section laid out: which way the paper lies, how big the type is, which columns stand side by side."""

    def __init__(self, section: Section, language: Language, font: str) -> None:
        self._section, self._font = section, font
        self._titles = [column_title(column, language) for column in section.columns]
        self._rows = section.rows[:ROWS_MAX]
        self._cells = [_texts(section.columns, row, language) for row in self._rows]
        # A total has no figure where none makes sense; a dash there would look like a missing one.
        self._total = (
            None
            if section.total is None
            else ["" if text == "–" else text for text in _texts(section.columns, section.total, language)]
        )
        for self.across, self._size in _SIZES:
            if self._least() <= _room(self.across):
                break

    def flowables(self, room: float) -> list[Flowable]:
        """The table, or one below the other where the columns do not fit side by side."""
        return [self._table(places, room) for places in self._groups(room)]

    def _wanted(self, place: int) -> float:
        texts = [cells[place] for cells in (*self._cells, *([self._total] if self._total else []))]
        widest = max((self._measured(text) for text in texts), default=0.0)
        return max(widest, *(self._measured(part) for part in self._titles[place].split())) + 2 * _PADDING

    def _floor(self, place: int) -> float:
        wanted = self._wanted(place)
        return min(wanted, _TEXT_LEAST) if self._section.columns[place].kind == "text" else wanted

    def _least(self) -> float:
        return sum(self._floor(place) for place in range(len(self._titles)))

    def _measured(self, text: str) -> float:
        return float(stringWidth(text, self._font, self._size))

    def _groups(self, room: float) -> list[list[int]]:
        """The columns side by side; each further group begins with the first column, so that rows keep a name."""
        groups, used = [[0]], self._floor(0)
        for place in range(1, len(self._titles)):
            floor = self._floor(place)
            if used + floor > room and len(groups[-1]) > 1:
                groups.append([0])
                used = self._floor(0)
            groups[-1].append(place)
            used += floor
        return groups

    def _table(self, places: Sequence[int], room: float) -> Table:
        floors = [self._floor(place) for place in places]
        spare = max(room - sum(floors), 0.0)
        short = [max(self._wanted(place) - floor, 0.0) for place, floor in zip(places, floors, strict=True)]
        share = min(1.0, spare / sum(short)) if sum(short) else 0.0
        widths = [floor + share * missing for floor, missing in zip(floors, short, strict=True)]
        cells: Cells = [
            [self._set(self._titles[place], width) for place, width in zip(places, widths, strict=True)]
        ]
        for texts in (*self._cells, *([self._total] if self._total else [])):
            cells.append(
                [self._set(texts[place], width) for place, width in zip(places, widths, strict=True)]
            )
        return LongTable(cells, colWidths=widths, style=self._style(places), repeatRows=1, hAlign="LEFT")

    def _set(self, text: str, width: float) -> str:
        inside = width - 2 * _PADDING + 0.01
        if self._measured(text) <= inside:
            return text
        return "\n".join(broken_into_lines(text, ceil(inside), 0, lambda part, _size: self._measured(part)))

    def _style(self, places: Sequence[int]) -> TableStyle:
        says: list[tuple[Any, ...]] = [
            ("FONT", (0, 0), (-1, -1), self._font, self._size),
            ("LEADING", (0, 0), (-1, -1), self._size * 1.3),
            ("TEXTCOLOR", (0, 0), (-1, -1), _INK),
            ("BACKGROUND", (0, 0), (-1, 0), _HEAD),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, _INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.25, _LINE),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
            ("LEFTPADDING", (0, 0), (-1, -1), _PADDING),
            ("RIGHTPADDING", (0, 0), (-1, -1), _PADDING),
            ("TOPPADDING", (0, 0), (-1, -1), 1.8),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.2),
        ]
        for at, place in enumerate(places):
            if self._section.columns[place].kind not in ("text", "date"):
                says.append(("ALIGN", (at, 0), (at, -1), "RIGHT"))
        for line, row in enumerate(self._rows, 1):
            if row.mark:
                says.append(("BACKGROUND", (0, line), (-1, line), _WARN if row.mark == "warn" else _BLOCK))
        if self._total is not None:
            says += [("LINEABOVE", (0, -1), (-1, -1), 0.8, _INK), ("BACKGROUND", (0, -1), (-1, -1), _HEAD)]
        return TableStyle(says)


def _room(across: bool) -> float:
    return float((landscape(A4) if across else A4)[0] - 2 * _MARGIN)


def _texts(columns: Sequence[Column], row: Row, language: Language) -> list[str]:
    pairs = zip(columns, row.cells, strict=True)
    return [readable(column.kind, cell, language) for column, cell in pairs]


def _pairs(pairs: list[tuple[str, str]], body: ParagraphStyle, font: str) -> Table:
    style = TableStyle(
        [
            ("FONT", (0, 0), (-1, -1), font, 9),
            ("TEXTCOLOR", (0, 0), (0, -1), _SOFT),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("TOPPADDING", (0, 0), (-1, -1), 1.5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
            ("LEFTPADDING", (0, 0), (0, -1), 0),
        ]
    )
    rows = [[name, Paragraph(_safe(value), body)] for name, value in pairs]
    return Table(rows, colWidths=[30 * mm, None], style=style, hAlign="LEFT")


def _figures(dataset: Dataset, language: Language, font: str, width: float) -> Table:
    """The headlines, four to a line: the name above, the figure below."""
    boxes = []
    for figure in dataset.figures:
        value = readable(figure.column.kind, figure.value, language)
        if figure.change is not None:
            sign = "+" if figure.change > 0 else ""
            value += f"   {sign}{readable('percent', figure.change, language)}"
        boxes.append((column_title(figure.column, language), value))
    rows: list[list[str]] = []
    for start in range(0, len(boxes), 4):
        part = boxes[start : start + 4] + [("", "")] * (4 - len(boxes[start : start + 4]))
        rows += [[name for name, _ in part], [value for _, value in part]]
    style: list[tuple[Any, ...]] = [("FONT", (0, 0), (-1, -1), font, 9), ("LEFTPADDING", (0, 0), (-1, -1), 0)]
    for line in range(0, len(rows), 2):
        style += [
            ("TEXTCOLOR", (0, line), (-1, line), _SOFT),
            ("FONT", (0, line + 1), (-1, line + 1), font, 12),
            ("BOTTOMPADDING", (0, line + 1), (-1, line + 1), 8),
        ]
    return Table(rows, colWidths=[width / 4] * 4, style=TableStyle(style), hAlign="LEFT")


def _safe(text: str) -> str:
    """Names are typed by people; the engine reads a little markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
