"""Pages as PDF with the font embedded: for a shop without a label printer, and for keeping."""

from __future__ import annotations

import io

from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from edge.printing.codes import modules
from edge.printing.fonts import pdf_font
from shared.printing.page import LINEAR, Code, Page, Rule, Text, set_text

_POINT = 72 / 254
"""Points in a tenth of a millimetre."""


def pdf_of(pages: tuple[Page, ...]) -> bytes:
    """One sheet a page, each as large as the page."""
    file = io.BytesIO()
    canvas = Canvas(file, invariant=True, pageCompression=True)
    canvas.setTitle(pages[0].title if pages else "")
    for page in pages:
        canvas.setPageSize((page.width * _POINT, page.height * _POINT))
        for item in page.items:
            match item:
                case Text():
                    _write(canvas, page, item)
                case Code():
                    _fill(canvas, page, item)
                case Rule():
                    y = (page.height - item.y) * _POINT
                    canvas.setLineWidth(0.5)
                    canvas.line(item.x * _POINT, y, (item.x + item.width) * _POINT, y)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def _write(canvas: Canvas, page: Page, item: Text) -> None:
    name = pdf_font()
    size, lines = set_text(item, lambda text, at: stringWidth(text, name, at * _POINT) / _POINT)
    canvas.setFont(name, size * _POINT)
    for place, line in enumerate(lines):
        spare = item.width - stringWidth(line, name, size * _POINT) / _POINT
        x = item.x + {"left": 0.0, "centre": spare / 2, "right": spare}[item.align]
        y = page.height - item.y - size * 0.9 - place * size * 1.22
        # The font has one weight; text is made bold by drawing its outline too.
        drawn = canvas.beginText(x * _POINT, y * _POINT)
        drawn.setTextRenderMode(2 if item.bold else 0)
        canvas.setLineWidth(0.3)
        drawn.textOut(line)
        canvas.drawText(drawn)


def _fill(canvas: Canvas, page: Page, item: Code) -> None:
    """The black modules as rectangles, sharp at any size."""
    drawn = modules(item.kind, item.content)
    if item.kind in LINEAR:
        width, height = item.width / drawn.width, float(item.height)
    else:
        width = height = min(item.width / drawn.width, item.height / drawn.height)
    left = item.x + (item.width - width * drawn.width) / 2
    for row, start, length in drawn.runs():
        top = item.y + row * height
        canvas.rect(
            (left + start * width) * _POINT,
            (page.height - top - height) * _POINT,
            length * width * _POINT,
            height * _POINT,
            stroke=0,
            fill=1,
        )
