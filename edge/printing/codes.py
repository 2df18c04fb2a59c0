"""Barcodes as rows of modules, drawn by the library that also reads them back in the tests.

They are printed as dots, never by the printer's own barcode commands: clones of the common printers draw GS1
codes each in their own way, and a code that only some tills can read is worse than none.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, cast

import zxingcpp
from msgspec import Struct

from shared.errors import DomainError
from shared.printing.page import LINEAR, CodeKind

_FORMATS = {
    "ean_13": zxingcpp.BarcodeFormat.EAN13,
    "ean_8": zxingcpp.BarcodeFormat.EAN8,
    "code_128": zxingcpp.BarcodeFormat.Code128,
    "gs1_128": zxingcpp.BarcodeFormat.Code128,
    "gs1_data_matrix": zxingcpp.BarcodeFormat.DataMatrix,
    "qr_code": zxingcpp.BarcodeFormat.QRCode,
}


class Modules(Struct, frozen=True):
    """Which modules are black, quiet zones included; bars have one row."""

    rows: tuple[tuple[bool, ...], ...]

    @property
    def width(self) -> int:
        return len(self.rows[0])

    @property
    def height(self) -> int:
        return len(self.rows)

    def runs(self) -> list[tuple[int, int, int]]:
        """Black runs as (row, first module, length): what a PDF fills."""
        found = []
        for place, row in enumerate(self.rows):
            start = None
            for column, black in enumerate((*row, False)):
                if black and start is None:
                    start = column
                elif not black and start is not None:
                    found.append((place, start, column - start))
                    start = None
        return found


@lru_cache(maxsize=64)
def modules(kind: CodeKind, content: str) -> Modules:
    """The code's modules. Raises `label_code_content` when this kind of code cannot hold the content."""
    try:
        drawn = zxingcpp.create_barcode(content, _FORMATS[kind], gs1=kind.startswith("gs1"))
    except (ValueError, RuntimeError) as error:
        raise DomainError("label_code_content", content=content[:60]) from error
    image = drawn.to_image(scale=1, add_quiet_zones=True)
    height, width = image.shape[:2]
    dots = bytes(memoryview(cast("Any", image)).cast("B"))
    rows = tuple(tuple(dot < 128 for dot in dots[row * width : (row + 1) * width]) for row in range(height))
    if kind in LINEAR:
        rows = (next(row for row in rows if any(row)),)
    return Modules(rows)
