"""Pages as black and white dots: for the preview, for ESC/POS, and for what a label printer cannot set itself."""

from __future__ import annotations

import io

from PIL import Image, ImageDraw

from edge.printing.codes import modules
from edge.printing.fonts import font
from shared.errors import DomainError
from shared.printing.page import LINEAR, Code, Page, Rule, Text, set_text

DPI = 203
_TENTHS_AN_INCH = 254


def dots(tenths: int, dpi: int = DPI) -> int:
    """Tenths of a millimetre in dots of the printer: 40 mm at 203 dpi are 320."""
    return (tenths * dpi + _TENTHS_AN_INCH // 2) // _TENTHS_AN_INCH


def draw_page(page: Page, dpi: int = DPI) -> Image.Image:
    """The whole page in one bit a dot; 0 is black."""
    image = Image.new("1", (dots(page.width, dpi), dots(page.height, dpi)), 1)
    for item in page.items:
        match item:
            case Text():
                image.paste(draw_text(item, dpi), (dots(item.x, dpi), dots(item.y, dpi)))
            case Code():
                drawn, (left, top) = draw_code(item, dpi)
                image.paste(drawn, (dots(item.x, dpi) + left, dots(item.y, dpi) + top))
            case Rule():
                at = dots(item.y, dpi)
                ImageDraw.Draw(image).line(
                    (dots(item.x, dpi), at, dots(item.x + item.width, dpi), at), fill=0, width=2
                )
    return image


def draw_text(item: Text, dpi: int = DPI) -> Image.Image:
    """A text in a bitmap of its box."""
    size, lines = set_text(item, lambda text, at: font(dots(at, dpi)).getlength(text) * _TENTHS_AN_INCH / dpi)
    face = font(dots(size, dpi))
    step = round(dots(size, dpi) * 1.22)
    image = Image.new("1", (dots(item.width, dpi), step * len(lines) + 2), 1)
    pen = ImageDraw.Draw(image)
    pen.fontmode = "1"
    for place, line in enumerate(lines):
        spare = image.width - face.getlength(line)
        left = {"left": 0, "centre": spare / 2, "right": spare}[item.align]
        for shift in (0, 1) if item.bold else (0,):
            pen.text((max(left, 0) + shift, place * step), line, font=face, fill=0)
    return image


def draw_code(item: Code, dpi: int = DPI) -> tuple[Image.Image, tuple[int, int]]:
    """A code in whole dots a module, centred in its box: a blurred module is a code that does not scan."""
    drawn = modules(item.kind, item.content)
    width, height = dots(item.width, dpi), dots(item.height, dpi)
    linear = item.kind in LINEAR
    scale = width // drawn.width if linear else min(width // drawn.width, height // drawn.height)
    # A module of one dot (0.125 mm) is finer than hand-held scanners read; two are the least for any code.
    if scale < 2 or height < 40:
        raise DomainError("label_code_room", content=item.content[:60])
    image = Image.new("1", (drawn.width, drawn.height))
    image.putdata([0 if black else 1 for row in drawn.rows for black in row])
    tall = height if linear else drawn.height * scale
    image = image.resize((drawn.width * scale, tall), Image.Resampling.NEAREST)
    return image, ((width - image.width) // 2, (height - image.height) // 2)


def png_of(page: Page, dpi: int = DPI) -> bytes:
    """The preview."""
    file = io.BytesIO()
    draw_page(page, dpi).save(file, "PNG", dpi=(dpi, dpi))
    return file.getvalue()
