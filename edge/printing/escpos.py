"""Receipts and labels for ESC/POS printers, put together by python-escpos.

Two ways: as a picture, which is right on any printer, or as text in GB 18030, which the printers sold in China
set themselves and which is far quicker over a slow serial line.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from edge.printing.raster import dots, draw_page
from shared.printing.receipt import Line, head_width, text_rows

if TYPE_CHECKING:
    from PIL import Image

    from shared.printing.page import Page

_INIT = b"\x1b@"
_CHINESE_ON = b"\x1c&"
_BOLD = (b"\x1bE\x00", b"\x1bE\x01")
_SIZE = (b"\x1d!\x00\x1c!\x00", b"\x1d!\x11\x1c!\x0c")


def columns_of(width: int) -> int:
    """Columns of 12 dots on paper this wide: 32 on 58 mm, 48 on 80 mm."""
    return dots(head_width(width)) // 12


def picture(page: Page, *, cut: bool) -> bytes:
    """A page as a picture no wider than the print head."""
    image = draw_page(page)
    most = dots(head_width(page.width))
    if image.width > most:
        # A receipt's margins are what the head cannot reach, so only white is cut off.
        spare = (image.width - most) // 2
        image = image.crop((spare, 0, spare + most, image.height))
    printer = _printer()
    printer._raw(_INIT)
    printer.image(image, impl="bitImageRaster", fragment_height=256)
    return _ended(printer, cut=cut)


def text(lines: tuple[Line, ...], width: int, *, cut: bool) -> bytes:
    """Lines set by the printer."""
    printer = _printer()
    printer._raw(_INIT + _CHINESE_ON)
    for line in lines:
        printer._raw(_BOLD[line.bold] + _SIZE[line.tall])
        for row in text_rows(line, columns_of(width)):
            printer._raw(row.encode("gb18030") + b"\n")
    printer._raw(_BOLD[0] + _SIZE[0])
    return _ended(printer, cut=cut)


class _Gathering(Protocol):
    """What we use of the library: a printer that keeps the bytes instead of sending them."""

    output: bytes
    profile: Any

    def _raw(self, msg: bytes) -> None: ...

    def image(self, img_source: Image.Image, *, impl: str, fragment_height: int) -> None: ...


def _printer(width: int = 576) -> _Gathering:
    # The library reads its list of printer models on import, which takes a fifth of a second.
    from escpos.printer import Dummy

    printer: _Gathering = Dummy()
    # Of a printer it does not know it would complain on standard output that it cannot centre.
    printer.profile.profile_data = {"media": {"width": {"pixels": width, "mm": "Unknown"}}}
    return printer


def _ended(printer: _Gathering, *, cut: bool) -> bytes:
    printer._raw(b"\x1dVB\x00" if cut else b"\n\n\n")
    return bytes(printer.output)
