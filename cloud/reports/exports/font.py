"""The Chinese font that reports on paper are set in, embedded so that they look the same anywhere and for ever."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFError, TTFont

from shared.errors import DomainError
from shared.printing.fonts import FONT_PLACES, VARIABLE

_NAME = "Report"


@cache
def report_font() -> str:
    """The font's name inside PDFs, registered on first use. Raises `report_font_missing`."""
    for place in (os.environ.get(VARIABLE, ""), *FONT_PLACES):
        if place and Path(place).is_file():
            try:
                pdfmetrics.registerFont(TTFont(_NAME, place))
            except TTFError as error:
                raise DomainError("report_font_missing") from error
            return _NAME
    raise DomainError("report_font_missing")
