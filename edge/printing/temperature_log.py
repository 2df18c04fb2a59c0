"""The temperature record of a cold place for a period as PDF, as inspectors ask for it (HACCP).

Limits and calibration, the curve with its excursions, every excursion with who did what about it, the log itself by
hour, and lines to sign. The font is embedded, so it looks the same in twenty years on any machine. What stands in it is
made as plain text first (`Sheet`), which is what tests and other forms of the record can read.
"""

from __future__ import annotations

import io

import msgspec
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable, KeepTogether, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from edge.printing.fonts import pdf_font

INK, SOFT, LINE, BLOCK, BLOCK_SOFT, COLD, DEFROST = (
    HexColor(colour) for colour in (0x17212B, 0x5B6875, 0xC9D1D9, 0xB42318, 0xFBE4E2, 0x0F6CBD, 0xE6EEF5)
)
MARGIN = 16 * mm


class Curve(msgspec.Struct, frozen=True, kw_only=True):
    """Moments and millionths of the unit. `outside` and `defrost` are stretches of time."""

    from_ms: int
    to_ms: int
    points: list[tuple[int, int, int, int]]
    """(moment, lowest, mean, highest)"""
    high: int | None
    low: int | None
    outside: list[tuple[int, int]]
    defrost: list[tuple[int, int]]
    ticks: list[tuple[int, str]]
    """What stands below the curve, and at which moment."""
    legend: str


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All that is written, in the reader's language."""

    title: str
    about: list[tuple[str, str]]
    curve: Curve
    excursions_title: str
    excursions: list[list[tuple[str, str]]]
    nothing: str
    log_title: str
    log_head: list[str]
    log: list[list[str]]
    outside_rows: set[int] = set()
    """Rows of the log in which a limit was left."""
    signatures: list[str]
    foot: str


def temperature_log(sheet: Sheet) -> bytes:
    """The record as a file. Raises `print_font_missing`."""
    font = pdf_font()
    file = io.BytesIO()
    body = ParagraphStyle("body", fontName=font, fontSize=9, leading=13, textColor=INK, wordWrap="CJK")
    head = ParagraphStyle("head", parent=body, fontSize=12, leading=18, spaceBefore=8, spaceAfter=4)
    title = ParagraphStyle("title", parent=body, fontSize=17, leading=24, spaceAfter=4)
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=14 * mm, bottomMargin=16 * mm,
        title=sheet.title, invariant=1,
    )  # fmt: skip
    story: list[Flowable] = [
        Paragraph(_safe(sheet.title), title),
        _pairs(sheet.about, body, font),
        Spacer(1, 4 * mm),
        _Plot(sheet.curve, document.width, 62 * mm, font),
        Paragraph(_safe(sheet.excursions_title), head),
    ]
    if not sheet.excursions:
        story.append(Paragraph(_safe(sheet.nothing), body))
    story += [
        KeepTogether([_pairs(one, body, font, marked=True), Spacer(1, 3 * mm)]) for one in sheet.excursions
    ]
    story += [Paragraph(_safe(sheet.log_title), head), _log(sheet, document.width, font)]
    story.append(KeepTogether([Spacer(1, 12 * mm), _signatures(sheet, document.width, font)]))

    def foot(canvas: Canvas, _document: SimpleDocTemplate) -> None:
        canvas.setFont(font, 8)
        canvas.setFillColor(SOFT)
        canvas.drawString(MARGIN, 9 * mm, sheet.foot)
        canvas.drawRightString(A4[0] - MARGIN, 9 * mm, str(canvas.getPageNumber()))

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return file.getvalue()


def _safe(text: str) -> str:
    """Names are typed by people; the engine reads a little markup."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _pairs(pairs: list[tuple[str, str]], body: ParagraphStyle, font: str, *, marked: bool = False) -> Table:
    """A word and what it says, line by line."""
    rows = [[name, Paragraph(_safe(value), body)] for name, value in pairs]
    style = [
        ("FONT", (0, 0), (-1, -1), font, 9),
        ("TEXTCOLOR", (0, 0), (0, -1), SOFT),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("TOPPADDING", (0, 0), (-1, -1), 1.5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.5),
    ]
    if marked:
        style += [("LINEBEFORE", (0, 0), (0, -1), 2.5, BLOCK), ("BACKGROUND", (0, 0), (-1, -1), BLOCK_SOFT)]
    return Table(rows, colWidths=[38 * mm, None], style=TableStyle(style), hAlign="LEFT")


def _log(sheet: Sheet, width: float, font: str) -> Table:
    rows = [sheet.log_head, *sheet.log]
    style = [
        ("FONT", (0, 0), (-1, -1), font, 8.5),
        ("TEXTCOLOR", (0, 0), (-1, 0), SOFT),
        ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.25, LINE),
        ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
        ("TOPPADDING", (0, 0), (-1, -1), 1.6),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 1.6),
        *(("BACKGROUND", (0, row + 1), (-1, row + 1), BLOCK_SOFT) for row in sorted(sheet.outside_rows)),
        *(("TEXTCOLOR", (0, row + 1), (-1, row + 1), BLOCK) for row in sorted(sheet.outside_rows)),
    ]
    rest = (width - 44 * mm) / max(1, len(sheet.log_head) - 1)
    columns = [44 * mm, *[rest] * (len(sheet.log_head) - 1)]
    return Table(rows, colWidths=columns, style=TableStyle(style), repeatRows=1)


def _signatures(sheet: Sheet, width: float, font: str) -> Table:
    """A line for each to sign on."""
    columns = len(sheet.signatures)
    style = [
        ("FONT", (0, 0), (-1, -1), font, 9),
        ("TEXTCOLOR", (0, 0), (-1, -1), SOFT),
        *(("LINEABOVE", (column, 0), (column, 0), 0.6, INK) for column in range(0, 2 * columns, 2)),
    ]
    cells = [cell for words in sheet.signatures for cell in (words, "")][:-1]
    gap = 8 * mm
    each = (width - gap * (columns - 1)) / columns
    widths = [each if column % 2 == 0 else gap for column in range(len(cells))]
    return Table([cells], colWidths=widths, style=TableStyle(style))


class _Plot(Flowable):  # type: ignore[misc]
    """The curve: range and mean, limits, and what happened when."""

    def __init__(self, curve: Curve, width: float, height: float, font: str) -> None:
        super().__init__()
        self.width, self.height = width, height
        self._curve, self._font = curve, font

    def draw(self) -> None:
        curve, canvas = self._curve, self.canv
        left, bottom, top = 11 * mm, 12 * mm, self.height - 5 * mm
        told = [value for _, lowest, _, highest in curve.points for value in (lowest, highest)]
        told += [limit for limit in (curve.high, curve.low) if limit is not None] or [0]
        least, most = min(told), max(told)
        room = max((most - least) // 10, 500_000)
        least, most = least - room, most + room

        def x(at_ms: int) -> float:
            return float(left + (self.width - left) * (at_ms - curve.from_ms) / (curve.to_ms - curve.from_ms))

        def y(value: int) -> float:
            return float(bottom + (top - bottom) * (value - least) / (most - least))

        for colour, stretches in ((DEFROST, curve.defrost), (BLOCK_SOFT, curve.outside)):
            canvas.setFillColor(colour)
            for begin, end in stretches:
                begin, end = max(begin, curve.from_ms), min(end, curve.to_ms)
                canvas.rect(x(begin), bottom, max(x(end) - x(begin), 0.8), top - bottom, stroke=0, fill=1)
        canvas.setFont(self._font, 7.5)
        canvas.setFillColor(SOFT)
        canvas.setStrokeColor(LINE)
        canvas.setLineWidth(0.4)
        for step in range(5):
            value = least + (most - least) * step // 4
            canvas.line(left, y(value), self.width, y(value))
            canvas.drawRightString(left - 2, y(value) - 2.5, f"{value / 1_000_000:.1f}")
        for at_ms, words in curve.ticks:
            canvas.drawCentredString(min(max(x(at_ms), left), self.width - 4 * mm), 8 * mm, words)
        canvas.setStrokeColor(BLOCK)
        canvas.setDash(4, 3)
        canvas.setLineWidth(0.8)
        for limit in (curve.high, curve.low):
            if limit is not None:
                canvas.line(left, y(limit), self.width, y(limit))
        canvas.setDash()
        canvas.setStrokeColor(COLD)
        for at_ms, lowest, _, highest in curve.points:
            canvas.setLineWidth(0.5)
            canvas.line(x(at_ms), y(lowest), x(at_ms), y(highest))
        canvas.setLineWidth(1.1)
        for before, after in zip(curve.points, curve.points[1:], strict=False):
            if after[0] - before[0] <= 2 * 3_600_000:
                canvas.line(x(before[0]), y(before[2]), x(after[0]), y(after[2]))
        canvas.drawString(left, 1.5 * mm, curve.legend)
