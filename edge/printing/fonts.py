"""The Chinese font of this machine, for bitmaps and for PDF.

Where it may lie is told by `shared.printing.fonts`; `LIUSHUI_FONT` names another file.
"""

from __future__ import annotations

import os
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

from shared.errors import DomainError
from shared.printing.fonts import FONT_PLACES, VARIABLE

_PDF_NAME = "Chinese"


def font_file() -> Path:
    """The font to draw with. Raises `print_font_missing`."""
    for place in (os.environ.get(VARIABLE, ""), *FONT_PLACES):
        if place and Path(place).is_file():
            return Path(place)
    raise DomainError("print_font_missing")


@lru_cache(maxsize=32)
def font(pixels: int) -> ImageFont.FreeTypeFont:
    """The font at a height in dots."""
    return ImageFont.truetype(str(font_file()), max(pixels, 6))


@cache
def pdf_font() -> str:
    """The name of the font inside PDFs, registered on first use. Raises `print_font_missing`."""
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFError, TTFont

    try:
        pdfmetrics.registerFont(TTFont(_PDF_NAME, str(font_file())))
    except TTFError as error:
        raise DomainError("print_font_missing") from error
    return _PDF_NAME
